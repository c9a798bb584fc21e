"""The list of orders, a page at a time, by keyset on (placed_at, key)."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.models import Customer
from comptoir.customers.queries import matching
from comptoir.orders.models import Order
from comptoir.orders.queries import find, find_by_number

PAGE = 50


def listing(agent: Agent, asked: Any) -> dict[str, Any]:
    """The orders that `q`, `state` and `customer` choose, newest first."""
    text, state = asked.get("q", "").strip()[:100], asked.get("state", "")
    state = state if state in Order.State.values else ""
    customer = _customer(agent, asked.get("customer", ""))
    rows: QuerySet[Order] = access.orders(agent)
    if customer is not None:
        rows = rows.filter(identity__customer=customer)
    if state:
        rows = rows.filter(state=state)
    if text:
        rows = _search(agent, rows, text)
    rows = _after(rows, asked.get("before", ""))
    found = list(
        rows.select_related("identity__customer", "shop")
        .prefetch_related("shipments", "lines")
        .order_by("-placed_at", "-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    place = f"{shown[-1].placed_at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    kept = {"q": text, "state": state, "customer": customer.pk if customer else ""}
    return {
        "text": text,
        "state": state,
        "customer": customer,
        "orders": shown,
        "states": _chips(kept),
        "several_shops": access.shops(agent).count() > 1,
        "more_url": _url(kept | {"before": place}) if place else "",
    }


def _customer(agent: Agent, key: str) -> Customer | None:
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    found: Customer | None = access.customers(agent).filter(pk=int(key)).first()
    return found


def _search(agent: Agent, rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """By number, by a parcel's number, or by whose it is."""
    by_number = find(rows, text).order_by()
    exact = find_by_number(rows, text).order_by()
    people = matching(access.customers(agent).filter(erased_at=None), text)
    bought = rows.filter(identity__customer__in=people.order_by().values("pk")).order_by()
    return rows.filter(pk__in=exact.values("pk").union(by_number.values("pk"), bought.values("pk"), all=True))


def _after(rows: QuerySet[Order], place: str) -> QuerySet[Order]:
    moment, _, key = place.partition("~")
    try:
        at, number = datetime.fromisoformat(moment), int(key)
    except ValueError:
        return rows
    if at.tzinfo is None or not 0 <= number < 2**63:
        return rows
    return rows.filter(Q(placed_at__lt=at) | Q(placed_at=at, pk__lt=number))


def _chips(kept: dict[str, Any]) -> list[tuple[str, Any, bool]]:
    states = [("", None), *Order.State.choices]
    return [(_url(kept | {"state": value}), label, value == kept["state"]) for value, label in states]


def _url(values: dict[str, Any]) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{reverse('orders')}?{query}" if query else reverse("orders")
