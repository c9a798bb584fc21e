"""Doing a macro's actions, by the very verbs that an agent's hand calls, and taking them back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.automation.actions import gesturing
from comptoir.automation.acts import Act, until
from comptoir.automation.models import Macro
from comptoir.automation.queries.choosing import visible
from comptoir.automation.queries.values import Values
from comptoir.conversations.actions import answering, filling, organising
from comptoir.conversations.actions.answering import Written
from comptoir.conversations.actions.summary import recount
from comptoir.conversations.models import Conversation, ConversationValue, Message, MessageKind, State
from comptoir.core import access
from comptoir.core.actors import Actor
from comptoir.core.custom.judging import BadValue
from comptoir.core.custom.reading import find
from comptoir.core.custom.values import of_row, plain
from comptoir.core.models import Agent
from comptoir.customers.models import Tag
from comptoir.lib import placeholders

Done = list[Any]  # [act's code, what it was before]


@transaction.atomic
def perform(conversation: Conversation, acts: Sequence[Act], *, agent: Agent) -> list[Done]:
    """Do the acts; what changed, with what it was before. Names of nobody whom the agent may see are passed over."""
    done: list[Done] = []
    for act in acts:
        row = Conversation.objects.select_related("identity").get(pk=conversation.pk)
        former = _DOERS[act.kind](row, act.value, agent)
        if former is not None:
            done.append([act.code, former])
    return done


@transaction.atomic
def take_back(conversation: Conversation, done: Sequence[Done], *, agent: Agent) -> None:
    """Put everything back that still is as the acts left it, last first."""
    for code, former in reversed(list(done)):
        kind, _, value = str(code).partition(":")
        row = Conversation.objects.select_related("identity").get(pk=conversation.pk)
        _UNDOERS[kind](row, value, former, agent)


def note_of(macro: Macro, conversation: Conversation, agent: Agent) -> placeholders.Filled:
    """The macro's internal note, filled in."""
    return placeholders.fill(macro.note, Values(conversation, agent, macro.language))


def _state(row: Conversation, value: str, agent: Agent) -> Any:
    former = {"state": row.state, "until": row.snoozed_until.isoformat() if row.snoozed_until else ""}
    act = {"open": organising.reopen, "pending": organising.wait_for_customer, "closed": organising.close}[value]
    return former if act(row, actor=Actor.of(agent)) else None


def _snooze(row: Conversation, value: str, agent: Agent) -> Any:
    former = {"state": row.state, "until": row.snoozed_until.isoformat() if row.snoozed_until else ""}
    organising.snooze(row, until(value, timezone.localtime()), actor=Actor.of(agent))
    return former


def _state_back(row: Conversation, value: str, former: dict[str, str], agent: Agent) -> None:
    actor, state = Actor.of(agent), former["state"]
    if state == State.SNOOZED and former["until"] and (at := datetime.fromisoformat(former["until"])) > timezone.now():
        organising.snooze(row, at, actor=actor)
    elif state == State.CLOSED:
        organising.close(row, actor=actor)
    elif state == State.PENDING:
        organising.wait_for_customer(row, actor=actor)
    else:
        organising.reopen(row, actor=actor)


def _assign(row: Conversation, value: str, agent: Agent) -> Any:
    if value not in ("me", "nobody"):
        colleague = access.agents(agent).filter(pk=int(value)).first()
        if colleague is None:
            return None
    else:
        colleague = agent if value == "me" else None
    former = row.assignee_id or 0
    return former if organising.assign(row, colleague, actor=Actor.of(agent)) else None


def _assign_back(row: Conversation, value: str, former: int, agent: Agent) -> None:
    organising.assign(row, Agent.objects.filter(pk=former, is_active=True).first(), actor=Actor.of(agent))


def _team(row: Conversation, value: str, agent: Agent) -> Any:
    team = None if value == "none" else access.teams(agent).filter(pk=int(value)).first()
    if team is None and value != "none":
        return None
    former = row.team_id or 0
    return former if organising.assign_team(row, team, actor=Actor.of(agent)) else None


