"""An order as Magento tells it, with what stands around it (shipments, credit memos), as the port's values.

Amounts are those of the order's currency, as the customer saw them; the base currency stands beside them in Magento and
counts for refunds alone (refunds.py). Lines and shipping hold their tax, their discount taken off.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, DecimalException
from typing import Any

from comptoir.lib.payload import Unreadable, currency, items, key, mapping, minor, moment, plain, text, whole
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import LineData, OrderData, PaymentData, RefundData

KEY_MARK = "comptoir:"
_MARK = re.compile(r"\s*\[comptoir:([^\]\s]{1,200})\]")
CANCELLED_MEMO = 3
OPEN_MEMO = 1


@dataclass(frozen=True, slots=True)
class Site:
    """What an order does not say itself: the back office's address, languages by store, base currency, its pictures."""

    admin: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    media: str = ""


def mark(ours: str) -> str:
    """How our key stands in a comment."""
    return f"[{KEY_MARK}{ours}]"


def address(told: Any) -> dict[str, str]:
    """An address: name, street, postcode, city, country, phone; only what is told."""
    said = mapping(told)
    street = said.get("street")
    rows = street if isinstance(street, list) else text(street).split("\n")
    parts = {
        "name": person(said),
        "street": ", ".join(filter(None, (plain(part) for part in (said.get("company"), *rows[:4])))),
        "postcode": plain(said.get("postcode"), 20),
        "city": plain(said.get("city"), 120),
        "country": plain(said.get("country_id"), 80),
        "phone": plain(said.get("telephone"), 40),
    }
    return {part: value for part, value in parts.items() if value}


def person(told: Mapping[str, Any], before: str = "") -> str:
    """First and last name."""
    return " ".join(filter(None, (plain(told.get(f"{before}{part}"), 120) for part in ("firstname", "lastname"))))


