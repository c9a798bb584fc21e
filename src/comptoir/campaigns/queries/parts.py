"""The parts of a message that are no text: articles, amounts, parcel, dates, relay, steps; ready for the templates."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from comptoir.campaigns.queries.values import day, expected
from comptoir.lib.money import format_minor
from comptoir.orders.days import kept_until
from comptoir.orders.models import Order, OrderLine, ParcelState, Product, Refund, Shipment

LINES = 12  # articles that are shown; an order of five hundred says how many more there are
SIMILAR = 3
Link = Callable[[str], str]


def lines(rows: Iterable[OrderLine], order: Order, words: dict[str, Any], language: str) -> dict[str, Any]:
    """The first articles, and how many are left out."""
    found = list(rows)
    shown = [
        {
            "title": row.title,
            "about": ", ".join(filter(None, (row.variant, words["quantity"].format(count=row.quantity)))),
            "price": format_minor(row.total, order.currency, language),
            "image": picture(row.image_url),
        }
        for row in found[:LINES]
    ]
    more = len(found) - LINES
    return {"rows": shown, "more": words["more"].format(count=more) if more > 0 else ""}


def picture(url: str) -> str:
    """The address of a picture that a mail may show."""
    return url if url.startswith("https://") else ""


def totals(order: Order, words: dict[str, Any], language: str) -> list[tuple[str, str, bool]]:
    """What the articles cost, delivery, reduction and the total: (name, amount, whether it is the total)."""
    articles = sum(row.total for row in order.lines.all())
    found = [(words["subtotal"], articles, False), (words["shipping"], order.shipping, False)]
    if order.discount:
        found.append((words["discount"], -abs(order.discount), False))
    found.append((words["total"], order.total, True))
    return [(name, format_minor(amount, order.currency, language), last) for name, amount, last in found]


def address(order: Order) -> str:
    """Where it goes, in one line."""
    at = order.address
    place = " ".join(filter(None, (str(at.get("postcode") or ""), str(at.get("city") or ""))))
    return ", ".join(filter(None, (str(at.get("name") or ""), str(at.get("street") or ""), place)))


def steps(order: Order, parcel: Shipment | None, words: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    """The four steps: (word, whether it is reached, whether it is the last one reached)."""
    reached = {Order.State.PAID: 1, Order.State.PREPARING: 2}.get(Order.State(order.state), 1)
    if parcel is not None or order.state in (Order.State.SHIPPED, Order.State.PARTLY_SHIPPED):
        reached = 3
    if (parcel.state if parcel else order.state) == ParcelState.DELIVERED:
        reached = 4
    return [(word, at <= reached, at == reached) for at, word in enumerate(words["steps"], start=1)]


def dates(parcel: Shipment | None, words: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """The day that was promised and the one that is expected now, when both are known and differ."""
    if parcel is None or parcel.promised_on is None:
        return []
    now = expected(parcel)
    if now is None or now <= parcel.promised_on:
        return []
    return [(words["before"], day(parcel.promised_on, language)), (words["now"], day(now, language))]


def facts(parcel: Shipment | None, words: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """The parcel's carrier, number and day."""
    if parcel is None:
        return []
    found = [(words["carrier"], parcel.carrier), (words["tracking"], parcel.number)]
    if parcel.state != ParcelState.DELIVERED:
        found.append((words["expected"], day(expected(parcel), language)))
    return [(name, value) for name, value in found if value]


def relay(parcel: Shipment | None, words: dict[str, Any], language: str) -> dict[str, str]:
    """Where to collect it and until when."""
    if parcel is None or not parcel.relay.get("name"):
        return {}
    at = parcel.relay
    place = " ".join(filter(None, (str(at.get("postcode") or ""), str(at.get("city") or ""))))
    return {
        "name": str(at["name"]),
        "address": ", ".join(filter(None, (str(at.get("street") or ""), place))),
        "hours": str(at.get("hours") or ""),
        "until": day(kept_until(parcel), language),
    }


def refunded(refund: Refund | None, words: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """How much went back, and by what means."""
    if refund is None:
        return []
    found = [
        (words["refund"], format_minor(refund.amount, refund.currency, language)),
        (words["method"], refund.method),
    ]
    return [(name, value) for name, value in found if value]


def similar(order: Order, language: str) -> list[dict[str, str]]:
    """Articles of the same shelves that the order does not hold, in stock and with a page to go to."""
    mine = list(order.lines.exclude(product=None).values_list("product__category", "product"))
    shelves = {category for category, _key in mine if category}
    if not shelves:
        return []
    rows = Product.objects.filter(shop=order.shop_id, category__in=shelves).exclude(pk__in=[key for _c, key in mine])
    rows = rows.exclude(price=None).exclude(stock__lte=0).exclude(url="").order_by("-pk")[:SIMILAR]
    return [
        {
            "title": row.title,
            "price": format_minor(row.price or 0, row.currency, language),
            "image": picture(row.image_url),
            "url": row.url,
        }
        for row in rows
    ]


def of_parcel(parcel: Shipment | None, order: Order) -> list[OrderLine]:
    """What is in the parcel; of an order with one parcel, everything."""
    if parcel is not None:
        inside = list(parcel.lines.all())
        if inside or order.shipments.count() > 1:
            return inside
    return list(order.lines.all())


def sent_and_still(order: Order) -> tuple[list[OrderLine], list[OrderLine]]:
    """What left, and what follows."""
    gone = [row for row in order.shipments.all() if row.shipped_at or row.state != ParcelState.ANNOUNCED]
    keys = {line.pk for parcel in gone for line in parcel.lines.all()}
    every = list(order.lines.all())
    return [line for line in every if line.pk in keys], [line for line in every if line.pk not in keys]


def recently(refund: Refund) -> bool:
    """Whether it went back in the last days."""
    return (timezone.now() - refund.refunded_at).days < 3
