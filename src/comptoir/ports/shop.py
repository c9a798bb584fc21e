"""A shop platform: where orders are told from, and where a refund, a cancellation or a gesture is carried out.

Money is integer minor units of the order's currency (0, 2 or 3 decimals: lib.money). Every money action is quoted,
shown to a person, and executed with a key of ours; an outcome that is not known is read back, never tried again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from comptoir.ports.channel import Field
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.sold import (
    CartData,
    CustomerData,
    DocumentData,
    LineData,
    OrderData,
    PaymentData,
    ProductData,
    RefundData,
    ThreadMessage,
    ThreadPage,
)

__all__ = [
    "CartData",
    "CustomerData",
    "DocumentData",
    "Done",
    "Fact",
    "KeepsThreads",
    "LineData",
    "Notice",
    "OrderData",
    "Page",
    "PaymentData",
    "ProductData",
    "Quote",
    "RefundData",
    "Request",
    "Rights",
    "SettlesThreads",
    "ShopCapabilities",
    "ShopPort",
    "ThreadMessage",
    "ThreadPage",
    "Verb",
]


class Verb(StrEnum):
    """What may be done to an order from here: the same words on every platform."""

    REFUND = "refund"
    CANCEL = "cancel"
    EDIT_ADDRESS = "edit_address"
    RESHIP = "reship"
    REPLACE = "replace"
    DUPLICATE = "duplicate"
    DISCOUNT_CODE = "discount_code"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    FREE_SHIPPING = "free_shipping"
    NOTE = "note"
    TAG = "tag"


class Fact(StrEnum):
    """What a platform can tell."""

    ORDERS = "orders"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    STOCK = "stock"
    PAYMENTS = "payments"
    REFUNDS = "refunds"
    SHIPMENTS = "shipments"
    DISCOUNTS = "discounts"
    GIFT_CARDS = "gift_cards"
    CARTS = "carts"
    THREADS = "threads"  # messages of customers that the platform keeps itself
    WEBHOOKS = "webhooks"
    PRIVACY = "privacy"  # requests for data and erasure


@dataclass(frozen=True, slots=True)
class ShopCapabilities:
    """What this platform, with these rights, can do; the pages show nothing else.

    `partly` explains a verb that works with a limit, `lacking` names the nearest lawful way where a verb is missing:
    both are sentences (French msgids) for a person.
    """

    facts: frozenset[Fact] = frozenset()
    verbs: frozenset[Verb] = frozenset()
    refund_lines: bool = False
    refund_shipping: bool = False
    refund_amount: bool = False
    undo: frozenset[Verb] = frozenset()
    partly: Mapping[Verb, str] = field(default_factory=dict)
    lacking: Mapping[Verb, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a webhook says, understood without a look anywhere: pure values.

    `kind` is order, refund, return, shipment, product, customer, cart, draft, thread, privacy, ping or other. `order`
    is there when the payload holds all of it; else `order_id` names the order that has to be read again. `cart` goes
    with cart and draft. `privacy` is data_request, customer_redact, shop_redact or "". `gone` says that what is named
    was deleted there. `problem` is why the payload cannot be taken, in words; nothing is raised.
    """

    kind: str
    external_id: str = ""
    topic: str = ""
    order: OrderData | None = None
    order_id: str = ""
    refund: RefundData | None = None
    shipments: tuple[ShipmentData, ...] = ()
    product: ProductData | None = None
    customer: CustomerData | None = None
    cart: CartData | None = None
    privacy: str = ""
    gone: bool = False
    updated_at: datetime | None = None
    currency: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of something, and where the next one begins ("" at the end)."""

    items: tuple[OrderData, ...] | tuple[ProductData, ...] | tuple[CustomerData, ...] | tuple[CartData, ...]
    cursor: str = ""
    refused: tuple[tuple[str, str], ...] = ()  # (key, why) of what could not be understood; the page goes on


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done. Only what the verb needs is set: `lines` maps a line's external id to how many, `amount` is
    minor units, `code` a wished discount or gift card code, `percent` of a discount."""

    verb: Verb
    order_id: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    shipping: int = 0
    amount: int = 0
    currency: str = "EUR"
    reason: str = ""
    restock: bool = False
    notify: bool = False
    address: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    percent: int = 0
    minimum: int = 0
    expires_at: datetime | None = None
    customer_id: str = ""
    email: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a request would do, told by the platform where it can (`binding`), else reckoned from the order as just
    read. `amount` is what leaves, `maximum` what could. `details` are lines for a person: (what, minor units).
    `token` goes back with execute."""

    request: Request
    amount: int = 0
    maximum: int = 0
    currency: str = "EUR"
    details: tuple[tuple[str, int], ...] = ()
    warnings: tuple[str, ...] = ()
    refusal: str = ""
    binding: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the platform's own key of it, a code to hand on, where to look at it, and the order after."""

    external_id: str = ""
    code: str = ""
    amount: int = 0
    state: str = "done"  # or pending: the platform works on it
    url: str = ""
    undo: str = ""  # what `undo` needs; "" where it cannot be undone
    order: OrderData | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What a test of the connection found: the shop's name, problems in plain words, rights that are missing."""

    name: str = ""
    currency: str = ""
    problems: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class ShopPort(Protocol):
    """What an adapter for a shop platform provides. `settings` holds its fields, secrets already decrypted, and
    `private_hosts`: the hosts and networks of the operator's own that may be called (COMPTOIR_PRIVATE_HOSTS).

    An instance belongs to one connection and may be kept; `capabilities` of an instance may be less than its class's.
    """

    capabilities: ShopCapabilities
    fields: tuple[Field, ...]

    def __init__(self, settings: Mapping[str, str]) -> None: ...

    def check(self) -> Rights:
        """Try the settings: who answers, what is wrong, which right is missing. Raises nothing."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the platform wrote these very bytes (constant time). Header names are lower-case."""

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """The delivery's own key (the same delivery twice has the same one) and its topic."""

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload: pure, no network, never raises."""

    def subscribe(self, address: str) -> list[str]:
        """Ask the platform to tell `address` of everything; gives back the topics. Raises PortError."""

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of orders that changed since (all without), oldest change first. Raises PortError."""

    def order(self, external_id: str) -> OrderData | None:
        """One order as it is now; None when it is not there. Raises PortError."""

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """Orders of a number or an address, newest first, at most 20. Raises PortError."""

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of products. Raises PortError."""

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of customers. Raises PortError."""

    def quote(self, request: Request) -> Quote:
        """What the request would do now; a refusal is a sentence in it. Raises PortError."""

    def execute(self, quote: Quote, key: str) -> Done:
        """Do it once. `key` is ours and names this very act; platforms that keep one get it, for the others it goes
        into the note so that `found` sees it. Raises PortError (unknown=True: it may have been done)."""

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """After an unknown outcome: whether it was done, by reading only. Raises PortError."""

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back what `Done.undo` names. Raises PortError."""


@runtime_checkable
class KeepsThreads(Protocol):
    """A platform on which customers write messages (it declares Fact.THREADS too)."""

    def messages(self, after: str = "") -> ThreadPage:
        """The messages after a mark, all from the first without one; by the platform's own order, never by a clock.
        Raises PortError."""

    def answer(self, thread_id: str, text: str, key: str) -> str:
        """Answer in the thread; the platform's key of the answer. Raises PortError (unknown=True: it may stand there)."""

    def answered(self, thread_id: str, text: str, key: str, since: datetime) -> str:
        """By reading only, whether that very answer stands in the thread: its key there, "" when it does not.
        Raises PortError."""


@runtime_checkable
class SettlesThreads(Protocol):
    """A platform that knows open threads from closed ones."""

    def settle(self, thread_id: str, closed: bool) -> None:
        """Close the thread there, or open it again; what stands so already stays. Raises PortError."""
