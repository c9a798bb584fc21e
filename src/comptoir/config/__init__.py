"""The roof: settings, addresses, the ASGI application and the `comptoir` command; every dotted string stands here.

It may import everything and is imported by nothing.
"""
