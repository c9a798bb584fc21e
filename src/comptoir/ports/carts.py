"""What some shop platforms tell beside orders: what lies in a customer's cart, and how much of a product is left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from comptoir.ports.shop import Page
from comptoir.ports.sold import CartData


@runtime_checkable
class KeepsCarts(Protocol):
    """A platform that can be asked for carts (it declares Fact.CARTS too)."""

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The open cart of a customer, by the platform's key of them or by their address, as it is now; None when
        there is none, or nothing in it. Raises PortError."""

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """A page of open carts of customers who can be named, that changed since. Raises PortError."""


@runtime_checkable
class CountsStock(Protocol):
    """A platform that can be asked how much is left of some products (it declares Fact.STOCK too)."""

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How many there are of each of these products, by its key; None where nobody counts. What the platform does
        not know is left out. Raises PortError."""
