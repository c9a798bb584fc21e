"""What a customer spent, as figures and as a curve of steps."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_date
from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from comptoir.customers.models import Customer
from comptoir.orders.models import Refund
from comptoir.orders.queries import NOT_A_SALE, Value, value
from comptoir.ui.words import locale

WIDTH, HEIGHT, TOP, FLOOR = 100, 52, 4, 48


@dataclass(frozen=True, slots=True)
class Curve:
    """The path of the cumulated spending, from the first month to this one."""

    line: str
    area: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Worth:
    """Figures and curve; the curve is None before the second month."""

    value: Value
    curve: Curve | None


def worth(orders: Any, customer: Customer) -> Worth:
    """What the customer spent in the shops whose orders are given."""
    figures = value(orders, customer)
    months = _months(orders, customer, figures.currency)
    return Worth(figures, _curve(months) if months else None)


def _months(orders: Any, customer: Customer, currency: str) -> list[tuple[datetime, int]]:
    """What was spent in each month that had a sale or a refund, oldest first."""
    sales = orders.filter(identity__customer=customer, currency=currency).exclude(state__in=NOT_A_SALE).order_by()
    spent: Counter[datetime] = Counter()
    for month, total in sales.annotate(month=TruncMonth("placed_at")).values_list("month").annotate(Sum("total")):
        spent[month] += total
    back = Refund.objects.filter(order__in=sales.values("pk"), currency=currency).order_by()
    for month, total in back.annotate(month=TruncMonth("refunded_at")).values_list("month").annotate(Sum("amount")):
        spent[month] -= total
    return sorted(spent.items())


def _curve(months: list[tuple[datetime, int]]) -> Curve | None:
    now = timezone.localtime()
    first = timezone.localtime(months[0][0])
    span = max(1, _distance(first, now))
    total, heights, highest = 0, [], 1
    for month, amount in months:
        total += amount
        highest = max(highest, total)
        heights.append((_distance(first, timezone.localtime(month)), total))
    line, area = f"M0 {FLOOR}", f"M0 {FLOOR + 2}"
    for at, sum_ in heights:
        x = round(min(at / span, 1) * (WIDTH - 8) + 4, 1)
        y = round(FLOOR - max(0, sum_) / highest * (FLOOR - TOP), 1)
        line += f"H{x}V{y}"
        area += f"H{x}V{y}"
    return Curve(f"{line}H{WIDTH}", f"{area}H{WIDTH}V{HEIGHT}H0z", _month(first), _month(now))


def _distance(start: datetime, end: datetime) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _month(at: datetime) -> str:
    return format_date(at, "MMM y", locale=locale())
