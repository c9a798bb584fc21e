"""Every write about orders: taking what a file or a platform tells, once, whole, and without stepping back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Origin, Shop
from comptoir.customers.actions import identify
from comptoir.customers.introductions import Stranger, introduce
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.text import clean_name
from comptoir.orders import parts
from comptoir.orders.data import ADDRESS_FIELDS, check
from comptoir.orders.models import Order, Product
from comptoir.ports.shop import OrderData

HEADING = (
    "number", "state", "placed_at", "currency", "total", "shipping", "discount", "shipping_method", "payment", "note",
    "address",
)  # fmt: skip
PERSONAL = ("payment", "note", "address")


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


def take(shop: Shop, data: OrderData, *, origin: str = Origin.LIVE, actor: Actor) -> Taken:
    """Take one order: made, brought up to date or left as it is. Raises BadOrder before anything is written."""
    check(data)
    return take_many(shop, [data], origin=origin, actor=actor)[0]


def take_many(shop: Shop, orders: Sequence[OrderData], *, origin: str, actor: Actor) -> list[Taken]:
    """Take many orders, checked by the caller, in one transaction with few queries; one that comes twice is taken twice."""
    taken: list[Taken] = []
    with transaction.atomic():
        for group in _without_repeats(orders):
            taken += _take_group(shop, group, origin, actor)
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


def _take_group(shop: Shop, group: list[OrderData], origin: str, actor: Actor) -> list[Taken]:
    known = {
        order.external_id: order
        for order in Order.objects.select_for_update(of=("self",))
        .filter(shop=shop, external_id__in=[data.external_id for data in group])
        .select_related("identity__customer")
        .order_by("pk")
    }
    identities = _identities(group, known)
    fresh = [
        Order(shop=shop, external_id=data.external_id, identity=identities[_address(data)], **_heading(data))
        for data in group
        if data.external_id not in known
    ]
    # another process may take the same order at this very moment: the loser's rows are not made, and it updates
    Order.objects.bulk_create(fresh, ignore_conflicts=True)
    made = {
        order.external_id: order
        for order in Order.objects.select_for_update(of=("self",))
        .filter(shop=shop, external_id__in=[order.external_id for order in fresh])
        .select_related("identity__customer")
    }
    pairs = [((known | made)[data.external_id], data) for data in group]
    changed = {data.external_id for order, data in pairs if _update(order, data, identities)}
    changed |= parts.take(_products(shop, group), [(order, _told(order, data)) for order, data in pairs])
    return [
        _finish(order, order.external_id in made, order.external_id in changed, origin, actor) for order, _ in pairs
    ]


def _address(data: OrderData) -> str:
    return data.email.strip().lower()


def _identities(group: list[OrderData], known: dict[str, Order]) -> dict[str, Identity]:
    """The identity of every address, but of erased persons' orders: those stay with the identity that they have."""
    wanted = {
        _address(data): data
        for data in group
        if data.external_id not in known or known[data.external_id].identity.customer.erased_at is None
    }
    found = {
        identity.value: identity
        for identity in Identity.objects.filter(
            kind=IdentityKind.EMAIL, value__in=list(wanted), shop=None
        ).select_related("customer")
    }
    strangers = {
        address: Stranger(_name(data), data.language) for address, data in wanted.items() if address not in found
    }
    for address, identity in found.items():
        if not identity.customer.name and _name(wanted[address]):
            identify(IdentityKind.EMAIL, address, name=_name(wanted[address]), language=wanted[address].language[:10])
    return found | (introduce(strangers) if strangers else {})


def _name(data: OrderData) -> str:
    return clean_name(data.name or data.address.get("name", ""))


def _heading(data: OrderData) -> dict[str, Any]:
    return {
        "number": data.number.strip(),
        "state": data.state,
        "placed_at": data.placed_at,
        "currency": data.currency,
        "total": data.total,
        "shipping": data.shipping,
        "discount": data.discount,
        "shipping_method": data.shipping_method[:120],
        "payment": data.payment[:120],
        "note": data.note,
        "address": {name: data.address[name][:300] for name in ADDRESS_FIELDS if data.address.get(name)},
    }


def _told(order: Order, data: OrderData) -> OrderData | None:
    """What may be written on the order's parts: nothing, once its person was erased."""
    return None if order.identity.customer.erased_at else data


def _update(order: Order, data: OrderData, identities: dict[str, Identity]) -> bool:
    """Bring the heading up to date; whether anything changed. An erased person's values do not come back."""
    values = _heading(data)
    if order.identity.customer.erased_at:
        values = {name: value for name, value in values.items() if name not in PERSONAL}
    else:
        values["identity"] = identities[_address(data)]
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    if not changed:
        return False
    for name in changed:
        setattr(order, name, values[name])
    order.save(update_fields=[*changed, "updated_at"])
    return True


def _products(shop: Shop, group: list[OrderData]) -> dict[str, Product]:
    """The shop's products that the lines name, by key and by reference."""
    lines = [line for data in group for line in data.lines]
    keys, references = {line.product for line in lines} - {""}, {line.sku for line in lines} - {""}
    if not keys and not references:
        return {}
    rows = Product.objects.filter(Q(external_id__in=keys) | Q(sku__in=references), shop=shop).order_by("-pk")
    by_reference = {f"sku:{row.sku}": row for row in rows if row.sku}
    return by_reference | {f"key:{row.external_id}": row for row in rows}


def _finish(order: Order, created: bool, changed: bool, origin: str, actor: Actor) -> Taken:
    outcome = Outcome.CREATED if created else Outcome.UPDATED if changed else Outcome.UNCHANGED
    if outcome != Outcome.UNCHANGED:
        record(
            order,
            "order.imported" if created else "order.updated",
            actor=actor,
            customer=order.identity.customer_id,
            shop=order.shop_id,
            origin=origin,
            occurred_at=order.placed_at if created and origin != Origin.LIVE else timezone.now(),
            state=order.state,
        )
    return Taken(order, outcome)
