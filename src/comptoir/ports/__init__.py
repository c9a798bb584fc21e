"""The sockets that vendors plug into: Protocols, frozen dataclasses and named errors.

Adapters get and return these values, never database rows.
Never knows Django, the domain or a vendor.
"""