def _team_back(row: Conversation, value: str, former: int, agent: Agent) -> None:
    organising.assign_team(row, access.teams(agent).filter(pk=former).first(), actor=Actor.of(agent))


def _tag(row: Conversation, value: str, agent: Agent) -> Any:
    made = organising.tag(row, value, actor=Actor.of(agent))
    return made.pk if made else None


def _tag_back(row: Conversation, value: str, former: int, agent: Agent) -> None:
    held = Tag.objects.filter(pk=former).first()
    if held is not None:
        organising.untag(row, held, actor=Actor.of(agent))


def _untag(row: Conversation, value: str, agent: Agent) -> Any:
    held = row.tags.filter(name__iexact=value).first()
    return held.name if held and organising.untag(row, held, actor=Actor.of(agent)) else None


def _untag_back(row: Conversation, value: str, former: str, agent: Agent) -> None:
    organising.tag(row, former, actor=Actor.of(agent))


def _topic(row: Conversation, value: str, agent: Agent) -> Any:
    former = row.topic
    return former if organising.set_topic(row, value, actor=Actor.of(agent)) else None


def _topic_back(row: Conversation, value: str, former: str, agent: Agent) -> None:
    organising.set_topic(row, former, actor=Actor.of(agent))


def _field(row: Conversation, value: str, agent: Agent) -> Any:
    """What stood there, in a list of one; a field that is gone and a value that does not fit any more are passed over."""
    key, _sep, text = value.partition("=")
    definition = find("conversation", key)
    if definition is None or definition.archived:
        return None
    former = plain(definition, of_row(ConversationValue, row.pk).get(definition.pk))
    return [former] if fill(row, key, text, actor=Actor.of(agent)) else None


def _field_back(row: Conversation, value: str, former: list[Any], agent: Agent) -> None:
    definition = find("conversation", value.partition("=")[0])
    if definition is not None:
        with suppress(BadValue):
            filling.set_field(row, definition, former[0], actor=Actor.of(agent))


def fill(row: Conversation, key: str, text: str, *, actor: Actor) -> bool:
    """Put the text of an act into the conversation's field of that key; False when that cannot be or stood there."""
    definition = find("conversation", key)
    if definition is None or definition.archived:
        return False
    given: Any = [part.strip() for part in text.split(",") if part.strip()] if definition.many else text.strip()
    try:
        return filling.set_field(row, definition, given, actor=actor)
    except BadValue:
        return False


def _priority(row: Conversation, value: str, agent: Agent) -> Any:
    former = int(row.priority)
    return former if organising.set_priority(row, int(value), actor=Actor.of(agent)) else None


def _priority_back(row: Conversation, value: str, former: int, agent: Agent) -> None:
    organising.set_priority(row, former, actor=Actor.of(agent))


def _note(row: Conversation, value: str, agent: Agent) -> Any:
    macro = visible(agent).filter(pk=int(value)).exclude(note="").first()
    if macro is None:
        return None
    written = Written(html=note_of(macro, row, agent).html)
    return answering.note(row, written, agent=agent, forget=False).pk


def _note_back(row: Conversation, value: str, former: int, agent: Agent) -> None:
    if Message.objects.filter(pk=former, conversation=row, kind=MessageKind.NOTE, agent=agent).delete()[0]:
        recount(row)


_DOERS: dict[str, Callable[[Conversation, str, Agent], Any]] = {
    "state": _state, "snooze": _snooze, "assign": _assign, "team": _team, "tag": _tag, "untag": _untag,
    "topic": _topic, "priority": _priority, "note": _note, "field": _field,
    "gesture": gesturing.ask,
}  # fmt: skip
_UNDOERS: dict[str, Callable[[Conversation, str, Any, Agent], None]] = {
    "state": _state_back, "snooze": _state_back, "assign": _assign_back, "team": _team_back, "tag": _tag_back,
    "untag": _untag_back, "topic": _topic_back, "priority": _priority_back, "note": _note_back,
    "field": _field_back, "gesture": gesturing.take_back,
}  # fmt: skip
