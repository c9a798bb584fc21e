"""What was bought: products, orders, parcels with their tracking, refunds; and their import.

It knows no conversation, and never writes to a shop's platform itself.
"""
