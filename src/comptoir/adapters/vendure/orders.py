"""Vendure's orders as ours. Its amounts are integers of `precision` decimals, whatever the currency."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from comptoir.lib.money import to_decimal
from comptoir.lib.payload import (
    Unreadable,
    currency,
    items,
    key,
    link,
    mapping,
    minor,
    moment,
    plain,
    text,
    whole,
    words,
)
from comptoir.ports.parcels import ParcelState, ShipmentData
from comptoir.ports.shop import CustomerData, LineData, OrderData, PaymentData, ProductData, RefundData

KEY_MARK = "comptoir:"
_KEY = re.compile(r"\s*\[comptoir:([^\]\s]{1,120})\]")
_PAYMENTS = {
    "Created": "pending",
    "Authorized": "authorized",
    "Settled": "paid",
    "Declined": "failed",
    "Error": "failed",
    "Cancelled": "voided",
}
_REFUNDS = {"Pending": "pending", "Settled": "done", "Failed": "failed"}
_PARCELS = {
    "Created": ParcelState.ANNOUNCED,
    "Pending": ParcelState.ANNOUNCED,
    "Shipped": ParcelState.ACCEPTED,
    "Delivered": ParcelState.DELIVERED,
    "Cancelled": ParcelState.CANCELLED,
}
_WAITING = ("Created", "AddingItems", "ArrangingPayment", "Draft")


def order(told: Mapping[str, Any], base: str, precision: int) -> OrderData:
    """An order whole. Raises Unreadable."""
    name, code = key(told.get("id")), currency(told.get("currencyCode"))
    placed = moment(told.get("orderPlacedAt")) or moment(told.get("createdAt"))
    if not name or placed is None:
        raise Unreadable("La commande n’a pas d’identifiant ou de date.")
    money = Money(code, precision)
    lines = [line_of(each, money) for each in items(told.get("lines"))]
    lines += [_surcharge(each, money) for each in items(told.get("surcharges"))]
    payments = items(told.get("payments"))
    refunds = tuple(refund(each, money) for payment in payments for each in items(payment.get("refunds")))
    lines = [replace(line, refunded=min(back_of(line.external_id, refunds), line.quantity)) for line in lines]
    places = {line.external_id: place for place, line in enumerate(lines)}
    parcels = tuple(_parcel(each, places) for each in items(told.get("fulfillments")))
    shipping = money(told.get("shippingWithTax"))
    customer = mapping(told.get("customer"))
    return OrderData(
        external_id=name,
        number=text(told.get("code"), 60),
        email=text(customer.get("emailAddress"), 320),
        placed_at=placed,
        total=sum(line.amount for line in lines) + shipping,
        currency=code,
        state=_state(told, lines, parcels, refunds),
        name=name_of(customer),
        shipping=shipping,
        discount=sum(-money(each.get("amountWithTax")) for each in items(told.get("discounts"))),
        shipping_method=plain(mapping(mapping(_first(told.get("shippingLines"))).get("shippingMethod")).get("name"), 120),
        payment=plain(mapping(_first(payments)).get("method"), 120),
        address=address(told.get("shippingAddress")),
        billing_address=address(told.get("billingAddress")),
        lines=tuple(lines),
        shipments=parcels,
        refunds=refunds,
        status=text(told.get("state"), 60),
        phone=text(customer.get("phoneNumber"), 40),
        customer_id=key(customer.get("id")),
        tax=sum(money(each.get("taxTotal")) for each in items(told.get("taxSummary"))),
        updated_at=_changed(told),
        admin_url=f"{base}/admin/orders/{name}" if base else "",
        payments=tuple(_payment(each, money) for each in payments),
        discount_codes=words(told.get("couponCodes")),
    )  # fmt: skip


def back_of(line: str, refunds: tuple[RefundData, ...]) -> int:
    """How many of a line were refunded."""
    return sum(refund.lines.get(line, 0) for refund in refunds if refund.state != "failed")


class Money:
    """Reads amounts of one order."""

    def __init__(self, code: str, precision: int) -> None:
        self.code, self.precision = code, precision

    def __call__(self, value: Any) -> int:
        """Minor units of the currency; 0 for what is not told."""
        if value is None:
            return 0
        try:
            return minor(Decimal(text(value, 40)).scaleb(-self.precision), self.code)
        except DecimalException as error:
            raise Unreadable("Un montant n’est pas lisible.") from error


def theirs(amount: int, code: str, precision: int) -> int:
    """Our minor units as Vendure counts them."""
    return int(to_decimal(amount, code).scaleb(precision))


def address(value: Any) -> dict[str, str]:
    """An address in our words."""
    told = mapping(value)
    street = ", ".join(filter(None, (plain(told.get(part), 150) for part in ("company", "streetLine1", "streetLine2"))))
    parts = {
        "name": plain(told.get("fullName")),
        "street": street,
        "postcode": plain(told.get("postalCode"), 30),
        "city": plain(told.get("city")),
        "country": text(told.get("countryCode"), 2).upper(),
        "phone": text(told.get("phoneNumber"), 40),
    }
    return {part: value for part, value in parts.items() if value}


def name_of(customer: Mapping[str, Any]) -> str:
    """First and last name."""
    return " ".join(filter(None, (plain(customer.get(part), 100) for part in ("firstName", "lastName"))))


def _changed(told: Mapping[str, Any]) -> datetime | None:
    """When anything of it last changed: Vendure's own clock of an order stays when a parcel leaves or money goes back."""
    parts = [told, *items(told.get("fulfillments")), *items(told.get("modifications"))]
    parts += [each for payment in items(told.get("payments")) for each in (payment, *items(payment.get("refunds")))]
    moments = [moment(part.get("updatedAt")) or moment(part.get("createdAt")) for part in parts]
    return max((each for each in moments if each), default=None)


