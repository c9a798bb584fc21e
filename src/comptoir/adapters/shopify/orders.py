"""An order as Shopify tells it, by webhook or by GraphQL, as the port's values.

Amounts are the shop's own currency (`shop_money`), not the customer's: caps, totals and sums of a shop stay in one
currency. What the customer was charged in another currency is said beside a refund.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from comptoir.adapters.shopify.parcels import parcels
from comptoir.lib.payload import (
    Unreadable,
    currency,
    key,
    link,
    mapping,
    minor,
    moment,
    nodes,
    plain,
    text,
    whole,
    words,
)
from comptoir.ports.shop import LineData, OrderData, PaymentData, RefundData

_PAYMENT_STATES = {"success": "paid", "pending": "pending", "awaiting_response": "pending", "failure": "failed", "error": "failed"}  # fmt: skip
_REFUND_STATES = {"success": "done", "failure": "failed", "error": "failed"}
_UNPAID = frozenset({"pending", "partially_paid", "expired", "voided", "unpaid"})
_ALL_SENT = frozenset({"fulfilled"})
_PARTLY_SENT = frozenset({"partial", "partially_fulfilled"})
_AT_WORK = frozenset({"in_progress", "pending_fulfillment", "scheduled", "on_hold", "open"})
KEY_MARK = "comptoir:"  # before a key of ours, in a note or a tag


def amount(told: Mapping[str, Any], name: str, code: str, default: int | None = 0) -> int:
    """An amount in the shop's currency: of `<name>_set` where there is one, else of `<name>`."""
    money = mapping(mapping(told.get(f"{name}_set")).get("shop_money"))
    value = money.get("amount") if money else told.get(name)
    if value is None:
        value = told.get(name)
    return minor(value, code, default)


def address(told: Any) -> dict[str, str]:
    """An address: name, street, postcode, city, country, phone; only what is told."""
    said = mapping(told)
    name = plain(said.get("name")) or " ".join(
        filter(None, (plain(said.get("first_name")), plain(said.get("last_name"))))
    )
    street = ", ".join(filter(None, (plain(said.get(part)) for part in ("company", "address1", "address2"))))
    parts = {
        "name": name,
        "street": street,
        "postcode": plain(said.get("zip"), 20),
        "city": plain(said.get("city"), 120),
        "country": plain(said.get("country_code"), 2) or plain(said.get("country"), 80),
        "phone": plain(said.get("phone"), 40),
    }
    return {part: value for part, value in parts.items() if value}


def line(told: Mapping[str, Any], code: str, refunded: Mapping[str, int]) -> LineData | None:
    """A position; None when its quantity is nothing (it was taken off the order)."""
    count, name = whole(told.get("quantity")), key(told.get("id"))
    if count <= 0:
        return None
    price = amount(told, "price", code, None)
    cuts = [amount(cut, "amount", code) for cut in nodes(told.get("discount_allocations"))]
    discount = sum(cuts) if cuts else amount(told, "total_discount", code)
    properties = nodes(told.get("properties")) or nodes(told.get("custom_attributes"))
    return LineData(
        title=plain(told.get("title")) or plain(told.get("name")) or plain(told.get("sku")) or "—",
        unit_price=price,
        quantity=count,
        total=price * count - discount,
        sku=text(told.get("sku"), 80),
        variant=_variant(told),
        product=key(told.get("product_id")) or key(mapping(told.get("product")).get("id")),
        external_id=name,
        tax=sum(amount(tax, "price", code) for tax in nodes(told.get("tax_lines"))),
        discount=discount,
        image=link(mapping(told.get("image")).get("url")),
        refunded=min(refunded.get(name, 0), count),
        specification={
            plain(entry.get("name"), 80): plain(entry.get("value"))
            for entry in properties[:20]
            if plain(entry.get("name")) and not text(entry.get("name")).startswith("_")
        },
    )


def _variant(told: Mapping[str, Any]) -> str:
    name = plain(told.get("variant_title"), 120)
    return "" if name == "Default Title" else name


