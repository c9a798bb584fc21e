"""One macro answers many conversations: what was previewed leaves, one transaction a conversation, by a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from comptoir.automation.actions import applying
from comptoir.automation.actions.applying import Load
from comptoir.automation.acts import read_all
from comptoir.automation.models import Macro, Run, RunItem
from comptoir.automation.queries.choosing import Said, say, usable
from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered, Written
from comptoir.conversations.models import Conversation, Message, MessageKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent

MOST = 200  # conversations that one macro answers at a time


@dataclass(frozen=True, slots=True)
class Previewed:
    """What an agent saw of one conversation before sending: the text's digest and the newest message."""

    conversation: int
    digest: str
    based_on: int


@transaction.atomic
def start_run(macro: Macro, chosen: Sequence[Previewed], acts: Sequence[str], *, agent: Agent) -> Run:
    """Queue the answers; conversations that the agent may not see are left out. Raises BadAct."""
    codes = [act.code for act in read_all(acts)]
    run = Run.objects.create(agent=agent, macro=macro, acts=codes)
    seen = set(
        access.conversations(agent)
        .filter(pk__in=[one.conversation for one in chosen[:MOST]])
        .values_list("pk", flat=True)
    )
    RunItem.objects.bulk_create(
        [
            RunItem(run=run, conversation_id=one.conversation, digest=one.digest[:64], based_on=one.based_on)
            for one in {one.conversation: one for one in chosen[:MOST]}.values()
            if one.conversation in seen
        ]
    )
    record(run, "run.started", actor=Actor.of(agent), macro=macro.pk, count=len(seen))
    advance.defer(run_id=run.pk)
    return run


@transaction.atomic
def stop_run(run: Run, *, agent: Agent) -> bool:
    """What has not left yet does not leave; False when all was done."""
    if not Run.objects.filter(pk=run.pk, finished_at=None, stopped_at=None).update(stopped_at=timezone.now()):
        return False
    record(run, "run.stopped", actor=Actor.of(agent))
    return True


@job("bulk")
def advance(run_id: int) -> None:
    """Answer the conversations that wait. Run twice at once, it answers each once."""
    run = Run.objects.select_related("agent", "macro").filter(pk=run_id).first()
    if run is None:
        return
    for key in list(run.items.filter(state=RunItem.State.WAITING).values_list("pk", flat=True)):
        if Run.objects.filter(pk=run.pk).exclude(stopped_at=None).exists():
            break
        _answer(run, key)
    Run.objects.filter(pk=run.pk, finished_at=None).update(finished_at=timezone.now())


@transaction.atomic
def _answer(run: Run, key: int) -> None:
    item = RunItem.objects.select_for_update().filter(pk=key, state=RunItem.State.WAITING).first()
    if item is None:
        return
    try:
        with transaction.atomic():
            item.message, item.state = _reply(run, item), RunItem.State.SENT
    except _Refused as refused:
        item.state, item.reason = RunItem.State.REFUSED, refused.reason
    item.save(update_fields=["message", "state", "reason"])


class _Refused(Exception):
    """It does not leave; `reason` is a code: gone, changed, newer, missing, borrowed, or an answer's own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _reply(run: Run, item: RunItem) -> Message:
    agent = run.agent
    conversation = access.conversations(agent).filter(pk=item.conversation_id).first()
    if conversation is None or not access.can(agent, May.ANSWER):
        raise _Refused("gone")
    macro = usable(agent, conversation).filter(pk=run.macro_id or 0).first()
    if macro is None:
        raise _Refused("gone")
    said = say(macro, conversation, agent)
    if reason := held_back(said):
        raise _Refused(reason)
    if said.digest != item.digest:
        raise _Refused("changed")
    written = Written(html=said.html, client_key=f"run:{run.pk}:{item.pk}", based_on=item.based_on)
    try:
        return applying.reply(conversation, written, Load([macro.pk], run.acts), agent=agent)
    except SomeoneAnswered:
        raise _Refused("newer") from None
    except applying.MissingValues:
        raise _Refused("missing") from None
    except CannotAnswer as refused:
        raise _Refused(refused.code[:20]) from None


def held_back(said: Said) -> str:
    """Why a text may not leave by itself: missing, borrowed (somebody else's order), empty; "" when it may."""
    if said.missing:
        return "missing"
    if said.borrowed:
        return "borrowed"
    return "" if said.html.strip() else "empty"


def newest(conversation: Conversation) -> int:
    """The newest message that an answer knows of."""
    rows = conversation.messages.exclude(kind=MessageKind.NOTE).order_by("-pk").values_list("pk", flat=True)
    return rows.first() or 0
