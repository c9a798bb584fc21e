"""Whether the shop answers right now, when it will, and whose face stands for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptoir.conversations.models import Inbox
from comptoir.core.models import Agent, Role, Shop
from comptoir.lib.dates.hours import ALWAYS, BadOpeningHours, OpeningHours

SEEN_WITHIN = timedelta(minutes=5)
_ANSWERING = (Role.OWNER, Role.LEAD, Role.AGENT)


@dataclass(frozen=True, slots=True)
class Presence:
    """`open` follows the hours, `here` says that someone was seen within five minutes; `until` and `returns` are moments."""

    open: bool
    here: bool
    until: datetime | None
    returns: datetime | None

    def to_json(self) -> dict[str, Any]:
        """As the chat window reads it."""
        return {
            "open": self.open,
            "here": self.open and self.here,
            "until": self.until.isoformat() if self.until else None,
            "returns": self.returns.isoformat() if self.returns else None,
        }


def hours_of(inbox: Inbox) -> OpeningHours:
    """The chat's hours: its own, else the shop's, else always."""
    schedule = inbox.schedule or inbox.shop.schedule
    try:
        return OpeningHours.from_json(schedule.hours) if schedule and schedule.hours else ALWAYS
    except BadOpeningHours:
        return ALWAYS


def presence(inbox: Inbox, at: datetime | None = None) -> Presence:
    """Whether someone answers at that moment (now by default)."""
    at = at or timezone.now()
    hours = hours_of(inbox)
    is_open = hours.is_open(at)
    return Presence(
        open=is_open,
        here=team(inbox.shop).filter(away=False, last_seen_at__gt=at - SEEN_WITHIN).exists(),
        until=hours.closes_at(at),
        returns=None if is_open else hours.next_opening(at),
    )


def team(shop: Shop) -> QuerySet[Agent]:
    """Those who may answer for a shop."""
    return Agent.objects.filter(
        Q(every_shop=True) | Q(shops=shop) | Q(role=Role.OWNER), is_active=True, role__in=_ANSWERING
    ).distinct()


def is_online(agent: Agent) -> bool:
    """Whether a visitor reads « En ligne » beside that name."""
    seen = agent.last_seen_at
    return agent.is_active and not agent.away and seen is not None and seen > timezone.now() - SEEN_WITHIN
