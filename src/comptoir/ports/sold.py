"""What a shop platform tells: orders with their lines, money and parcels, products, customers, carts, messages.

Money is integer minor units of the currency beside it (0, 2 or 3 decimals: lib.money).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from comptoir.ports.channel import Part
from comptoir.ports.parcels import ShipmentData


@dataclass(frozen=True, slots=True)
class LineData:
    """One position. `total` is what was paid for it, its discount taken off; left out, it is quantity times price.
    `refunded` is how many of it were refunded, `serials` its units' numbers where the platform knows them."""

    title: str
    unit_price: int
    quantity: int = 1
    total: int | None = None
    sku: str = ""
    variant: str = ""
    product: str = ""
    external_id: str = ""
    tax: int = 0
    discount: int = 0
    image: str = ""
    refunded: int = 0
    serials: tuple[str, ...] = ()
    specification: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        """What the position cost."""
        return self.unit_price * self.quantity if self.total is None else self.total


@dataclass(frozen=True, slots=True)
class PaymentData:
    """Money that came in, or shall: `state` is authorized, paid, failed, voided or pending; `method` as the platform
    names it, « Visa 4271 »."""

    external_id: str
    amount: int
    method: str = ""
    state: str = "paid"
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundData:
    """Money that went back. `external_id` tells two refunds of one order apart. `lines` maps a line's external id to
    how many of it; `state` is pending, done or failed; `key` is our idempotency key where the platform kept it."""

    amount: int
    refunded_at: datetime
    external_id: str = "1"
    reason: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    shipping: int = 0
    state: str = "done"
    method: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class DocumentData:
    """A paper of the order that the platform keeps: an invoice, a credit note, a label."""

    name: str
    kind: str  # invoice, credit_note, label, other
    url: str


@dataclass(frozen=True, slots=True)
class OrderData:
    """A whole order. `external_id` is the platform's own key: the same one is the same order.

    `state` is one of orders.models.Order.State; `status` is the platform's own word for it. `updated_at` is the
    platform's clock: an older telling never undoes a newer one. `admin_url` opens it in the platform's back office.
    `address` has name, street, postcode, city, country, phone.
    """

    external_id: str
    number: str
    email: str
    placed_at: datetime
    total: int
    currency: str = "EUR"
    state: str = "paid"
    name: str = ""
    language: str = ""
    shipping: int = 0
    discount: int = 0
    shipping_method: str = ""
    payment: str = ""
    note: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[LineData, ...] = ()
    shipments: tuple[ShipmentData, ...] = ()
    refunds: tuple[RefundData, ...] = ()
    status: str = ""
    phone: str = ""
    customer_id: str = ""
    tax: int = 0
    updated_at: datetime | None = None
    admin_url: str = ""
    tags: tuple[str, ...] = ()
    payments: tuple[PaymentData, ...] = ()
    documents: tuple[DocumentData, ...] = ()
    discount_codes: tuple[str, ...] = ()
    billing_address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProductData:
    """Something that is sold. `stock` is None where the platform does not count."""

    external_id: str
    title: str
    sku: str = ""
    category: str = ""
    description: str = ""
    price: int | None = None
    currency: str = "EUR"
    stock: int | None = None
    url: str = ""
    image: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomerData:
    """A customer as the platform knows them; `consents` maps a channel (email, sms) to whether they agreed."""

    external_id: str
    email: str = ""
    name: str = ""
    phone: str = ""
    language: str = ""
    consents: Mapping[str, bool] = field(default_factory=dict)
    addresses: tuple[Mapping[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CartData:
    """What is not ordered yet: a cart, a checkout that was left, a draft that the merchant wrote. `url` leads the
    customer back to it, `admin_url` a colleague in the back office; `completed` says that an order came of it,
    `order_id` which one."""

    external_id: str
    number: str = ""
    email: str = ""
    name: str = ""
    phone: str = ""
    customer_id: str = ""
    total: int = 0
    currency: str = "EUR"
    lines: tuple[LineData, ...] = ()
    url: str = ""
    note: str = ""
    completed: bool = False
    order_id: str = ""
    updated_at: datetime | None = None
    admin_url: str = ""


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message of a thread that the platform keeps itself (PrestaShop's customer_threads).

    `email` and `name` are those of the thread; `customer_id` and `account_email` of the account that the platform puts
    it to, empty for a guest: where the two addresses differ, the account is the person. `proved` says that the platform
    knows that person to have written it. `author` is who of the team wrote one that is not the customer's; `private`
    ones are for the team alone. `key` is ours, on what we wrote ourselves. `closed` is how the thread stands now.
    `problem` says in words what of the message did not come.
    """

    external_id: str
    thread_id: str
    email: str
    text: str
    written_at: datetime
    name: str = ""
    order_number: str = ""
    order_id: str = ""
    customer_id: str = ""
    account_email: str = ""
    by_customer: bool = True
    author: str = ""
    private: bool = False
    proved: bool = False
    closed: bool = False
    subject: str = ""
    language: str = ""
    key: str = ""
    parts: tuple[Part, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Messages in the order in which the platform took them. `mark` is where the next look begins, always given;
    `more` says that others wait already; `refused` are (key, why) of what could not be understood."""

    items: tuple[ThreadMessage, ...]
    mark: str
    more: bool = False
    refused: tuple[tuple[str, str], ...] = ()
