"""Orders, customers, products as PrestaShop's resources tell them, as the port's values.

An order names its customer, addresses, currency, carrier and state by number: `Around` holds what was read of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comptoir.adapters.prestashop.resources import associated, local
from comptoir.lib.payload import Unreadable, currency, key, minor, moment, plain, text, whole
from comptoir.ports.parcels import ParcelState, ShipmentData
from comptoir.ports.shop import CustomerData, LineData, OrderData, PaymentData, ProductData, RefundData

# The states of a fresh PrestaShop, for where theirs cannot be read
_DEFAULTS = {
    "1": "pending", "2": "paid", "3": "preparing", "4": "shipped", "5": "delivered", "6": "cancelled", "7": "refunded",
    "8": "pending", "9": "paid", "10": "pending", "11": "paid", "12": "pending", "13": "pending", "14": "pending",
}  # fmt: skip
_TEMPLATES = {
    "order_canceled": "cancelled",
    "refund": "refunded",
    "shipped": "shipped",
    "preparation": "preparing",
    "in_transit": "shipped",
}
DELIVERED = "5"
Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Around:
    """What stands around orders, by its number; parcels, slips and payments by the order's."""

    customers: Rows = field(default_factory=dict)
    addresses: Rows = field(default_factory=dict)
    countries: Rows = field(default_factory=dict)
    currencies: Rows = field(default_factory=dict)
    carriers: Rows = field(default_factory=dict)
    states: Rows = field(default_factory=dict)
    languages: Rows = field(default_factory=dict)
    parcels: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    slips: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    payments: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    zone: str = "Europe/Paris"
    currency: str = "EUR"
    site: str = ""


def local_moment(value: Any, zone: str) -> datetime | None:
    """A moment as PrestaShop writes it: without a zone, in the shop's own."""
    read = moment(value)
    written = text(value, 40)
    if read is None or "+" in written or written.endswith("Z"):
        return read
    try:
        return read.replace(tzinfo=ZoneInfo(zone)).astimezone(read.tzinfo)
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        return read


def address(told: Mapping[str, Any], countries: Rows) -> dict[str, str]:
    """An address; only what is told."""
    parts = {
        "name": " ".join(filter(None, (plain(told.get("firstname"), 120), plain(told.get("lastname"), 120)))),
        "street": ", ".join(filter(None, (plain(told.get(part)) for part in ("company", "address1", "address2")))),
        "postcode": plain(told.get("postcode"), 20),
        "city": plain(told.get("city"), 120),
        "country": text(countries.get(key(told.get("id_country")), {}).get("iso_code"), 2),
        "phone": plain(told.get("phone_mobile"), 40) or plain(told.get("phone"), 40),
    }
    return {part: value for part, value in parts.items() if value}


def line(told: Mapping[str, Any], code: str, refunded: Mapping[str, int]) -> LineData | None:
    """A row of an order; None when its quantity is nothing."""
    count, name = whole(told.get("product_quantity")), key(told.get("id"))
    if count <= 0:
        return None
    price = minor(told.get("unit_price_tax_incl"), code, 0) or minor(told.get("product_price"), code, 0)
    before_tax = minor(told.get("unit_price_tax_excl"), code, price)
    return LineData(
        title=plain(told.get("product_name")) or plain(told.get("product_reference")) or "—",
        unit_price=price,
        quantity=count,
        sku=text(told.get("product_reference"), 80),
        product=key(told.get("product_id")),
        external_id=name,
        tax=max(price - before_tax, 0) * count,
        refunded=min(refunded.get(name, 0), count),
    )


def slip(told: Mapping[str, Any], code: str, zone: str) -> RefundData | None:
    """A credit slip; None when it is worth nothing."""
    shipping = minor(told.get("total_shipping_tax_incl"), code, 0)
    amount = minor(told.get("total_products_tax_incl"), code, 0) + shipping or minor(told.get("amount"), code, 0)
    when = local_moment(told.get("date_add"), zone)
    if amount <= 0 or when is None:
        return None
    rows = associated(told, "order_slip_details")
    lines = {key(row.get("id_order_detail")): whole(row.get("product_quantity")) for row in rows}
    return RefundData(
        amount, when, key(told.get("id")) or "1", lines={name: count for name, count in lines.items() if name and count > 0},
        shipping=min(max(shipping, 0), amount),
    )  # fmt: skip