def _first(value: Any) -> Any:
    listed = items(value)
    return listed[0] if listed else None


def line_of(told: Mapping[str, Any], money: Money) -> LineData:
    """A position. Vendure lowers a line's quantity when it is cancelled; what was sold is what stands here."""
    left, sold = whole(told.get("quantity")), whole(told.get("orderPlacedQuantity"))
    count = max(sold, left, 1)
    each, paid = money(told.get("unitPriceWithTax")), money(told.get("proratedLinePriceWithTax"))
    if count != left:
        paid = money(told.get("proratedUnitPriceWithTax")) * count
    variant = mapping(told.get("productVariant"))
    product = mapping(variant.get("product"))
    options = items(variant.get("options"))
    return LineData(
        title=plain(product.get("name") or variant.get("name")),
        unit_price=each,
        quantity=count,
        total=paid,
        sku=text(variant.get("sku"), 80),
        variant=" / ".join(plain(option.get("name"), 60) for option in options)[:120],
        product=key(product.get("id")),
        external_id=key(told.get("id")),
        tax=money(told.get("lineTax")),
        discount=max(each * count - paid, 0),
        image=link(mapping(told.get("featuredAsset")).get("preview")),
        specification={plain(mapping(each.get("group")).get("name"), 60): plain(each.get("name"), 120) for each in options},
    )  # fmt: skip


def _surcharge(told: Mapping[str, Any], money: Money) -> LineData:
    price = money(told.get("priceWithTax"))
    return LineData(
        title=plain(told.get("description")) or "Supplément",
        unit_price=price,
        sku=text(told.get("sku"), 80),
        external_id=f"surcharge-{key(told.get('id'))}",
        tax=price - money(told.get("price")),
    )


def _payment(told: Mapping[str, Any], money: Money) -> PaymentData:
    return PaymentData(
        external_id=key(told.get("id")),
        amount=money(told.get("amount")),
        method=plain(told.get("method"), 120),
        state=_PAYMENTS.get(text(told.get("state"), 40), "pending"),
        paid_at=moment(told.get("createdAt")),
    )


