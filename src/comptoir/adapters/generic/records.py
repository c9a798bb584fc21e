"""From a record of docs/connectors/generic.md to the port's values. Raises Unreadable with a sentence, never a value."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from comptoir.adapters.generic.mapping import Paths
from comptoir.lib.payload import Unreadable, currency, day, items, key, link, mapping, minor, moment, text, whole, words
from comptoir.ports.parcels import ParcelState, ShipmentData, TrackingData
from comptoir.ports.shop import CartData, CustomerData, LineData, OrderData, PaymentData, ProductData, RefundData

PARCELS = set(ParcelState)
MANY = 2_000


def order(told: Any, paths: Paths) -> OrderData:
    """A whole order."""
    record = paths.record(told)
    code = currency(record["currency"], "EUR")
    name = text(record["id"], 120) or text(record["number"], 60)
    if not name:
        raise Unreadable("Le numéro de commande manque.")
    placed = moment(record["placed_at"]) or moment(record["updated_at"])
    if placed is None:
        raise Unreadable("La date de commande manque ou n’est pas lisible.")
    status = text(record["state"], 60)
    return OrderData(
        external_id=name,
        number=text(record["number"], 60) or name[:60],
        email=text(record["email"], 320),
        placed_at=placed,
        total=_amount(record["total"], code, paths),
        currency=code,
        state=paths.state(status) or "paid",
        status=status,
        name=text(record["name"], 200),
        phone=text(record["phone"], 40),
        customer_id=key(record["customer_id"]),
        language=text(record["language"], 10),
        shipping=_amount(record["shipping"], code, paths, 0),
        discount=abs(_amount(record["discount"], code, paths, 0)),
        tax=_amount(record["tax"], code, paths, 0),
        shipping_method=text(record["shipping_method"], 120),
        payment=text(record["payment"], 120),
        note=text(record["note"], 5_000),
        admin_url=link(record["admin_url"]),
        tags=words(record["tags"] or []),
        discount_codes=words(record["discount_codes"] or []),
        address=_address(record["address"]),
        billing_address=_address(record["billing_address"]),
        updated_at=moment(record["updated_at"]),
        lines=tuple(_line(item, code, paths) for item in record["lines"][:MANY]),
        shipments=tuple(_parcel(item) for item in record["shipments"][:200]),
        refunds=tuple(_refund(item, code, paths, place) for place, item in enumerate(record["refunds"][:500], 1)),
        payments=tuple(_payment(item, code, paths, place) for place, item in enumerate(record["payments"][:500], 1)),
    )


def product(told: Mapping[str, Any], paths: Paths) -> ProductData:
    """A product, under our own names."""
    code = currency(told.get("currency"), "EUR")
    name = text(told.get("id"), 120)
    if not name or not text(told.get("title")):
        raise Unreadable("L’identifiant ou le nom du produit manque.")
    priced = told.get("price") is not None
    return ProductData(
        external_id=name,
        title=text(told.get("title")),
        sku=text(told.get("sku"), 80),
        category=text(told.get("category"), 120),
        description=text(told.get("description"), 20_000),
        price=_amount(told.get("price"), code, paths) if priced else None,
        currency=code,
        stock=whole(told.get("stock")) if told.get("stock") is not None else None,
        url=link(told.get("url")),
        image=link(told.get("image")),
        updated_at=moment(told.get("updated_at")),
    )


def customer(told: Mapping[str, Any]) -> CustomerData:
    """A customer, under our own names."""
    consents = mapping(told.get("consents"))
    return CustomerData(
        external_id=key(told.get("id")),
        email=text(told.get("email"), 320),
        name=text(told.get("name"), 200),
        phone=text(told.get("phone"), 40),
        language=text(told.get("language"), 10),
        consents={str(channel)[:20]: agreed is True for channel, agreed in list(consents.items())[:20]},
        addresses=tuple(_address(item) for item in items(told.get("addresses"), 20)),
        updated_at=moment(told.get("updated_at")),
    )


def cart(told: Mapping[str, Any], paths: Paths) -> CartData:
    """A cart, under our own names."""
    name, code = text(told.get("id"), 120), currency(told.get("currency"), "EUR")
    if not name:
        raise Unreadable("L’identifiant du panier manque.")
    lines = tuple(_line(item, code, paths) for item in Paths().record({"lines": told.get("lines")})["lines"][:MANY])
    return CartData(
        external_id=name,
        number=text(told.get("number"), 60),
        email=text(told.get("email"), 320).lower(),
        name=text(told.get("name"), 200),
        customer_id=key(told.get("customer_id")),
        total=_amount(told.get("total"), code, paths, sum(line.amount for line in lines)),
        currency=code,
        lines=lines,
        url=link(told.get("url")),
        completed=told.get("completed") is True,
        order_id=key(told.get("order_id")),
        updated_at=moment(told.get("updated_at")),
        admin_url=link(told.get("admin_url")),
    )


def _amount(value: Any, code: str, paths: Paths, default: int | None = None) -> int:
    if not paths.minor:
        return minor(value, code, default)
    try:
        number = Decimal(text(value, 30))
        if number != number.to_integral_value() or abs(number) > 10**15:
            raise Unreadable("Un montant n’est pas un nombre entier de centimes.")
        return int(number)
    except DecimalException as error:
        if default is not None:
            return default
        raise Unreadable("Un montant manque ou n’est pas lisible.") from error


def _address(told: Mapping[str, Any]) -> dict[str, str]:
    named = {name: text(told.get(name)) for name in ("name", "street", "postcode", "city", "country", "phone")}
    return {name: value for name, value in named.items() if value}


def _line(told: Mapping[str, Any], code: str, paths: Paths) -> LineData:
    quantity = max(whole(told["quantity"], 1), 1)
    total = None if told["total"] is None else _amount(told["total"], code, paths)
    if told["unit_price"] is None and total is None:
        raise Unreadable("Le prix d’un article manque.")
    priced = (total or 0) // quantity if told["unit_price"] is None else _amount(told["unit_price"], code, paths)
    return LineData(
        title=text(told["title"]) or text(told["sku"], 80),
        unit_price=priced,
        quantity=quantity,
        total=total,
        sku=text(told["sku"], 80),
        variant=text(told["variant"], 120),
        product=key(told["product"]),
        external_id=key(told["id"]),
        tax=_amount(told["tax"], code, paths, 0),
        discount=abs(_amount(told["discount"], code, paths, 0)),
        image=link(told["image"]),
        refunded=max(whole(told["refunded"]), 0),
        serials=words(told["serials"] or []),
    )


def _parcel(told: Mapping[str, Any]) -> ShipmentData:
    state = text(told["state"], 24)
    guess = "delivered" if moment(told["delivered_at"]) else "in_transit" if moment(told["shipped_at"]) else "announced"
    listed = told["lines"] if isinstance(told["lines"], list) else []
    places = [place for place in listed if isinstance(place, int) and not isinstance(place, bool)]
    return ShipmentData(
        carrier=text(told["carrier"], 60),
        number=text(told["number"], 60),
        external_id=key(told["id"]),
        url=link(told["url"]),
        state=state if state in PARCELS else guess,
        shipped_at=moment(told["shipped_at"]),
        promised_on=day(told["promised_on"]),
        estimated_on=day(told["estimated_on"]),
        delivered_at=moment(told["delivered_at"]),
        lines=tuple(places[:MANY]),
        events=tuple(step for step in map(_step, told["events"][:500]) if step),
        service=text(told["service"], 80),
    )


def _step(told: Mapping[str, Any]) -> TrackingData | None:
    when = moment(told["at"])
    state = text(told["state"], 24)
    if when is None:
        return None
    return TrackingData(
        when,
        text(told["text"]),
        state if state in PARCELS else "unknown",
        text(told["code"], 40),
        text(told["place"], 160),
    )


def _refund(told: Mapping[str, Any], code: str, paths: Paths, place: int) -> RefundData:
    when = moment(told["at"])
    if when is None:
        raise Unreadable("La date d’un remboursement manque.")
    state = text(told["state"], 12)
    return RefundData(
        amount=abs(_amount(told["amount"], code, paths)),
        refunded_at=when,
        external_id=key(told["id"]) or str(place),
        reason=text(told["reason"]),
        lines={str(line)[:120]: whole(count) for line, count in list(mapping(told["lines"]).items())[:MANY]},
        shipping=_amount(told["shipping"], code, paths, 0),
        state=state if state in ("pending", "done", "failed") else "done",
        method=text(told["method"], 120),
        key=text(told["key"], 120),
    )


def _payment(told: Mapping[str, Any], code: str, paths: Paths, place: int) -> PaymentData:
    return PaymentData(
        external_id=key(told["id"]) or str(place),
        amount=_amount(told["amount"], code, paths),
        method=text(told["method"], 120),
        state=text(told["state"], 12) or "paid",
        paid_at=moment(told["at"]),
    )


def newest(orders: list[OrderData]) -> list[OrderData]:
    """By the day on which they were placed, newest first."""
    return sorted(orders, key=lambda one: one.placed_at, reverse=True)


def since_text(since: datetime | None) -> str:
    """A moment as it stands in an address."""
    return since.isoformat() if since else ""