def order(told: Mapping[str, Any], around: Around) -> OrderData:
    """The whole order. Raises Unreadable."""
    name = key(told.get("id"))
    code = currency(around.currencies.get(key(told.get("id_currency")), {}).get("iso_code"), around.currency)
    placed = local_moment(told.get("date_add"), around.zone)
    if not name or placed is None:
        raise Unreadable("L’identifiant ou la date de la commande manque.")
    refunds = [found for found in (slip(entry, code, around.zone) for entry in around.slips.get(name, [])) if found]
    counted: dict[str, int] = {}
    for which, count in (pair for found in refunds for pair in found.lines.items()):
        counted[which] = counted.get(which, 0) + count
    lines = [found for found in (line(row, code, counted) for row in associated(told, "order_rows")) if found]
    person = around.customers.get(key(told.get("id_customer")), {})
    delivery = address(around.addresses.get(key(told.get("id_address_delivery")), {}), around.countries)
    billing = address(around.addresses.get(key(told.get("id_address_invoice")), {}), around.countries)
    reference = plain(told.get("reference"), 60) or name
    status = key(told.get("current_state"))
    state = state_of(status, around.states)
    return OrderData(
        external_id=name,
        number=reference,
        email=text(person.get("email"), 320).lower(),
        placed_at=placed,
        total=minor(told.get("total_paid_tax_incl") or told.get("total_paid"), code),
        currency=code,
        state=state,
        name=_person(person) or delivery.get("name", ""),
        language=text(around.languages.get(key(told.get("id_lang")), {}).get("iso_code"), 35),
        shipping=minor(told.get("total_shipping_tax_incl"), code, 0),
        discount=minor(told.get("total_discounts_tax_incl"), code, 0),
        shipping_method=plain(around.carriers.get(key(told.get("id_carrier")), {}).get("name"), 120),
        payment=plain(told.get("payment"), 120),
        note=plain(told.get("gift_message"), 2_000),
        address=delivery,
        lines=tuple(lines),
        shipments=parcels(told, name, around, state),
        refunds=tuple(refunds),
        status=(local(around.states.get(status, {}).get("name")) or status)[:60],
        phone=delivery.get("phone", "") or billing.get("phone", ""),
        customer_id=key(told.get("id_customer")),
        tax=max(minor(told.get("total_paid_tax_incl"), code, 0) - minor(told.get("total_paid_tax_excl"), code, 0), 0),
        updated_at=local_moment(told.get("date_upd"), around.zone),
        payments=payments(around.payments.get(reference, []), code, around.zone),
        billing_address=billing,
    )


def parcels(told: Mapping[str, Any], name: str, around: Around, state: str) -> tuple[ShipmentData, ...]:
    """What left: a parcel for each tracking number of the order's carriers, and of the order itself."""
    rows = [
        *around.parcels.get(name, []),
        {"id": "", "id_carrier": told.get("id_carrier"), "tracking_number": told.get("shipping_number")},
    ]
    found: dict[str, ShipmentData] = {}
    for row in rows:
        parcel = parcel_of(row, around, delivered=state == "delivered")
        if parcel and parcel.number.upper() not in found:
            found[parcel.number.upper()] = parcel
    return tuple(found.values())


def parcel_of(row: Mapping[str, Any], around: Around, *, delivered: bool = False) -> ShipmentData | None:
    """The parcel of a row of order_carriers; None while it has no number."""
    number = plain(row.get("tracking_number"), 60)
    if not number:
        return None
    carrier = around.carriers.get(key(row.get("id_carrier")), {})
    return ShipmentData(
        carrier=plain(carrier.get("name"), 60),
        number=number,
        external_id=key(row.get("id")) or number,
        url=text(carrier.get("url"), 400).replace("@", number) if "@" in text(carrier.get("url")) else "",
        state=ParcelState.DELIVERED if delivered else ParcelState.ANNOUNCED,
        shipped_at=local_moment(row.get("date_add"), around.zone),
    )


def payments(rows: list[dict[str, Any]], code: str, zone: str) -> tuple[PaymentData, ...]:
    """Money that came in."""
    return tuple(
        PaymentData(
            key(row.get("id")), minor(row.get("amount"), code, 0), plain(row.get("payment_method"), 120), "paid",
            local_moment(row.get("date_add"), zone),
        )
        for row in rows
    )  # fmt: skip


def state_of(status: str, states: Rows) -> str:
    """The order's state, by the mail that PrestaShop sends in it, by its marks, or by the numbers of a fresh shop."""
    row = states.get(status)
    if row is None:
        return _DEFAULTS.get(status, "pending")
    template = local(row.get("template")) if isinstance(row.get("template"), list) else text(row.get("template"), 60)
    if status == DELIVERED and whole(row.get("shipped")):
        return "delivered"
    if template in _TEMPLATES:
        return _TEMPLATES[template]
    if whole(row.get("shipped")):
        return "shipped"
    return "paid" if whole(row.get("paid")) else "pending"


def customer(told: Mapping[str, Any], around: Around) -> CustomerData:
    """A customer. Raises Unreadable."""
    name, email = key(told.get("id")), text(told.get("email"), 320).lower()
    if not name and not email:
        raise Unreadable("L’identifiant du client manque.")
    return CustomerData(
        external_id=name,
        email=email,
        name=_person(told),
        language=text(around.languages.get(key(told.get("id_lang")), {}).get("iso_code"), 35),
        consents={"email": whole(told.get("newsletter")) == 1} if "newsletter" in told else {},
        updated_at=local_moment(told.get("date_upd"), around.zone),
    )


def product(told: Mapping[str, Any], stock: Mapping[str, int], around: Around) -> ProductData:
    """A product, its price without tax as the web service has it. Raises Unreadable."""
    name = key(told.get("id"))
    if not name:
        raise Unreadable("L’identifiant du produit manque.")
    return ProductData(
        external_id=name,
        title=local(told.get("name")) or "—",
        sku=text(told.get("reference"), 80),
        description=local(told.get("description_short"))[:20_000],
        price=minor(told.get("price"), around.currency, 0) if text(told.get("price")) else None,
        currency=around.currency,
        stock=stock.get(name),
        updated_at=local_moment(told.get("date_upd"), around.zone),
    )


def _person(told: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (plain(told.get("firstname"), 120), plain(told.get("lastname"), 120))))