def refund(told: Mapping[str, Any], money: Money) -> RefundData:
    """Money that went back; our key stands at the end of the reason."""
    when = moment(told.get("createdAt"))
    if when is None:
        raise Unreadable("Un remboursement n’a pas de date.")
    reason = plain(told.get("reason"), 500)
    ours = _KEY.search(reason)
    return RefundData(
        amount=money(told.get("total")),
        refunded_at=when,
        external_id=key(told.get("id")),
        reason=_KEY.sub("", reason)[:300].strip(),
        lines={key(each.get("orderLineId")): whole(each.get("quantity")) for each in items(told.get("lines"))},
        shipping=money(told.get("shipping")),
        state=_REFUNDS.get(text(told.get("state"), 40), "pending"),
        method=key(told.get("paymentId")),
        key=ours[1] if ours else "",
    )


def _parcel(told: Mapping[str, Any], places: Mapping[str, int]) -> ShipmentData:
    inside = [
        (places[key(each.get("orderLineId"))], whole(each.get("quantity")))
        for each in items(told.get("lines"))
        if key(each.get("orderLineId")) in places
    ]
    state, changed = text(told.get("state"), 40), moment(told.get("updatedAt"))
    return ShipmentData(
        carrier=plain(told.get("method"), 60) or "?",
        number=text(told.get("trackingCode"), 60),
        external_id=key(told.get("id")),
        state=_PARCELS.get(state, ParcelState.UNKNOWN),
        shipped_at=moment(told.get("createdAt")) if state in ("Shipped", "Delivered") else None,
        delivered_at=changed if state == "Delivered" else None,
        lines=tuple(place for place, _ in inside),
        quantities=tuple(count for _, count in inside),
    )


def _state(
    told: Mapping[str, Any], lines: list[LineData], parcels: tuple[ShipmentData, ...], refunds: tuple[RefundData, ...]
) -> str:
    state = text(told.get("state"), 40)
    if state == "Cancelled":
        return "cancelled"
    if state in _WAITING:
        return "pending"
    total = sum(line.amount for line in lines)
    if total and sum(refund.amount for refund in refunds if refund.state != "failed") >= total:
        return "refunded"
    gone = [parcel for parcel in parcels if parcel.state in (ParcelState.ACCEPTED, ParcelState.DELIVERED)]
    sent = sum(sum(parcel.quantities) for parcel in gone)
    wanted = sum(whole(each.get("quantity")) for each in items(told.get("lines")))
    if sent and sent >= wanted:
        return "delivered" if all(parcel.state == ParcelState.DELIVERED for parcel in gone) else "shipped"
    if sent:
        return "partly_shipped"
    return "preparing" if parcels else "paid"


def product(told: Mapping[str, Any], base: str, precision: int) -> ProductData:
    """A product: the price of its first variant, the stock of all."""
    variants = items(told.get("variants"))
    first = mapping(_first(variants))
    code = currency(first.get("currencyCode"), "EUR")
    counted = [each for each in variants if text(each.get("trackInventory")) != "FALSE"]
    stock = sum(
        whole(level.get("stockOnHand")) - whole(level.get("stockAllocated"))
        for each in counted
        for level in items(each.get("stockLevels"))
    )
    return ProductData(
        external_id=key(told.get("id")),
        title=plain(told.get("name")),
        sku=text(first.get("sku"), 80),
        category=plain(mapping(_first(told.get("collections"))).get("name"), 120),
        description=plain(re.sub(r"<[^>]{0,500}>", " ", text(told.get("description"), 20_000)), 5_000).strip(),
        price=Money(code, precision)(first.get("priceWithTax")) if first else None,
        currency=code,
        stock=stock if counted else None,
        image=link(mapping(told.get("featuredAsset")).get("preview")),
        updated_at=moment(told.get("updatedAt")),
    )


def customer(told: Mapping[str, Any]) -> CustomerData:
    """A customer."""
    return CustomerData(
        external_id=key(told.get("id")),
        email=text(told.get("emailAddress"), 320).lower(),
        name=name_of(told),
        phone=text(told.get("phoneNumber"), 40),
        addresses=tuple(
            address({**each, "countryCode": mapping(each.get("country")).get("code")})
            for each in items(told.get("addresses"))
        ),
        updated_at=moment(told.get("updatedAt")),
    )
