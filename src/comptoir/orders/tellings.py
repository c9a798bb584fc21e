"""What a telling of an order is worth: whose clock is newer, which state holds, and what happened, as events.

Webhooks come late, twice and in any order. The platform's own clock decides: what is older than what was told changes
nothing. Two tellings of one second, and those without a clock, may add but never move an order back.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record, record_many
from comptoir.core.models import Origin
from comptoir.orders.models import Order
from comptoir.ports.shop import OrderData

RANK = {state: rank for rank, state in enumerate(Order.State.values)}
AHEAD = timedelta(days=2)  # a clock that is further ahead is wrong, and would hold the order for ever
NEWS = timedelta(days=3)  # what happened earlier is no news: it is written down and nobody is told
SHIPPED = (Order.State.PARTLY_SHIPPED, Order.State.SHIPPED)


def told_at(data: OrderData) -> datetime | None:
    """The platform's clock, if it can be believed."""
    moment = data.updated_at
    if moment is None or moment.tzinfo is None or moment > timezone.now() + AHEAD:
        return None
    return moment


def clock(data: OrderData) -> dict[str, Any]:
    """The field that remembers it; nothing where there is none."""
    moment = told_at(data)
    return {"told_at": moment} if moment else {}


def is_older(order: Order, data: OrderData) -> bool:
    """Whether the platform has told something newer of this order already."""
    moment = told_at(data)
    return bool(moment and order.told_at and moment < order.told_at)


def state(origin: str, kept: Order | None, data: OrderData) -> str:
    """The order's state after this telling: a file is believed; a platform moves back only by a newer clock, and
    its « shipped » does not undo what the carrier has delivered."""
    if kept is None or (origin == Origin.IMPORT and data.updated_at is None):
        return data.state
    moment = told_at(data)
    newer = moment is not None and (kept.told_at is None or moment > kept.told_at)
    delivered = kept.state == Order.State.DELIVERED and data.state in SHIPPED
    return data.state if (newer and not delivered) or RANK[data.state] >= RANK[kept.state] else kept.state


@dataclass(frozen=True, slots=True)
class Telling:
    """Writes down what happened to orders: live and new things are told to the house, the rest is silent.

    Silent events of a batch are written together by `close`.
    """

    origin: str
    actor: Actor
    made: list[Order] = field(default_factory=list)
    altered: list[Order] = field(default_factory=list)

    def tell(self, order: Order, data: OrderData, before: str, refunded: bool) -> None:
        """One event for each thing that happened; `before` is the state it had, "" for a new order."""
        if self.origin != Origin.LIVE:
            (self.altered if before else self.made).append(order)
            return
        if not before:
            self._news(order, "order.created", order.placed_at)
        moved = self._moved(order, data, before)
        if refunded:
            self._news(order, "order.refunded", max((refund.refunded_at for refund in data.refunds), default=None))
        if before and not moved and not refunded:
            self._news(order, "order.updated", told_at(data))

    def _moved(self, order: Order, data: OrderData, before: str) -> bool:
        """Tell the state that the order has just come into; whether there is one worth telling."""
        if order.state == before:
            return False
        if order.state in SHIPPED and before not in (*SHIPPED, Order.State.DELIVERED):
            self._news(order, "order.shipped", _latest([parcel.shipped_at for parcel in data.shipments], data))
        elif order.state == Order.State.DELIVERED:
            self._news(order, "order.delivered", _latest([parcel.delivered_at for parcel in data.shipments], data))
        elif order.state == Order.State.CANCELLED:
            self._news(order, "order.cancelled", told_at(data))
        else:
            return False
        return True

    def _news(self, order: Order, verb: str, moment: datetime | None) -> None:
        """Live if it is new, else written down at its moment and told to nobody."""
        old = moment is not None and timezone.now() - moment > NEWS
        record(
            order,
            verb,
            actor=self.actor,
            customer=order.identity.customer_id,
            shop=order.shop_id,
            origin=Origin.RECONCILIATION if old else Origin.LIVE,
            occurred_at=moment if old else None,
            state=order.state,
        )

    def close(self) -> None:
        """Write what is silent."""
        self._together("order.imported", self.made, [order.placed_at for order in self.made])
        self._together("order.updated", self.altered, [])

    def _together(self, verb: str, orders: list[Order], moments: list[datetime]) -> None:
        if orders:
            record_many(
                orders,
                verb,
                actor=self.actor,
                customers=[order.identity.customer_id for order in orders],
                shops=[order.shop_id for order in orders],
                origin=self.origin,
                moments=moments,
            )


def _latest(moments: list[datetime | None], data: OrderData) -> datetime | None:
    return max((moment for moment in moments if moment), default=told_at(data))
