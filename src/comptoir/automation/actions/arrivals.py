"""Shared views that act: when a message arrives in a conversation that matches, their acts are done, once a message.

A job of its own after the message's transaction. Rules run in their order, each on the conversation as the one before
left it; the first with `stops` that matches is the last. What they do records no message, so that none wakes another;
one that keeps acting on one conversation is switched off all the same.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from comptoir.automation.actions.performing import fill
from comptoir.automation.acts import Act, BadAct, read_arrival, until
from comptoir.automation.models import ArrivalRule, ArrivalRun
from comptoir.conversations.actions import organising
from comptoir.conversations.actions.expecting import expect_nothing
from comptoir.conversations.models import Conversation, Message, View
from comptoir.conversations.queries.conditions import asks_each
from comptoir.conversations.queries.filtering import as_tree, matching
from comptoir.conversations.queries.places import as_filters
from comptoir.core import access, ordering
from comptoir.core.actors import SYSTEM, Actor, ActorKind
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Event, Role, Team
from comptoir.core.remembered import Remembered

NOBODY = Agent(pk=0, role=Role.OWNER, every_shop=True)  # who reads a filter that belongs to no one
OFTEN, WITHIN = 30, timedelta(hours=1)  # runs of one rule on one conversation
TRIED = 100


class CannotAct(ValueError):
    """The rule cannot be switched on; `code`: own, each, nothing."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code)
        self.code, self.what = code, what


def follow(event: Event) -> None:
    """A message arrived: the rules are for a job. Costs nothing while no rule is on."""
    if event.verb == "message.received" and event.codes.get("message") and any_active():
        act.defer(message_id=event.codes["message"])


@job("soon")
def act(message_id: int) -> None:
    """Do what the rules want for one message."""
    message = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if message is None:
        return
    for rule in ArrivalRule.objects.filter(active=True).select_related("view"):
        if _run(rule, message) and rule.stops:
            return


@transaction.atomic
def save_rule(view: View, acts: Sequence[str], *, active: bool, stops: bool, actor: Actor) -> ArrivalRule:
    """Keep what a shared view does on arrival; raises CannotAct and BadAct. Without acts it does nothing and is off."""
    codes = [act.code for act in read_arrival(acts)]
    if active:
        refuse(view, codes)
    rule = ArrivalRule.objects.select_for_update().filter(view=view).first()
    if rule is None:
        last = ArrivalRule.objects.aggregate(last=Max("position"))["last"]
        rule = ArrivalRule(view=view, position=0 if last is None else last + 1)
    former = (rule.acts, rule.stops, rule.active) if rule.pk else ([], False, False)
    rule.acts, rule.stops, rule.active = codes, stops, active
    rule.save()
    if (codes, stops) != former[:2]:
        record(view, "view.acts_edited", actor=actor, before={"acts": former[0]}, after={"acts": codes})
    if active != former[2]:
        record(view, "view.armed" if active else "view.disarmed", actor=actor)
    any_active.changed()
    return rule


def refuse(view: View, codes: Sequence[str]) -> None:
    """Raise CannotAct when the view cannot act for everybody."""
    if view.agent_id is not None:
        raise CannotAct("own")
    if not codes:
        raise CannotAct("nothing")
    relative = asks_each(as_tree(as_filters(view.filters)))
    if relative:
        raise CannotAct("each", ", ".join(relative))


@transaction.atomic
def move_rule(rule: ArrivalRule, step: int, *, actor: Actor) -> bool:
    """One place earlier (-1) or later (1); False at the end."""
    if not ordering.move(ArrivalRule.objects.order_by("position", "pk"), rule.pk, step):
        return False
    record(rule.view, "view.moved", actor=actor)
    return True


def kept(view: View) -> dict[str, Any]:
    """What `brought_back` needs of a view's rule."""
    rule = ArrivalRule.objects.filter(view=view).first()
    return {"acts": rule.acts, "active": rule.active, "stops": rule.stops, "at": rule.position} if rule else {}


def brought_back(view: View, values: dict[str, Any]) -> None:
    """Give a restored view its rule again."""
    if values:
        ArrivalRule.objects.create(
            view=view, acts=values["acts"], active=values["active"], stops=values["stops"], position=values["at"]
        )
        any_active.changed()


