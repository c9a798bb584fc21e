"""Front-end libraries of others, copied into the tree: their manifest, licences and the way to renew them.

Never edited by hand and never fetched by a browser from anywhere but our own server.
"""
