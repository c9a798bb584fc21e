"""The authority matrix read: whether an agent may do an act, how much of each limit is used, and who may approve it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q, Sum
from django.utils import timezone

from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Role, Shop
from comptoir.customers.models import Customer
from comptoir.lib.money import decimals
from comptoir.orders.models import CHARGED, Authority, Gesture, GestureVerb, Order

YES, APPROVAL, NO = "yes", "approval", "no"
GIFTS = (GestureVerb.DISCOUNT_CODE, GestureVerb.GIFT_CARD, GestureVerb.STORE_CREDIT)


@dataclass(frozen=True, slots=True)
class Weighed:
    """An act as the matrix sees it. `amount` is what it uses of the limits, minor units."""

    order: Order
    verb: str
    amount: int
    currency: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One limit that fits: `kind` is act, day or customer; `used` what was used of it before this act."""

    kind: str
    limit: int
    used: int
    amount: int
    days: int = 0
    reason: str = ""
    verb: str = ""

    @property
    def left(self) -> int:
        """What may still be done, this act not counted."""
        return max(0, self.limit - self.used)

    @property
    def over(self) -> int:
        """By how much the act goes beyond; 0 when it does not."""
        return max(0, self.used + self.amount - self.limit)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is yes, approval (a second person has to agree) or no; `over` are codes that say why: act, day,
    customer, currency (no row speaks of that currency), role, forbidden."""

    outcome: str
    bars: tuple[Bar, ...] = ()
    over: tuple[str, ...] = ()
    watched: bool = False
    approves: bool = False

    @property
    def tightest(self) -> Bar | None:
        """The limit that holds first."""
        return min(self.bars, key=lambda bar: (bar.left - bar.amount, bar.kind != "act"), default=None)


def rows() -> list[Authority]:
    """The matrix; before anybody wrote one, the one that Comptoir brings (not saved)."""
    return list(Authority.objects.select_related("agent", "shop")) or defaults()


def defaults() -> list[Authority]:
    """Owners without limits, leads to 500, agents to 80 an act and 150 a day, gifts to 60 a customer and year, in the
    shops' currencies of two decimals. Where no row speaks of a currency, a second person agrees."""
    made = [Authority(role=Role.OWNER, approves=True)]
    for currency in sorted(set(Shop.objects.values_list("currency", flat=True))):
        if decimals(currency) != 2:
            continue
        made += [
            Authority(role=Role.LEAD, currency=currency, per_act=50_000, per_day=200_000, approves=True),
            Authority(role=Role.AGENT, currency=currency, per_act=8_000, per_day=15_000),
            Authority(role=Role.STORE, currency=currency, per_act=0),
        ]
        made += [Authority(role=Role.AGENT, currency=currency, verb=verb, per_customer=6_000) for verb in GIFTS]
    return made or [Authority(role=Role.OWNER, approves=True)]


def judge(agent: Agent, act: Weighed, matrix: Sequence[Authority] | None = None) -> Verdict:
    """What the matrix says to this act of this agent now."""
    if not access.can(agent, May.ACT_ON_ORDERS):
        return Verdict(NO, over=("role",))
    spoken = [row for row in _of(agent, rows() if matrix is None else matrix) if _speaks(row, act)]
    if not spoken:
        return Verdict(NO, over=("role",))
    watched = any(row.watched for row in spoken)
    if any(not row.allowed for row in spoken):
        return Verdict(NO, over=("forbidden",), watched=watched)
    fitting = [row for row in spoken if row.currency in ("", act.currency)]
    approves = any(row.approves for row in fitting)
    if act.amount and not fitting:
        return Verdict(APPROVAL, over=("currency",), watched=watched)
    bars = tuple(bar for row in fitting if row.currency for bar in _bars(row, agent, act))
    over = tuple(dict.fromkeys(bar.kind for bar in bars if bar.over))
    return Verdict(APPROVAL if over else YES, bars, over, watched, approves and not over)


def _of(agent: Agent, matrix: Sequence[Authority]) -> list[Authority]:
    own = [row for row in matrix if row.agent_id == agent.pk]
    return own or [row for row in matrix if row.role and row.role == agent.role]


def _speaks(row: Authority, act: Weighed) -> bool:
    return (
        row.shop_id in (None, act.order.shop_id)
        and row.verb in ("", act.verb)
        and row.reason.casefold() in ("", act.reason.casefold())
    )


def _bars(row: Authority, agent: Agent, act: Weighed) -> Iterable[Bar]:
    bare = Bar("act", 0, 0, act.amount, reason=row.reason, verb=row.verb)
    if row.per_act is not None:
        yield replace(bare, limit=row.per_act)
    if row.per_day is not None:
        used = _used(row, act, Q(charged_to=agent, charged_at__gte=_midnight(act.order.shop)))
        yield replace(bare, kind="day", limit=row.per_day, used=used)
    if row.per_customer is not None:
        used = _used(row, act, _given(act.order.identity.customer, row.period_days))
        yield replace(bare, kind="customer", limit=row.per_customer, used=used, days=row.period_days)


def given(customer: Customer, currency: str, days: int = 365) -> int:
    """What was given to a customer in so many days, by everybody."""
    return _sum(_given(customer, days) & Q(currency=currency))


def _given(customer: Customer, days: int) -> Q:
    return Q(identity__customer=customer, charged_at__gte=timezone.now() - timedelta(days=days))


def _used(row: Authority, act: Weighed, whose: Q) -> int:
    held = whose & Q(currency=act.currency)
    held &= Q(verb=row.verb) if row.verb else Q()
    held &= Q(reason__iexact=row.reason) if row.reason else Q()
    held &= Q(shop=row.shop_id) if row.shop_id else Q()
    return _sum(held)


def _sum(held: Q) -> int:
    return int(Gesture.objects.filter(held, state__in=CHARGED).aggregate(sum=Sum("amount"))["sum"] or 0)


def _midnight(shop: Shop) -> datetime:
    try:
        here = timezone.now().astimezone(ZoneInfo(shop.timezone))
    except (ZoneInfoNotFoundError, ValueError):
        here = timezone.localtime()
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def approvers(act: Weighed, but: Agent | None) -> list[Agent]:
    """Who may approve it: sees the order, has a row that approves, whose own limits hold it; present ones first."""
    matrix = rows()
    roles = {row.role for row in matrix if row.approves and row.role}
    named = {row.agent_id for row in matrix if row.approves and row.agent_id}
    candidates = Agent.objects.filter(Q(role__in=roles) | Q(pk__in=named), is_active=True)
    return [
        agent
        for agent in candidates.exclude(pk=but.pk if but else 0).order_by("away", "-last_seen_at", "name")
        if may_approve(agent, act, matrix)
    ]


def may_approve(agent: Agent, act: Weighed, matrix: Sequence[Authority] | None = None) -> bool:
    """Whether this agent's word is enough for the act. That it is not their own is the caller's to know."""
    verdict = judge(agent, act, matrix)
    return verdict.approves and access.orders(agent).filter(pk=act.order.pk).exists()


def can_approve_anything(agent: Agent) -> bool:
    """Whether the queue of what waits for an accord is this agent's business at all."""
    return access.can(agent, May.ACT_ON_ORDERS) and any(row.approves for row in _of(agent, rows()))


def weighed(gesture: Gesture) -> Weighed:
    """A line of the ledger as the matrix sees it."""
    return Weighed(gesture.order, gesture.verb, gesture.amount, gesture.currency, gesture.reason)
