"""The demo shop « Maison Alba »: its people, products, orders and conversations, told from the day of loading.

It writes rows in bulk, silently (origin demo): no job, no live signal, no message that leaves.
Never imports a door or an adapter, and nothing imports it but the command line.
"""
