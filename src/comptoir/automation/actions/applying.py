"""Sending what was written with macros: the message leaves, then the actions are done; both are taken back together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from comptoir.automation.actions.performing import Done, note_of, perform, take_back
from comptoir.automation.acts import Act, read_all
from comptoir.automation.models import Application, Carried, Macro
from comptoir.automation.queries.choosing import left_open, usable, visible
from comptoir.conversations.actions import answering
from comptoir.conversations.actions.answering import Written
from comptoir.conversations.actions.side_news import matter_of
from comptoir.conversations.models import Conversation, Draft, Inbox, Message
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent


class MissingValues(Exception):
    """Variables stand in the text that have no value: it does not leave. `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True)
class Load:
    """What an editor carries beside its text: keys of the macros that were put in, codes of the acts to do."""

    macros: Sequence[int] = ()
    acts: Sequence[str] = ()


NOTHING = Load()


@transaction.atomic
def reply(conversation: Conversation, written: Written, load: Load = NOTHING, *, agent: Agent) -> Message:
    """Answer and do the acts. Raises MissingValues and BadAct beside what the plain reply raises; then nothing happened."""
    acts = _ready(conversation, written, load, agent)
    message = answering.reply(conversation, written, agent=agent)
    return _applied(message, load, perform(conversation, acts, agent=agent) if _first(message) else [], agent)


@transaction.atomic
def note(conversation: Conversation, written: Written, load: Load = NOTHING, *, agent: Agent) -> Message:
    """Write a note with a macro, and do the acts."""
    acts = _ready(conversation, written, load, agent)
    message = answering.note(conversation, written, agent=agent)
    return _applied(message, load, perform(conversation, acts, agent=agent) if _first(message) else [], agent)


@transaction.atomic
def start(inbox: Inbox, written: Written, load: Load = NOTHING, *, agent: Agent) -> Message:
    """Write first, and do the acts to the conversation that begins."""
    if missing := left_open(written.html):
        raise MissingValues(missing)
    acts = read_all(load.acts)
    message = answering.start(inbox, written, agent=agent)
    return _applied(message, load, perform(message.conversation, acts, agent=agent) if _first(message) else [], agent)


@transaction.atomic
def aside(
    matter: Conversation, written: Written, load: Load, *, send: Callable[[Written], Message], agent: Agent
) -> Message:
    """Write to a third party by `send`, and do the acts to the matter beside which it is said."""
    acts = _ready(matter, written, load, agent)
    message = send(written)
    return _applied(message, load, perform(matter, acts, agent=agent) if _first(message) else [], agent)


@transaction.atomic
def act(conversation: Conversation, load: Load, *, agent: Agent) -> list[Done]:
    """Do the acts without a message; what is done, for taking it back."""
    done = perform(conversation, _ready(conversation, Written(html=""), load, agent), agent=agent)
    _count(load, conversation, None, agent)
    return done


@transaction.atomic
def undo(message: Message, *, agent: Agent) -> bool:
    """Take back a message that has not left, and what was done with it; the draft carries the acts again."""
    conversation = matter_of(message.conversation)
    application = Application.objects.filter(message=message).first()
    done = list(application.done) if application else []
    load = Load(application.macros, application.acts) if application else NOTHING
    if not answering.undo(message, agent=agent):
        return False
    states = ("state:", "snooze:")  # the plain undo opens the matter again
    take_back(conversation, [row for row in done if not str(row[0]).startswith(states)], agent=agent)
    take_back(conversation, [[c, {"state": "open", "until": ""}] for c, _ in done if c.startswith(states)], agent=agent)
    if application is not None:
        drafts = Draft.objects.filter(agent=agent).order_by("-updated_at")
        said = Q(conversation=message.conversation_id, kind="reply") | Q(conversation=conversation, kind="side")
        draft = drafts.filter(said).first()
        if draft is not None:
            carry(draft, load)
        for macro in Macro.objects.filter(pk__in=load.macros):
            record(macro, "macro.taken_back", actor=Actor.of(agent), shop=macro.shop_id, message=application.message_id)
        Macro.objects.filter(pk__in=load.macros).update(used=Greatest(F("used"), 1) - 1)
    return True


def carry(draft: Draft, load: Load) -> None:
    """Keep with a draft what will be done when it leaves."""
    if load.macros or load.acts:
        values = {"macros": list(load.macros), "acts": [act.code for act in read_all(load.acts)]}
        Carried.objects.update_or_create(draft=draft, defaults=values)
    else:
        Carried.objects.filter(draft=draft).delete()


def _ready(conversation: Conversation, written: Written, load: Load, agent: Agent) -> list[Act]:
    acts = read_all(load.acts)
    missing = left_open(written.html)
    notes = usable(agent, conversation).filter(pk__in=[int(act.value) for act in acts if act.kind == "note"])
    for macro in notes.exclude(note=""):
        missing += note_of(macro, conversation, agent).missing
    if missing:
        raise MissingValues(list(dict.fromkeys(missing)))
    return acts


def _first(message: Message) -> bool:
    """Whether this message was not sent before: the same editor may knock twice."""
    return not Application.objects.filter(message=message).exists()


def _applied(message: Message, load: Load, done: list[Done], agent: Agent) -> Message:
    if (load.macros or load.acts) and _first(message):
        known = list(visible(agent).filter(pk__in=load.macros).values_list("pk", flat=True))
        Application.objects.create(message=message, macros=known, acts=list(load.acts), done=done)
        _count(Load(known), message.conversation, message, agent)
    return message


def _count(load: Load, conversation: Conversation, message: Message | None, agent: Agent) -> None:
    macros = list(visible(agent).filter(pk__in=load.macros))
    for macro in macros:
        record(
            macro,
            "macro.used",
            actor=Actor.of(agent),
            shop=conversation.shop_id,
            conversation=conversation.pk,
            message=message.pk if message else None,
        )
    Macro.objects.filter(pk__in=[macro.pk for macro in macros]).update(used=F("used") + 1)