def refund(told: Mapping[str, Any], code: str) -> RefundData | None:
    """Money that went back; None when nothing did (articles were put back in stock)."""
    lines: dict[str, int] = {}
    worth = 0
    for entry in nodes(told.get("refund_line_items")):
        name = key(entry.get("line_item_id")) or key(mapping(entry.get("line_item")).get("id"))
        lines[name] = lines.get(name, 0) + whole(entry.get("quantity"))
        worth += amount(entry, "subtotal", code) + amount(entry, "total_tax", code)
    shipping = sum(
        amount(entry, "subtotal_amount", code) + amount(entry, "tax_amount", code)
        for entry in nodes(told.get("refund_shipping_lines"))
    )
    adjusted = 0
    for entry in nodes(told.get("order_adjustments")):
        value = -(amount(entry, "amount", code) + amount(entry, "tax_amount", code))
        if text(entry.get("kind")) == "shipping_refund":
            shipping = shipping or value
        else:
            adjusted += value
    moves = [move for move in nodes(told.get("transactions")) if text(move.get("kind")).lower() == "refund"]
    total = _refunded(told, moves, code, worth + shipping + adjusted)
    when = moment(told.get("created_at")) or moment(told.get("processed_at"))
    if total <= 0 or when is None:
        return None
    states = {_REFUND_STATES.get(text(move.get("status")).lower(), "pending") for move in moves}
    note = plain(told.get("note"))
    return RefundData(
        amount=total,
        refunded_at=when,
        external_id=key(told.get("id")) or "1",
        reason=note.partition(f"[{KEY_MARK}")[0].strip(),
        lines={name: count for name, count in lines.items() if name and count > 0},
        shipping=max(shipping, 0),
        state="failed" if states == {"failed"} else "pending" if "pending" in states else "done",
        method=", ".join(dict.fromkeys(filter(None, (plain(move.get("gateway"), 60) for move in moves))))[:120],
        key=note.partition(f"[{KEY_MARK}")[2].partition("]")[0],
    )


def _refunded(told: Mapping[str, Any], moves: list[dict[str, Any]], code: str, reckoned: int) -> int:
    """What went back: as told in sum, else by its transactions where they are in the shop's currency, else reckoned."""
    if told.get("total_refunded_set"):
        return amount(told, "total_refunded", code)
    told_in_shop = [move for move in moves if move.get("amount_set") or text(move.get("currency"), 3) in ("", code)]
    if moves and len(told_in_shop) == len(moves):
        return sum(amount(move, "amount", code) for move in moves)
    return reckoned


def payment(told: Mapping[str, Any], code: str) -> PaymentData | None:
    """Money that came in; None for what is no payment."""
    kind, status = text(told.get("kind")).lower(), text(told.get("status")).lower()
    if kind not in ("sale", "capture", "authorization", "void"):
        return None
    state = _PAYMENT_STATES.get(status, "pending")
    if state == "paid" and kind != "sale" and kind != "capture":
        state = "voided" if kind == "void" else "authorized"
    card = mapping(told.get("payment_details"))
    digits = "".join(char for char in text(card.get("credit_card_number")) if char.isdigit())[-4:]
    method = f"{plain(card.get('credit_card_company'), 40)} {digits}".strip() or plain(told.get("gateway"), 60)
    return PaymentData(
        key(told.get("id")), amount(told, "amount", code), method, state, moment(told.get("processed_at"))
    )


