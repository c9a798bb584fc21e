"""An order as WooCommerce tells it, by webhook or by REST, as the port's values.

WooCommerce keeps amounts without tax and tax beside them; here a line's price, a line's total and shipping hold their
tax, as the customer saw them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from comptoir.adapters.woocommerce.tracking import parcels
from comptoir.lib.payload import Unreadable, currency, items, key, link, mapping, minor, moment, plain, text, whole
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import CustomerData, LineData, OrderData, PaymentData, ProductData, RefundData

KEY = "_comptoir_key"  # metadata that bears a key of ours
CARTS = frozenset({"draft", "auto-draft", "checkout-draft", "new"})  # not ordered yet
_STATES = {
    "pending": "pending", "on-hold": "pending", "failed": "pending", "processing": "preparing", "completed": "shipped",
    "cancelled": "cancelled", "trash": "cancelled", "refunded": "refunded",
    # of the usual plugins
    "shipped": "shipped", "partial-shipped": "partly_shipped", "partially-shipped": "partly_shipped", "delivered": "delivered",
    "updated-tracking": "shipped", "preparing": "preparing", "awaiting-shipment": "preparing", "picked": "preparing",
}  # fmt: skip
_LANGUAGES = ("wpml_language", "trp_language", "_locale", "pll_language")
_SERIAL = re.compile(r"_?serial[ _]number|numéro[ _]de[ _]série", re.IGNORECASE)


def meta(told: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata by its key."""
    return {text(entry.get("key"), 120): entry.get("value") for entry in items(told.get("meta_data"))}


def address(told: Any) -> dict[str, str]:
    """An address: name, street, postcode, city, country, phone; only what is told."""
    said = mapping(told)
    person = " ".join(filter(None, (plain(said.get("first_name"), 120), plain(said.get("last_name"), 120))))
    parts = {
        "name": person,
        "street": ", ".join(filter(None, (plain(said.get(part)) for part in ("company", "address_1", "address_2")))),
        "postcode": plain(said.get("postcode"), 20),
        "city": plain(said.get("city"), 120),
        "country": plain(said.get("country"), 80),
        "phone": plain(said.get("phone"), 40),
    }
    return {part: value for part, value in parts.items() if value}


def gross(told: Mapping[str, Any], name: str, code: str) -> int:
    """An amount with the tax that stands beside it."""
    return minor(told.get(name), code, 0) + minor(told.get(f"{name}_tax"), code, 0)


def line(told: Mapping[str, Any], code: str, refunded: Mapping[str, int]) -> LineData | None:
    """A position; None when its quantity is nothing."""
    count, name = whole(told.get("quantity")), key(told.get("id"))
    if count <= 0:
        return None
    total = gross(told, "total", code)
    before = gross(told, "subtotal", code) if told.get("subtotal") is not None else total
    said = [entry for entry in items(told.get("meta_data")) if isinstance(entry.get("value"), str | int | float)]
    return LineData(
        title=plain(told.get("parent_name")) or plain(told.get("name")) or plain(told.get("sku")) or "—",
        unit_price=_each(before, count),
        quantity=count,
        total=total,
        sku=text(told.get("sku"), 80),
        product=key(told.get("product_id")),
        external_id=name,
        tax=minor(told.get("total_tax"), code, 0),
        discount=max(before - total, 0),
        image=link(mapping(told.get("image")).get("src")),
        refunded=min(refunded.get(name, 0), count),
        serials=tuple(plain(entry.get("value"), 120) for entry in said if _SERIAL.fullmatch(text(entry.get("key")))),
        specification={
            plain(entry.get("display_key") or entry.get("key"), 80): plain(
                entry.get("display_value") or entry.get("value")
            )
            for entry in said[:20]
            if not text(entry.get("key")).startswith("_")
        },
    )


def _each(total: int, count: int) -> int:
    """The price of one, half up."""
    return (2 * total + count) // (2 * count) if total >= 0 else -_each(-total, count)


def fee(told: Mapping[str, Any], code: str) -> LineData:
    """A fee (gift wrap, payment fee) as a position of its own."""
    total = gross(told, "total", code)
    return LineData(
        plain(told.get("name")) or "—",
        total,
        1,
        total,
        external_id=key(told.get("id")),
        tax=minor(told.get("total_tax"), code, 0),
    )


def refund(told: Mapping[str, Any], code: str) -> RefundData | None:
    """Money that went back: whole from orders/…/refunds, a summary from the order itself. None when nothing did."""
    amount = minor(told.get("amount"), code, 0) or abs(minor(told.get("total"), code, 0))
    when = moment(told.get("date_created_gmt")) or moment(told.get("date_created"))
    if amount <= 0 or when is None:
        return None
    lines: dict[str, int] = {}
    for entry in items(told.get("line_items")):
        name = key(meta(entry).get("_refunded_item_id")) or key(entry.get("id"))
        lines[name] = lines.get(name, 0) + abs(whole(entry.get("quantity")))
    shipping = sum(abs(gross(entry, "total", code)) for entry in items(told.get("shipping_lines")))
    return RefundData(
        amount=amount,
        refunded_at=when,
        external_id=key(told.get("id")) or "1",
        reason=plain(told.get("reason")),
        lines={name: count for name, count in lines.items() if name and count},
        shipping=min(shipping, amount),
        key=text(meta(told).get(KEY), 200),
    )


