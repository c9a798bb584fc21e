"""Every write about orders: taking what a file or a platform tells, once, whole, and without stepping back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.models import Origin, Shop
from comptoir.customers.models import Identity
from comptoir.orders import parts, payments, tellings
from comptoir.orders.data import ADDRESS_FIELDS, check
from comptoir.orders.models import Connection, Order, Product
from comptoir.orders.people import Key, key_of, owners
from comptoir.orders.writing import update_many
from comptoir.ports.shop import OrderData

PERSONAL = (
    "payment", "note", "address", "billing_address", "tags", "discount_codes", "documents", "platform_customer",
)  # fmt: skip


class Outcome(StrEnum):
    """What taking an order did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Taken:
    """An order that was taken, and what that changed."""

    order: Order
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class _Source:
    """Who tells, and how loudly."""

    shop: Shop
    origin: str
    actor: Actor
    connection: Connection | None


def take(
    shop: Shop,
    data: OrderData,
    *,
    origin: str = Origin.LIVE,
    actor: Actor,
    connection: Connection | None = None,
) -> Taken:
    """Take one order: made, brought up to date or left as it is. Raises BadOrder before anything is written."""
    check(data)
    return take_many(shop, [data], origin=origin, actor=actor, connection=connection)[0]


def take_many(
    shop: Shop,
    orders: Sequence[OrderData],
    *,
    origin: str,
    actor: Actor,
    connection: Connection | None = None,
) -> list[Taken]:
    """Take many orders, checked by the caller, in one transaction with few queries; one that comes twice is taken twice.

    `connection` is the account with the platform that tells of them; a file has none.
    """
    source = _Source(shop, origin, actor, connection)
    taken: list[Taken] = []
    with transaction.atomic():
        for group in _without_repeats(orders):
            taken += _take_group(source, group)
    return taken


def _without_repeats(orders: Sequence[OrderData]) -> Iterable[list[OrderData]]:
    group: dict[str, OrderData] = {}
    for data in orders:
        if data.external_id in group:
            yield list(group.values())
            group = {}
        group[data.external_id] = data
    if group:
        yield list(group.values())


def _take_group(source: _Source, group: list[OrderData]) -> list[Taken]:
    known = _locked(source.shop, [data.external_id for data in group])
    identities = owners(source.shop, group, known)
    fresh = [_new(source, data, identities) for data in group if data.external_id not in known]
    # another process may take the same order at this very moment: the loser's rows are not made, and it updates
    Order.objects.bulk_create(fresh, ignore_conflicts=True)
    made = _locked(source.shop, [order.external_id for order in fresh]) if fresh else {}
    told = [((known | made)[data.external_id], data) for data in group]
    pairs = [(order, data) for order, data in told if order.external_id in made or not tellings.is_older(order, data)]
    before = {order.pk: order.state for order, _ in pairs}
    changed = _update(source, pairs, identities)
    changed |= parts.take(_products(source.shop, group), [(order, _allowed(order, data)) for order, data in pairs])
    refunded = payments.take([(order, data) for order, data in pairs])
    changed |= refunded.changed
    happened = tellings.Telling(source.origin, source.actor)
    outcomes = []
    for order, data in told:
        outcome = _outcome(order, made, changed)
        if outcome != Outcome.UNCHANGED:
            created = outcome == Outcome.CREATED
            happened.tell(order, data, "" if created else before[order.pk], order.external_id in refunded.returned)
        outcomes.append(Taken(order, outcome))
    happened.close()
    return outcomes


def _locked(shop: Shop, keys: list[str]) -> dict[str, Order]:
    rows = Order.objects.select_for_update(of=("self",)).filter(shop=shop, external_id__in=keys)
    return {order.external_id: order for order in rows.select_related("identity__customer").order_by("pk")}


def _outcome(order: Order, made: dict[str, Order], changed: set[str]) -> Outcome:
    if order.external_id in made:
        return Outcome.CREATED
    return Outcome.UPDATED if order.external_id in changed else Outcome.UNCHANGED


def _new(source: _Source, data: OrderData, identities: dict[Key, Identity]) -> Order:
    identity = identities[key_of(data, source.shop)]
    return Order(shop=source.shop, external_id=data.external_id, identity=identity, **_heading(source, data, None))


def _heading(source: _Source, data: OrderData, kept: Order | None) -> dict[str, Any]:
    """The order's own fields. A file knows less than a platform: what it does not tell stays."""
    values = {
        "number": data.number.strip(),
        "state": tellings.state(source.origin, kept, data),
        "placed_at": data.placed_at,
        "currency": data.currency,
        "total": data.total,
        "shipping": data.shipping,
        "discount": data.discount,
        "shipping_method": data.shipping_method[:120],
        "payment": data.payment[:120],
        "note": data.note,
        "address": _address(data.address),
    }
    more = {
        "status": data.status[:60],
        "platform_customer": data.customer_id[:120],
        "tax": data.tax,
        "tags": [tag[:120] for tag in data.tags],
        "discount_codes": [code[:120] for code in data.discount_codes],
        "billing_address": _address(data.billing_address),
        "documents": [{"name": paper.name, "kind": paper.kind, "url": paper.url} for paper in data.documents],
        "admin_url": data.admin_url[:500],
    }
    if source.connection is None:
        return values | {name: value for name, value in more.items() if value}
    return values | more | {"connection_id": source.connection.pk} | tellings.clock(data)


def _address(told: Any) -> dict[str, str]:
    return {name: told[name][:300] for name in ADDRESS_FIELDS if told.get(name)}


def _allowed(order: Order, data: OrderData) -> OrderData | None:
    """What may be written on the order's parts: nothing, once its person was erased."""
    return None if order.identity.customer.erased_at else data


def _update(source: _Source, pairs: list[tuple[Order, OrderData]], identities: dict[Key, Identity]) -> set[str]:
    """Bring the headings up to date in one statement; the keys of the orders in which more than the clock changed."""
    altered, names, changed, now = [], set(), set(), timezone.now()
    for order, data in pairs:
        if fresh := _altered(source, order, data, identities):
            order.updated_at = now
            altered.append(order)
            names |= fresh
            if fresh != {"told_at"}:
                changed.add(order.external_id)
    update_many(altered, [*sorted(names), "updated_at"])
    return changed


def _altered(source: _Source, order: Order, data: OrderData, identities: dict[Key, Identity]) -> set[str]:
    """Put the heading on the row; the names of the fields that differ. An erased person's values stay away."""
    values = _heading(source, data, order)
    if order.identity.customer.erased_at:
        values = {name: value for name, value in values.items() if name not in PERSONAL}
    else:
        values["identity"] = identities[key_of(data, source.shop)]
    fresh = {name for name, value in values.items() if getattr(order, name) != value}
    for name in fresh:
        setattr(order, name, values[name])
    return fresh


def _products(shop: Shop, group: list[OrderData]) -> dict[str, Product]:
    """The shop's products that the lines name, by key and by reference."""
    lines = [line for data in group for line in data.lines]
    keys, references = {line.product for line in lines} - {""}, {line.sku for line in lines} - {""}
    if not keys and not references:
        return {}
    rows = Product.objects.filter(Q(external_id__in=keys) | Q(sku__in=references), shop=shop).order_by("-pk")
    by_reference = {f"sku:{row.sku}": row for row in rows if row.sku}
    return by_reference | {f"key:{row.external_id}": row for row in rows}