def order(told: Mapping[str, Any], admin: str = "") -> OrderData:
    """The whole order; `admin` is where the shop's back office begins. Raises Unreadable."""
    code = currency(told.get("currency"))
    name = key(told.get("id"))
    placed = moment(told.get("processed_at")) or moment(told.get("created_at"))
    if not name or placed is None:
        raise Unreadable("L’identifiant ou la date de la commande manque.")
    refunds = [found for found in (refund(entry, code) for entry in nodes(told.get("refunds"))) if found]
    refunded = _counted(nodes(told.get("refunds")))
    positions = [found for found in (line(entry, code, refunded) for entry in nodes(told.get("line_items"))) if found]
    sent = parcels(nodes(told.get("fulfillments")), {found.external_id: at for at, found in enumerate(positions)})
    delivery, billing = address(told.get("shipping_address")), address(told.get("billing_address"))
    customer = mapping(told.get("customer"))
    payments = [found for found in (payment(entry, code) for entry in nodes(told.get("transactions"))) if found]
    methods = list(filter(None, (found.method for found in payments if found.state in ("paid", "authorized"))))
    return OrderData(
        external_id=name,
        number=(plain(told.get("name"), 60) or text(told.get("order_number"), 60) or name).lstrip("#"),
        email=_email(told, customer),
        placed_at=placed,
        total=amount(told, "total_price", code, None),
        currency=code,
        state=_state(told, sent),
        name=_customer_name(customer) or delivery.get("name", "") or billing.get("name", ""),
        language=(text(told.get("customer_locale"), 35) or text(customer.get("locale"), 35)),
        shipping=_shipping(told, code),
        discount=amount(told, "total_discounts", code),
        shipping_method=plain(next(iter(nodes(told.get("shipping_lines"))), {}).get("title"), 120),
        payment=(methods[0] if methods else _payment_word(told))[:120],
        note=plain(told.get("note"), 5_000),
        address=delivery,
        lines=tuple(positions),
        shipments=tuple(sent),
        refunds=tuple(refunds),
        status=text(told.get("financial_status"), 60).lower(),
        phone=plain(told.get("phone"), 40) or delivery.get("phone", "") or billing.get("phone", ""),
        customer_id=key(customer.get("id")),
        tax=amount(told, "total_tax", code),
        updated_at=moment(told.get("updated_at")),
        admin_url=f"{admin}/orders/{name}" if admin else "",
        tags=words(told.get("tags")),
        payments=tuple(payments),
        discount_codes=_codes(told.get("discount_codes")),
        billing_address=billing,
    )


def presentment(told: Mapping[str, Any], name: str) -> tuple[Decimal, str]:
    """What the customer was told: an amount in their currency, which may be another one."""
    money = mapping(mapping(told.get(f"{name}_set")).get("presentment_money"))
    return Decimal(text(money.get("amount"), 40) or "0"), text(money.get("currency_code"), 3)


def _counted(refunds: list[dict[str, Any]]) -> dict[str, int]:
    """How many of each line went back, money or not."""
    counts: dict[str, int] = {}
    for entry in (entry for told in refunds for entry in nodes(told.get("refund_line_items"))):
        name = key(entry.get("line_item_id")) or key(mapping(entry.get("line_item")).get("id"))
        counts[name] = counts.get(name, 0) + max(whole(entry.get("quantity")), 0)
    return counts


def _state(told: Mapping[str, Any], sent: list[Any]) -> str:
    paid, shipped = text(told.get("financial_status")).lower(), text(told.get("fulfillment_status")).lower()
    if moment(told.get("cancelled_at")):
        return "cancelled"
    if paid == "refunded":
        return "refunded"
    if shipped in _ALL_SENT:
        under_way = [parcel for parcel in sent if parcel.state != "cancelled"]
        return "delivered" if under_way and all(parcel.state == "delivered" for parcel in under_way) else "shipped"
    if shipped in _PARTLY_SENT:
        return "partly_shipped"
    if paid in _UNPAID:
        return "pending"
    return "preparing" if shipped in _AT_WORK else "paid"


def _email(told: Mapping[str, Any], customer: Mapping[str, Any]) -> str:
    for value in (
        told.get("email"),
        told.get("contact_email"),
        customer.get("email"),
        mapping(customer.get("default_email")).get("email"),
    ):
        if found := text(value, 320).lower():
            return found
    return ""


def _customer_name(customer: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (plain(customer.get("first_name"), 120), plain(customer.get("last_name"), 120))))


def _shipping(told: Mapping[str, Any], code: str) -> int:
    if told.get("total_shipping_price_set"):
        return amount(told, "total_shipping_price", code)
    return sum(amount(entry, "price", code) for entry in nodes(told.get("shipping_lines")))


def _payment_word(told: Mapping[str, Any]) -> str:
    card = mapping(told.get("payment_details"))
    digits = "".join(char for char in text(card.get("credit_card_number")) if char.isdigit())[-4:]
    named = f"{plain(card.get('credit_card_company'), 40)} {digits}".strip()
    return named or ", ".join(words(told.get("payment_gateway_names"))) or plain(told.get("gateway"), 60)


def _codes(told: Any) -> tuple[str, ...]:
    """Discount codes: words of GraphQL, or objects of a webhook."""
    return words(
        [entry.get("code") if isinstance(entry, dict) else entry for entry in told] if isinstance(told, list) else []
    )