def order(told: Mapping[str, Any], site: str = "", refunds: list[dict[str, Any]] | None = None) -> OrderData:
    """The whole order; `refunds` are its refunds as read by themselves. Raises Unreadable."""
    code, name = currency(told.get("currency")), key(told.get("id"))
    status = text(told.get("status"), 60).lower().removeprefix("wc-")
    if not name:
        raise Unreadable("L’identifiant de la commande manque.")
    changed = _when(told, "date_modified")
    placed = _when(told, "date_created") or changed
    if placed is None and status not in CARTS:
        raise Unreadable("La date de la commande manque.")
    placed = placed or datetime.now(UTC)
    given = (
        refunds
        if refunds is not None
        else [{"date_created_gmt": str(changed or placed), **entry} for entry in items(told.get("refunds"))]
    )
    back = [found for found in (refund(entry, code) for entry in given) if found]
    counted: dict[str, int] = {}
    for which, count in (pair for found in back for pair in found.lines.items()):
        counted[which] = counted.get(which, 0) + count
    lines = [found for found in (line(entry, code, counted) for entry in items(told.get("line_items"))) if found]
    positions = {found.external_id: at for at, found in enumerate(lines)}
    lines += [fee(entry, code) for entry in items(told.get("fee_lines"))]
    billing, delivery = address(told.get("billing")), address(told.get("shipping"))
    paid = _when(told, "date_paid")
    said = meta(told)
    sent = parcels(told, positions, status == "delivered")
    return OrderData(
        external_id=name,
        number=(plain(told.get("number"), 60) or name).lstrip("#"),
        email=text(mapping(told.get("billing")).get("email"), 320).lower(),
        placed_at=placed,
        total=minor(told.get("total"), code),
        currency=code,
        state=_state(status, paid is not None, sent),
        name=billing.get("name", "") or delivery.get("name", ""),
        language=next((text(said[each], 35) for each in _LANGUAGES if text(said.get(each))), ""),
        shipping=minor(told.get("shipping_total"), code, 0) + minor(told.get("shipping_tax"), code, 0),
        discount=minor(told.get("discount_total"), code, 0) + minor(told.get("discount_tax"), code, 0),
        shipping_method=plain(next(iter(items(told.get("shipping_lines"))), {}).get("method_title"), 120),
        payment=plain(told.get("payment_method_title"), 120) or text(told.get("payment_method"), 120),
        note=plain(told.get("customer_note"), 5_000),
        address=delivery if delivery.get("city") or delivery.get("street") else billing,
        lines=tuple(lines),
        shipments=tuple(sent),
        refunds=tuple(back),
        status=status,
        phone=billing.get("phone", "") or delivery.get("phone", ""),
        customer_id=key(told.get("customer_id")),
        tax=minor(told.get("total_tax"), code, 0),
        updated_at=changed,
        admin_url=f"{site}/wp-admin/post.php?post={name}&action=edit" if site else "",
        payments=_payments(told, code, name, status, paid),
        discount_codes=tuple(
            filter(None, (plain(entry.get("code"), 120) for entry in items(told.get("coupon_lines"))))
        ),
        billing_address=billing,
    )


def _when(told: Mapping[str, Any], name: str) -> datetime | None:
    return moment(told.get(f"{name}_gmt")) or moment(told.get(name))


def _state(status: str, paid: bool, sent: list[ShipmentData]) -> str:
    if status in CARTS:
        return "pending"
    state = _STATES.get(status, "paid" if paid else "pending")
    if state == "shipped" and sent and all(parcel.state == "delivered" for parcel in sent):
        return "delivered"
    return state


def _payments(
    told: Mapping[str, Any], code: str, name: str, status: str, paid: datetime | None
) -> tuple[PaymentData, ...]:
    amount, method = minor(told.get("total"), code, 0), plain(told.get("payment_method_title"), 120)
    if amount <= 0 or status in CARTS or not (method or paid):
        return ()
    state = "paid" if paid else "failed" if status == "failed" else "voided" if status == "cancelled" else "pending"
    return (PaymentData(text(told.get("transaction_id"), 120) or f"order-{name}", amount, method, state, paid),)


def product(told: Mapping[str, Any], code: str) -> ProductData:
    """A product. Raises Unreadable."""
    name = key(told.get("id"))
    if not name:
        raise Unreadable("L’identifiant du produit manque.")
    price = told.get("price")
    pictures = items(told.get("images"))
    return ProductData(
        external_id=name,
        title=plain(told.get("name")) or "—",
        sku=text(told.get("sku"), 80),
        category=", ".join(filter(None, (plain(entry.get("name"), 60) for entry in items(told.get("categories")))))[
            :120
        ],
        description=text(told.get("description"), 20_000),
        price=minor(price, code, 0) if text(price) else None,
        currency=code,
        stock=whole(told.get("stock_quantity")) if told.get("manage_stock") is True else None,
        url=link(told.get("permalink")),
        image=link(pictures[0].get("src")) if pictures else "",
        updated_at=_when(told, "date_modified"),
    )


def customer(told: Mapping[str, Any]) -> CustomerData:
    """A customer who has an account. Raises Unreadable."""
    name, email = key(told.get("id")), text(told.get("email"), 320).lower()
    billing = mapping(told.get("billing"))
    if not name and not email:
        raise Unreadable("L’identifiant du client manque.")
    places = [entry for entry in (address(told.get("billing")), address(told.get("shipping"))) if entry.get("street")]
    return CustomerData(
        external_id=name,
        email=email or text(billing.get("email"), 320).lower(),
        name=" ".join(filter(None, (plain(told.get("first_name"), 120), plain(told.get("last_name"), 120)))),
        phone=plain(billing.get("phone"), 40),
        language=next(
            (text(value, 35) for each, value in meta(told).items() if each in _LANGUAGES and text(value)), ""
        ),
        addresses=tuple(places),
        updated_at=_when(told, "date_modified"),
    )
