"""An order's money, brought up to date: payments and refunds are added or set right, never taken away."""

from dataclasses import dataclass, field
from typing import Any

from comptoir.orders.models import Order, Payment, Refund
from comptoir.ports.shop import OrderData, PaymentData, RefundData

Pairs = list[tuple[Order, OrderData]]


@dataclass(slots=True)
class Money:
    """The keys of the orders in which something changed, and of those to which money went back for the first time."""

    changed: set[str] = field(default_factory=set)
    returned: set[str] = field(default_factory=set)


def take(pairs: Pairs) -> Money:
    """Write what came in and what went back. Of erased persons' orders only amounts and states are taken."""
    money = Money()
    orders = [order.pk for order, _ in pairs]
    if any(data.payments for _, data in pairs):
        _payments(pairs, orders, money)
    if any(data.refunds for _, data in pairs):
        _refunds(pairs, orders, money)
    return money


def _payments(pairs: Pairs, orders: list[int], money: Money) -> None:
    known = {(row.order_id, row.external_id): row for row in Payment.objects.filter(order__in=orders)}
    new = []
    for order, data in pairs:
        for payment in data.payments:
            values = _payment(payment, data.currency, erased=bool(order.identity.customer.erased_at))
            kept = known.get((order.pk, payment.external_id[:120]))
            if kept is None:
                new.append(Payment(order=order, external_id=payment.external_id[:120], **values))
                known[order.pk, payment.external_id[:120]] = new[-1]
            elif alter(kept, values):
                kept.save()
            else:
                continue
            money.changed.add(order.external_id)
    Payment.objects.bulk_create(new)


def _payment(payment: PaymentData, currency: str, *, erased: bool) -> dict[str, Any]:
    values = {
        "amount": payment.amount,
        "currency": currency,
        "state": payment.state if payment.state in Payment.State.values else Payment.State.PENDING,
        "paid_at": payment.paid_at,
    }
    return values if erased else values | {"method": payment.method[:120]}


def _refunds(pairs: Pairs, orders: list[int], money: Money) -> None:
    known = {(row.order_id, row.external_id): row for row in Refund.objects.filter(order__in=orders)}
    new = []
    for order, data in pairs:
        for refund in data.refunds:
            values = _refund(refund, data.currency, erased=bool(order.identity.customer.erased_at))
            kept = known.get((order.pk, refund.external_id[:120]))
            if kept is None:
                new.append(Refund(order=order, external_id=refund.external_id[:120], **values))
                money.returned.add(order.external_id)
            elif alter(kept, _onward(kept, values)):
                kept.save()
            else:
                continue
            money.changed.add(order.external_id)
    Refund.objects.bulk_create(new)


def _refund(refund: RefundData, currency: str, *, erased: bool) -> dict[str, Any]:
    values = {
        "amount": refund.amount,
        "currency": currency,
        "refunded_at": refund.refunded_at,
        "lines": dict(refund.lines),
        "shipping": refund.shipping,
        "state": refund.state if refund.state in Refund.State.values else Refund.State.DONE,
    }
    return values if erased else values | {"reason": refund.reason[:300], "method": refund.method[:120]}


def _onward(kept: Refund, values: dict[str, Any]) -> dict[str, Any]:
    """A refund that is done does not wait again."""
    waits = values["state"] == Refund.State.PENDING and kept.state != Refund.State.PENDING
    return values | {"state": kept.state} if waits else values


def alter(row: Any, values: dict[str, Any]) -> bool:
    """Put values on a row; whether any differed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)
