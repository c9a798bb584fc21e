"""Who is to be told of an event, whether now is a moment for it, and what the console's own page shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.conversations.models import (
    PRESENCE_FRESH_FOR,
    Conversation,
    Mention,
    Message,
    MessageKind,
    Presence,
    ReadMark,
    State,
)
from comptoir.core import access
from comptoir.core.models import Agent, Event
from comptoir.notifications.models import Device, Kind, Preferences
from comptoir.orders.gestures import authority
from comptoir.orders.models import Gesture

COUNTED_UP_TO = 99
WATCHED = frozenset({"message.received", "conversation.side_answered", "conversation.assigned", "conversation.noted"})


ASKED = "gesture.asked"  # somebody's act waits for an accord


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one agent: how many conversations of theirs, and the newest message among them."""

    count: int
    newest: Message | None


def preferences_of(agent: Agent) -> Preferences:
    """The agent's row, or the defaults, not saved."""
    return Preferences.objects.filter(agent=agent).first() or Preferences(agent=agent)


def concerned(event: Event) -> Iterator[tuple[Agent, Kind]]:
    """The agents with a device who want to hear of this event and may see it, each with the reason."""
    if event.subject_type == "gesture":
        yield from _approving(event)
        return
    conversation = Conversation.objects.filter(pk=event.subject_id).first()
    if conversation is None or conversation.silent:
        return
    by = (event.actor_id or 0) if event.actor_kind == "agent" else 0
    agents = Agent.objects.filter(pk__in=Device.objects.values("agent"), is_active=True, away=False).exclude(pk=by)
    reasons = _reasons(event, conversation)
    for agent in agents.select_related("notification_preferences").order_by("pk"):
        wishes = getattr(agent, "notification_preferences", None) or Preferences(agent=agent)
        kind = next(
            (kind for kind, whom in reasons if getattr(wishes, kind) and (whom is None or agent.pk in whom)), None
        )
        if kind and access.conversations(agent).filter(pk=conversation.pk).exists():
            yield agent, kind


def _approving(event: Event) -> Iterator[tuple[Agent, Kind]]:
    """Those whose accord is enough for an act that waits for one, and who are there."""
    row = (
        Gesture.objects.select_related("order__shop", "identity__customer", "agent").filter(pk=event.subject_id).first()
    )
    if row is None or row.state != Gesture.State.WAITING:
        return
    ringing = set(Device.objects.values_list("agent", flat=True))
    for agent in authority.approvers(authority.weighed(row), row.agent):
        if agent.pk in ringing and not agent.away:
            yield agent, Kind.APPROVAL


def _reasons(event: Event, conversation: Conversation) -> list[tuple[Kind, set[int] | None]]:
    """(reason, the agents for whom it holds; None: for all of them), the most pressing first."""
    if event.verb == "conversation.assigned":
        given = event.codes.get("assignee") or 0
        return [(Kind.ASSIGNED, {given})] if conversation.assignee_id == given else []
    if event.verb == "conversation.noted":
        named = Mention.objects.filter(message=event.codes.get("message") or 0, read_at=None)
        return [(Kind.MENTIONED, set(named.values_list("agent", flat=True)))]
    message = Message.objects.filter(pk=event.codes.get("message") or 0, kind=MessageKind.CUSTOMER).first()
    if message is None or message.automatic or conversation.state != State.OPEN:
        return []
    mine = {conversation.assignee_id} if conversation.assignee_id else set()
    team: set[int] = set()
    if not mine and conversation.team_id:
        team = set(Agent.objects.filter(teams=conversation.team_id).values_list("pk", flat=True))
    return [(Kind.MINE, mine), (Kind.TEAM, team), (Kind.EVERYTHING, None)]


def quiet(agent: Agent, wishes: Preferences, now: datetime) -> bool:
    """Whether the agent wants no noise: away, on a day off, or in the quiet hours of their own zone."""
    if agent.away:
        return True
    here = now.astimezone(_zone(agent.timezone))
    if here.weekday() in wishes.quiet_days:
        return True
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None or start == end:
        return False
    clock = here.time().replace(tzinfo=None)
    return start <= clock < end if start < end else clock >= start or clock < end


def looks_at(agent: Agent, conversation: Conversation) -> bool:
    """Whether the agent has it before their eyes, in any browser."""
    fresh = timezone.now() - PRESENCE_FRESH_FOR
    return Presence.objects.filter(agent=agent, conversation=conversation, seen_at__gt=fresh).exists()


def has_read(agent: Agent, conversation: Conversation, message_id: int) -> bool:
    """Whether the agent has read it up to that message."""
    return ReadMark.objects.filter(agent=agent, conversation=conversation, message_id__gte=message_id).exists()


def waiting(agent: Agent) -> Waiting:
    """The agent's own open conversations in which somebody waits."""
    rows = _mine(agent)
    keys = list(rows.values_list("newest_message", flat=True)[: COUNTED_UP_TO + 1])
    newest = max(keys, default=0)
    message = Message.objects.select_related("conversation").filter(pk=newest).first() if newest else None
    return Waiting(len(keys), message)


def waiting_count(agent: Agent) -> int:
    """How many of them there are, COUNTED_UP_TO + 1 for more."""
    return _mine(agent)[: COUNTED_UP_TO + 1].count()


def _mine(agent: Agent) -> "QuerySet[Any]":
    rows = access.conversations(agent).filter(state=State.OPEN, assignee=agent, waiting_since__isnull=False)
    return rows.order_by("-newest_message")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)