def matches(view: View, conversations: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the conversations, a few, that the filter of the view takes: each is looked at, nothing else is."""
    return matching(conversations, {"probe": as_tree(as_filters(view.filters))}, NOBODY)


def tried(view: View, conversations: QuerySet[Any]) -> tuple[int, list[Any]]:
    """Of the newest TRIED conversations: how many there are, and those that the filter takes. Changes nothing."""
    newest = list(conversations.order_by("-last_message_at", "-pk").values_list("pk", flat=True)[:TRIED])
    found = matches(view, Conversation.objects.filter(pk__in=newest)).order_by("-last_message_at", "-pk")
    return len(newest), list(found)


@transaction.atomic
def _run(rule: ArrivalRule, message: Message) -> bool:
    """Whether the rule took the message; what it changes commits with the line of its log."""
    if ArrivalRun.objects.filter(rule=rule, message=message).exists():
        return True
    row = Conversation.objects.filter(pk=message.conversation_id)
    if asks_each(as_tree(as_filters(rule.view.filters))) or not matches(rule.view, row).exists():
        return False
    lately = ArrivalRun.objects.filter(rule=rule, conversation=message.conversation_id)
    if lately.filter(ran_at__gt=timezone.now() - WITHIN).count() >= OFTEN:
        ArrivalRule.objects.filter(pk=rule.pk).update(active=False)
        record(rule.view, "view.held", actor=SYSTEM)
        return False
    actor = Actor(ActorKind.RULE, rule.view_id)
    try:
        wanted = read_arrival(rule.acts)
    except BadAct:
        wanted = []
    done = [one.code for one in wanted if _did(message.conversation_id, one, actor)]
    ArrivalRun.objects.create(rule=rule, message=message, conversation_id=message.conversation_id, done=done)
    return True


def _did(key: int, wanted: Act, actor: Actor) -> bool:
    """One act; False when it was so already, or names somebody who is gone."""
    row = Conversation.objects.select_related("identity").get(pk=key)
    return bool(_DOERS[wanted.kind](row, wanted.value, actor))


def _state(row: Conversation, value: str, actor: Actor) -> bool:
    if value == "quiet":
        return expect_nothing(row, actor=actor, teach=False)
    return _STATES[value](row, actor=actor)


def _assign(row: Conversation, value: str, actor: Actor) -> bool:
    if value == "nobody":
        return organising.assign(row, None, actor=actor)
    agent = Agent.objects.filter(pk=int(value), is_active=True).first()
    sees = agent is not None and access.shops(agent).filter(pk=row.shop_id).exists()
    return organising.assign(row, agent, actor=actor) if sees else False


def _team(row: Conversation, value: str, actor: Actor) -> bool:
    if value == "none":
        return organising.assign_team(row, None, actor=actor)
    team = Team.objects.filter(pk=int(value)).first()
    fits = team is not None and team.shop_id in (None, row.shop_id)
    return organising.assign_team(row, team, actor=actor) if fits else False


def _untag(row: Conversation, value: str, actor: Actor) -> bool:
    held = row.tags.filter(name__iexact=value).first()
    return held is not None and organising.untag(row, held, actor=actor)


_STATES: dict[str, Callable[..., bool]] = {
    "pending": organising.wait_for_customer,
    "closed": organising.close,
    "spam": organising.mark_spam,
    "trash": organising.discard,
}
_DOERS: dict[str, Callable[[Conversation, str, Actor], Any]] = {
    "state": _state,
    "assign": _assign,
    "team": _team,
    "tag": lambda row, value, actor: organising.tag(row, value, actor=actor),
    "untag": _untag,
    "topic": lambda row, value, actor: organising.set_topic(row, value, actor=actor),
    "field": lambda row, value, actor: fill(row, *value.split("=", 1), actor=actor),
    "priority": lambda row, value, actor: organising.set_priority(row, int(value), actor=actor),
    "snooze": lambda row, value, actor: organising.snooze(row, until(value, timezone.localtime()), actor=actor),
}


any_active = Remembered(ArrivalRule.objects.filter(active=True).exists)  # whether any rule is on
