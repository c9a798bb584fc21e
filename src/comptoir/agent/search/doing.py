"""A line of the command bar was chosen: it is done to the open conversation, with a way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.organising import told_missing
from comptoir.agent.search import further, ordering
from comptoir.agent.tell import tell
from comptoir.automation.queries.choosing import usable
from comptoir.conversations.actions import expecting, organising
from comptoir.conversations.models import Conversation, State
from comptoir.conversations.queries import closing, topics
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.ui.words import moment


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and the deed that takes it back."""

    text: str
    back: tuple[str, Any] | None = None


@require_POST
@console(May.ORGANISE)
def deed(request: ConsoleRequest) -> HttpResponse:
    """Do `do` with `value` to `conversation`; a deed of no kind, or on what may not be seen, is a 404."""
    asked = request.POST if "do" in request.POST else request.GET
    key, do, value = asked.get("conversation", ""), asked.get("do", ""), asked.get("value", "")
    conversation: Conversation | None = None
    if key.isascii() and key.isdecimal() and len(key) < 19:
        conversation = access.conversations(request.agent).filter(pk=int(key)).first()
    if conversation is not None and do == "gesture":
        return ordering.open_dialog(request.agent, conversation, value)
    if conversation is not None and do in further.KINDS:
        return further.do(request.agent, conversation, do, value)
    if conversation is None or (do not in _DEEDS and do not in ("macro", "later")):
        raise Http404
    if do == "later":
        return _send_later(request, value)
    if do == "macro":
        return _insert(request, conversation, value)
    done = _DEEDS[do](request.agent, conversation, value)
    undo = ""
    if done.back is not None:
        back, former = done.back
        query = urlencode({"conversation": conversation.pk, "do": back, "value": "" if former is None else former})
        undo = f"{reverse('command-deed')}?{query}"
    return tell(HttpResponse(status=204), done.text, undo=undo)


def _insert(request: ConsoleRequest, conversation: Conversation, value: str) -> HttpResponse:
    access.require(request.agent, May.ANSWER)
    macro = get_object_or_404(usable(request.agent, conversation), pk=_key(value))
    return tell(HttpResponse(status=204), "", events={"macro:chosen": {"macro": macro.pk}})


def _send_later(request: ConsoleRequest, value: str) -> HttpResponse:
    """The answer stands in the browser's editor: the page sends it with the time."""
    access.require(request.agent, May.ANSWER)
    return tell(HttpResponse(status=204), "", events={"composer:later": {"at": value[:40]}})


def _key(value: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise Http404
    return int(value)


def _assign(agent: Agent, row: Conversation, value: str) -> Done:
    assignee = get_object_or_404(access.agents(agent), pk=_key(value)) if value else None
    former = row.assignee_id
    organising.assign(row, assignee, actor=Actor.of(agent))
    text = _("Attribuée à %(name)s") % {"name": assignee.name} if assignee else _("Plus attribuée à personne")
    return Done(text, ("assign", former))


def _team(agent: Agent, row: Conversation, value: str) -> Done:
    team = get_object_or_404(access.teams(agent), pk=_key(value)) if value else None
    former = row.team_id
    organising.assign_team(row, team, actor=Actor.of(agent))
    text = _("Confiée à l’équipe %(name)s") % {"name": team.name} if team else _("Plus confiée à une équipe")
    return Done(text, ("team", former))


def _snooze(agent: Agent, row: Conversation, value: str) -> Done:
    try:
        until = datetime.fromisoformat(value)
        if until.tzinfo is None:
            raise ValueError
        organising.snooze(row, until, actor=Actor.of(agent))
    except ValueError:
        return Done(_("Ce moment est passé : rien n’a changé."))
    return Done(_("En pause jusqu’au %(when)s") % {"when": moment(until, "full")}, ("reopen", ""))


def _state(act: Callable[..., Any], text: Callable[[], str]) -> Callable[[Agent, Conversation, str], Done]:
    def change(agent: Agent, row: Conversation, value: str) -> Done:
        former = row.state
        act(row, actor=Actor.of(agent))
        return Done(text(), _BACK.get(former))

    return change


# how a matter goes back to the state that it had; a pause's time is not known any more
_BACK: dict[str, tuple[str, Any]] = {
    State.OPEN: ("reopen", ""),
    State.PENDING: ("pending", ""),
    State.CLOSED: ("close", ""),
    State.SNOOZED: ("reopen", ""),
    State.SPAM: ("spam", ""),
    State.QUIET: ("quiet", ""),
}


def _topic(agent: Agent, row: Conversation, value: str) -> Done:
    code = topics.resolve(value, [row.shop_id]) if value and value != row.topic else value
    if value and not code:
        raise Http404
    former = row.topic
    organising.set_topic(row, code, actor=Actor.of(agent))
    text = _("Thème : %(path)s") % {"path": topics.label(code)} if code else _("Plus de thème.")
    return Done(text, ("topic", former))


def _priority(agent: Agent, row: Conversation, value: str) -> Done:
    former = row.priority
    try:
        organising.set_priority(row, int(value), actor=Actor.of(agent))
    except ValueError:
        raise Http404 from None
    row.refresh_from_db(fields=["priority"])
    return Done(_("Priorité %(name)s") % {"name": row.get_priority_display().lower()}, ("priority", former))


def _tag(agent: Agent, row: Conversation, value: str) -> Done:
    made = organising.tag(row, value, actor=Actor.of(agent))
    if made is None:
        return Done(_("Elle porte déjà cette étiquette."))
    return Done(_("Étiquetée %(name)s") % {"name": made.name}, ("untag", made.pk))


def _untag(agent: Agent, row: Conversation, value: str) -> Done:
    tag = get_object_or_404(row.tags, pk=_key(value))
    organising.untag(row, tag, actor=Actor.of(agent))
    return Done(_("Étiquette %(name)s retirée") % {"name": tag.name}, ("tag", tag.name))


def _close(agent: Agent, row: Conversation, value: str) -> Done:
    if wanting := closing.missing(row):
        return Done(told_missing(wanting))
    return _state(organising.close, lambda: _("Close"))(agent, row, value)


def _unread(agent: Agent, row: Conversation, value: str) -> Done:
    organising.mark_unread(row, agent)
    return Done(_("Marquée comme non lue"))


_DEEDS: dict[str, Callable[[Agent, Conversation, str], Done]] = {
    "assign": _assign,
    "team": _team,
    "snooze": _snooze,
    "close": _close,
    "reopen": _state(organising.reopen, lambda: _("Rouverte")),
    "pending": _state(organising.wait_for_customer, lambda: _("En attente du client")),
    "quiet": _state(expecting.expect_nothing, lambda: _("Aucune réponse attendue")),
    "expected": _state(expecting.expect_answer, lambda: _("Une réponse est attendue")),
    "spam": _state(organising.mark_spam, lambda: _("Classée comme indésirable")),
    "topic": _topic,
    "priority": _priority,
    "tag": _tag,
    "untag": _untag,
    "unread": _unread,
}
