"""Asking platforms for a customer's cart: outside any transaction, and only as long as a person would wait."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from time import monotonic

from django.utils.translation import gettext as _

from comptoir.customers.models import Customer, IdentityKind
from comptoir.orders.carts import ordered_since
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Cart, Connection, Order
from comptoir.orders.people import NOBODY
from comptoir.ports.carts import KeepsCarts
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Fact, LineData

SECONDS = 4.0  # that a colleague waits for all the shops together
SHOPS = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """The cart of a customer in one shop, or why it cannot be shown."""

    account: Connection
    cart: CartData | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a platform is asked about."""

    account: Connection
    customer_id: str
    email: str


def beside(customer: Customer, accounts: Sequence[Connection], seconds: float = SECONDS) -> list[Beside]:
    """The customer's carts in these shops, asked for at the same time; a shop that takes too long is said to."""
    found: list[Beside] = []
    asked: list[tuple[Wanted, KeepsCarts]] = []
    for account in accounts[:SHOPS]:
        try:
            port = shop_of(account)
        except PortError as error:
            found.append(Beside(account, problem=error.message))
            continue
        if Fact.CARTS not in port.capabilities.facts:
            continue
        if not isinstance(port, KeepsCarts):
            found += _told(account, customer)
        elif (wanted := _wanted(account, customer)) is not None:
            asked.append((wanted, port))
    return [each for each in [*found, *_all(asked, seconds)] if each.cart or each.problem]


def read(row: Cart) -> CartData | None:
    """A kept cart as it is now; what is only told of stays as it was told. Raises PortError."""
    port = shop_of(row.connection)
    if not isinstance(port, KeepsCarts):
        return _of(row)
    mail = row.identity.value if row.identity.kind == IdentityKind.EMAIL else ""
    told = port.cart(row.platform_customer, mail)
    return told if told is not None and told.external_id == row.external_id else None


def _all(asked: Sequence[tuple[Wanted, KeepsCarts]], seconds: float) -> list[Beside]:
    if not asked:
        return []
    until = monotonic() + seconds
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="carts")
    try:
        answers = [(wanted, pool.submit(port.cart, wanted.customer_id, wanted.email)) for wanted, port in asked]
        found = []
        for wanted, answer in answers:
            try:
                found.append(Beside(wanted.account, answer.result(max(until - monotonic(), 0.01))))
            except PortError as error:
                found.append(Beside(wanted.account, problem=error.message))
            except TookTooLong:
                found.append(Beside(wanted.account, problem=_("La boutique met trop de temps à répondre.")))
        return found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what is on its way ends by the time-out of its own call


def _wanted(account: Connection, customer: Customer) -> Wanted | None:
    """By what the platform knows the customer: its number, else their first address."""
    rows = list(customer.identities.order_by("pk"))
    numbers = [row.value for row in rows if row.kind == IdentityKind.SHOP and row.shop_id == account.shop_id]
    placed = Order.objects.filter(identity__customer=customer, connection=account).exclude(platform_customer__in=NOBODY)
    number = placed.order_by("-placed_at").values_list("platform_customer", flat=True).first()
    mail = next((row.value for row in rows if row.kind == IdentityKind.EMAIL), "")
    name = number or next((value for value in numbers if not value.startswith("order:")), "")
    return Wanted(account, name, mail) if name or mail else None


def _told(account: Connection, customer: Customer) -> list[Beside]:
    """The newest cart that a webhook told of, unless an order came since."""
    rows = Cart.objects.filter(connection=account, identity__customer=customer, closed_at=None)
    row = rows.select_related("identity").order_by("-changed_at").first()
    return [Beside(account, _of(row))] if row and not ordered_since(row) else []


def _of(row: Cart) -> CartData:
    """The kept cart in the words of the port."""
    lines = tuple(
        LineData(
            title=each["title"], unit_price=each["total"] // max(each["quantity"], 1), quantity=each["quantity"],
            total=each["total"], variant=each["variant"], image=each["image"], product=each["product"], sku=each["sku"],
        )
        for each in row.lines
    )  # fmt: skip
    return CartData(
        row.external_id, customer_id=row.platform_customer, total=row.total, currency=row.currency, lines=lines, url=row.url,
        completed=row.closed_at is not None, updated_at=row.changed_at, admin_url=row.admin_url,
    )  # fmt: skip
