"""Comptoir: customer service and post-purchase care for online shops.

The rooms and the floors they stand on are described in docs/architecture.md.
"""

__version__ = "0.1.0"
