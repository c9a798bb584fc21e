"""The demo shop « Maison Alba »: its people, products, orders and conversations.

It holds no logic of the domain: it calls actions.
Never imports another door or an adapter.
"""
