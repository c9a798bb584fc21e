"""Orders, as their shop's platform told them."""

from typing import Any

from django.http import Http404
from ninja import Query, Router

from comptoir.api.v1 import pages, results
from comptoir.api.v1.door import ProgramRequest, needs, writes
from comptoir.api.v1.filling import fill
from comptoir.api.v1.filters import OrderFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.schemas.orders import OrderChange, OrderOut, OrderPage
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.programs import Scope
from comptoir.orders import filling, queries, representation

router = Router(tags=["Orders"])
NEWEST = Sort("newest", "placed_at", falling=True)


@router.get("/orders", response=OrderPage, **needs(Scope.READ_ORDERS))
def orders(request: ProgramRequest, given: Query[OrderFilters]) -> dict[str, Any]:
    """Orders of the agent's shops, newest first."""
    rows = access.orders(request.agent)
    if given.number:
        rows = queries.find_by_number(rows, given.number.replace("\0", ""))
    wanted = {
        "identity__customer": given.customer,
        "shop": given.shop,
        "state": given.state or None,
        "placed_at__gt": given.placed_after,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return pages.page(queries.with_parts(rows).prefetch_related("custom_values"), NEWEST, given, representation.order)


@router.get("/orders/{int:key}", response=OrderOut, **needs(Scope.READ_ORDERS))
def order(request: ProgramRequest, key: int) -> Any:
    """One order with its lines, parcels and refunds."""
    return results.shown(request.agent, "order", key)


@router.patch("/orders/{int:key}", response=OrderOut, **needs(Scope.WRITE_ORDERS))
@writes("order", May.ACT_ON_ORDERS)
def change(request: ProgramRequest, key: int, payload: OrderChange) -> int:
    """Fill in custom fields of an order."""
    row = access.orders(request.agent).filter(pk=key).first()
    if row is None:
        raise Http404
    fill("order", payload.fields, filling.set_field, row, actor=Actor.of(request.agent))
    return int(row.pk)