def destination(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The delivery address as Magento has it; empty for an order of things that are not sent."""
    assigned = items(mapping(told.get("extension_attributes")).get("shipping_assignments"), 1)
    return mapping(mapping(assigned[0].get("shipping")).get("address")) if assigned else {}


def measure(value: Any) -> Decimal:
    """A quantity, which may be a fraction (metres, kilograms)."""
    try:
        number = Decimal(text(value, 40) or "0")
    except DecimalException:
        return Decimal(0)
    return number if number.is_finite() and abs(number) < 10**7 else Decimal(0)


def count(value: Any) -> int:
    """A quantity in pieces; a fraction is one piece."""
    amount = measure(value)
    return int(amount) if amount == int(amount) else 1


def parent(told: Mapping[str, Any]) -> str:
    """The line that a line belongs to."""
    return key(told.get("parent_item_id")) or key(mapping(told.get("parent_item")).get("item_id"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lines of an order that bear money: `lines` as Magento tells them, `places` from any line's key to a position."""

    lines: list[dict[str, Any]]
    places: dict[str, int]
    parts: dict[str, list[dict[str, Any]]]


def chosen(told: Mapping[str, Any]) -> Chosen:
    """A configurable article or a bundle stands once: its parent where that bears the price, else its parts (a bundle
    of dynamic price). Counting both would double the order."""
    listed = items(told.get("items"))
    named = {key(each.get("item_id")): each for each in listed}
    parts: dict[str, list[dict[str, Any]]] = {}
    for each in listed:
        if parent(each) in named and parent(each) != key(each.get("item_id")):
            parts.setdefault(parent(each), []).append(each)
    apart = {name for name, inner in parts.items() if named[name].get("product_type") == "bundle" and any(measure(each.get("row_total")) > 0 for each in inner)}  # fmt: skip
    lines = [each for each in listed if (parent(each) in apart if parent(each) in parts else key(each.get("item_id")) not in apart)]  # fmt: skip
    places = {key(each.get("item_id")): at for at, each in enumerate(lines)}
    for name, inner in parts.items():
        places |= {key(each.get("item_id")): places[name] for each in inner if name in places}
    return Chosen(lines, places, parts)


def gross(told: Mapping[str, Any], code: str) -> int:
    """What was paid for a line: net, tax, eco-tax, less its discount. The sum over lines and shipping is the total."""
    names = ("row_total", "tax_amount", "discount_tax_compensation_amount", "weee_tax_applied_row_amount")
    return sum(minor(told.get(name), code, 0) for name in names) - minor(told.get("discount_amount"), code, 0)


def shipping(told: Mapping[str, Any], code: str) -> int:
    """What was paid for shipping."""
    names = ("shipping_amount", "shipping_tax_amount", "shipping_discount_tax_compensation_amount")
    return sum(minor(told.get(name), code, 0) for name in names) - minor(told.get("shipping_discount_amount"), code, 0)


def line(told: Mapping[str, Any], code: str, inner: list[dict[str, Any]]) -> LineData:
    """A position; a fraction of something is one piece that says how much it is."""
    amount, pieces, total = measure(told.get("qty_ordered")), max(count(told.get("qty_ordered")), 1), gross(told, code)
    each = minor(told.get("price_incl_tax"), code, 0) or minor(told.get("price"), code, 0)
    discount = max(minor(told.get("discount_amount"), code, 0), 0)
    fraction = amount != pieces
    bundle = inner if told.get("product_type") == "bundle" else []
    return LineData(
        title=plain(told.get("name")) or plain(told.get("sku")) or "—",
        unit_price=total + discount if fraction else each,
        quantity=pieces,
        total=total,
        sku=text(told.get("sku"), 80),
        variant=f"× {amount.normalize():f}" if fraction else plain(mapping(told.get("parent_item")).get("name"), 120),
        product=key(told.get("product_id")),
        external_id=key(told.get("item_id")),
        tax=minor(told.get("tax_amount"), code, 0),
        discount=discount,
        refunded=min(max(count(told.get("qty_refunded")), 0), pieces),
        specification={plain(part.get("name"), 80): f"× {count(part.get('qty_ordered'))}" for part in bundle[:20]},
    )


def refund(told: Mapping[str, Any], code: str, known: Mapping[str, int] | None = None) -> RefundData | None:
    """A credit memo; None for one that was cancelled. `known` are the lines' positions: parts of a line do not count."""
    when, state = moment(told.get("created_at")), whole(told.get("state"))
    amount = minor(told.get("grand_total"), code, 0)
    if amount <= 0 or when is None or state == CANCELLED_MEMO:
        return None
    lines = {key(each.get("order_item_id")): count(each.get("qty")) for each in items(told.get("items"))}
    sent = sum(minor(told.get(name), code, 0) for name in ("shipping_amount", "shipping_tax_amount"))
    said = " ".join(text(each.get("comment"), 2_000) for each in items(told.get("comments"))[:20])
    ours = _MARK.search(said)
    return RefundData(
        amount=amount,
        refunded_at=when,
        external_id=key(told.get("entity_id")) or "1",
        reason=plain(_MARK.sub("", said)).strip(),
        lines={
            name: pieces for name, pieces in lines.items() if name and pieces > 0 and (known is None or name in known)
        },
        shipping=min(max(sent, 0), amount),
        state="pending" if state == OPEN_MEMO else "done",
        key=ours[1] if ours else "",
    )


def parcels(told: Mapping[str, Any], places: Mapping[str, int]) -> list[ShipmentData]:
    """The parcels of a shipment: one for each of its tracks, one without a number where it has none."""
    name, sent = key(told.get("entity_id")), moment(told.get("created_at"))
    packed: dict[int, int] = {}
    for each in items(told.get("items")):
        at = places.get(key(each.get("order_item_id")))
        if at is not None and measure(each.get("qty")) > 0:
            packed[at] = max(packed.get(at, 0), count(each.get("qty")))
    tracks = items(told.get("tracks"), 100)
    whole_one = ShipmentData("", external_id=name, shipped_at=sent, lines=tuple(packed))
    if len(tracks) <= 1:  # how many travel in which of several parcels Magento does not say
        whole_one = replace(whole_one, quantities=tuple(packed.values()))
    found = [
        replace(
            whole_one,
            carrier=plain(each.get("title"), 60) or plain(each.get("carrier_code"), 60),
            number=text(each.get("track_number"), 80),
            external_id=f"{name}-{key(each.get('entity_id')) or at}",
        )
        for at, each in enumerate(tracks)
    ]
    return found or [whole_one]


def order(told: Mapping[str, Any], site: Site, sent: list[dict[str, Any]], memos: list[dict[str, Any]]) -> OrderData:
    """The whole order with its shipments and credit memos. Raises Unreadable."""
    code, name = currency(told.get("order_currency_code")), key(told.get("entity_id"))
    placed, changed = moment(told.get("created_at")), moment(told.get("updated_at"))
    if not name:
        raise Unreadable("L’identifiant de la commande manque.")
    if placed is None:
        raise Unreadable("La date de la commande manque.")
    picked = chosen(told)
    own = {key(each.get("item_id")): at for at, each in enumerate(picked.lines)}
    billing, delivery = address(told.get("billing_address")), address(destination(told))
    back = [found for found in (refund(each, code, own) for each in memos) if found]
    total = minor(told.get("grand_total"), code)
    coupon = plain(told.get("coupon_code"), 120)
    return OrderData(
        external_id=name,
        number=plain(told.get("increment_id"), 60) or name,
        email=text(told.get("customer_email"), 320).lower(),
        placed_at=placed,
        total=total,
        currency=code,
        state=_state(told, picked.lines, total, code),
        name=person(told, "customer_") or billing.get("name", "") or delivery.get("name", ""),
        language=site.languages.get(key(told.get("store_id")), ""),
        shipping=shipping(told, code),
        discount=abs(minor(told.get("discount_amount"), code, 0)),
        shipping_method=plain(told.get("shipping_description"), 120),
        payment=method(told),
        note=plain(told.get("customer_note"), 5_000),
        address=delivery or billing,
        lines=tuple(line(each, code, picked.parts.get(key(each.get("item_id")), [])) for each in picked.lines),
        shipments=tuple(parcel for each in sent for parcel in parcels(each, picked.places)),
        refunds=tuple(back),
        status=text(told.get("status"), 60) or text(told.get("state"), 60),
        phone=billing.get("phone", "") or delivery.get("phone", ""),
        customer_id=key(told.get("customer_id")),
        tax=minor(told.get("tax_amount"), code, 0),
        updated_at=changed,
        admin_url=f"{site.admin}/sales/order/view/order_id/{name}" if site.admin else "",
        payments=_payments(told, code, total),
        discount_codes=(coupon,) if coupon else (),
        billing_address=billing,
    )


def method(told: Mapping[str, Any]) -> str:
    """How it was paid, in the shop's words where it says them."""
    extra = items(mapping(told.get("extension_attributes")).get("payment_additional_info"), 50)
    title = next((plain(each.get("value"), 120) for each in extra if each.get("key") == "method_title"), "")
    return title or text(mapping(told.get("payment")).get("method"), 120)


def _state(told: Mapping[str, Any], lines: list[dict[str, Any]], total: int, code: str) -> str:
    """Ours of Magento's state (the status beside it is the merchant's own word) and of what was shipped."""
    state, paid = text(told.get("state"), 40), minor(told.get("total_paid"), code, 0)
    back = minor(told.get("total_refunded"), code, 0)
    if state == "canceled":
        return "cancelled"
    if state == "closed" or 0 < total <= back:
        return "refunded"
    if state == "complete":
        return "delivered" if whole(told.get("is_virtual")) else "shipped"
    sent = [measure(each.get("qty_shipped")) for each in items(told.get("items"))]
    if any(amount > 0 for amount in sent):
        return "shipped" if all(_is_sent(each) for each in lines) else "partly_shipped"
    if state == "processing":
        return "preparing"
    return "paid" if 0 < total <= paid else "pending"


def _is_sent(told: Mapping[str, Any]) -> bool:
    left = measure(told.get("qty_ordered")) - measure(told.get("qty_canceled")) - measure(told.get("qty_refunded"))
    return bool(whole(told.get("is_virtual"))) or measure(told.get("qty_shipped")) >= left


def _payments(told: Mapping[str, Any], code: str, total: int) -> tuple[PaymentData, ...]:
    paid = minor(told.get("total_paid"), code, 0)
    said = mapping(told.get("payment"))
    name = text(said.get("last_trans_id"), 120) or key(said.get("entity_id")) or f"order-{key(told.get('entity_id'))}"
    if total <= 0 or not said:
        return ()
    if paid > 0:
        return (PaymentData(name, paid, method(told), "paid"),)
    state = "voided" if told.get("state") == "canceled" else "authorized" if minor(said.get("amount_authorized"), code, 0) > 0 else "pending"  # fmt: skip
    return (PaymentData(name, total, method(told), state),)
