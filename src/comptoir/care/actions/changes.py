"""One change to many cases, that can be taken back."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from comptoir.care.actions.cases import assign_case, claim, close_case, reopen_case, unclaim
from comptoir.care.actions.letters import unwrite, write
from comptoir.care.models import Case, CaseChange
from comptoir.conversations.actions import answering
from comptoir.conversations.actions.duties import Duty, add_task
from comptoir.conversations.models import Task
from comptoir.core.actors import Actor
from comptoir.core.models import Agent

MOST = 500


def change(agent: Agent, name: str, cases: Sequence[Case]) -> CaseChange:
    """Change these cases; `before` of what comes back names those that changed. Raises KeyError for no such change."""
    act = CHANGES[name]
    made = CaseChange(agent=agent, change=name)
    for case in cases[:MOST]:
        with transaction.atomic():
            kept = act(case, agent)
        if kept is not None:
            made.before[str(case.pk)] = kept
    if made.before:
        made.save()
    return made


@transaction.atomic
def undo(made: CaseChange, *, agent: Agent) -> int:
    """Give each case back what it had, where it has not changed since; how many. Letters that left stay."""
    claimed = CaseChange.objects.filter(pk=made.pk, agent=agent, undone_at=None).update(undone_at=timezone.now())
    if not claimed:
        return 0
    back = 0
    rows = Case.objects.filter(pk__in=list(made.before)).select_related("message", "owner", "order__identity")
    for case in rows:
        back += _UNDO[made.change](case, made.before[str(case.pk)], agent)
    return back


def _write(case: Case, agent: Agent) -> int | None:
    message = write(case, agent=agent)
    return message.pk if message else None


def _unwrite(case: Case, message: int, agent: Agent) -> bool:
    if case.message_id != message or case.message is None or not answering.undo(case.message, agent=agent):
        return False
    unwrite(case, actor=Actor.of(agent))
    return True


def _take(case: Case, agent: Agent) -> int | None:
    former = case.owner_id or 0
    return former if assign_case(case, agent, actor=Actor.of(agent)) else None


def _give_back(case: Case, former: int, agent: Agent) -> bool:
    if case.owner_id != agent.pk:
        return False
    owner = Agent.objects.filter(pk=former, is_active=True).first() if former else None
    return assign_case(case, owner, actor=Actor.of(agent))


def _close(case: Case, agent: Agent) -> int | None:
    return 1 if close_case(case, actor=Actor.of(agent)) else None


def _reopen(case: Case, _kept: int, agent: Agent) -> bool:
    return reopen_case(case, actor=Actor.of(agent))


def _claim(case: Case, agent: Agent) -> int | None:
    return 1 if claim(case, actor=Actor.of(agent)) else None


def _unclaim(case: Case, _kept: int, agent: Agent) -> bool:
    return unclaim(case, actor=Actor.of(agent))


def _call(case: Case, agent: Agent) -> int | None:
    due = case.due_at if case.due_at > timezone.now() else None
    duty = Duty(f"{case.get_kind_display()}\u202f: {case.order.number}"[:200], kind="call", assignee=agent, due_at=due)
    task = add_task(duty, actor=Actor.of(agent), customer=case.order.identity.customer, conversation=case.conversation)
    return task.pk


def _uncall(case: Case, task: int, agent: Agent) -> bool:
    return bool(Task.objects.filter(pk=task, done_at=None, author=agent).delete()[0])


CHANGES: dict[str, Callable[[Case, Agent], int | None]] = {
    "write": _write,
    "take": _take,
    "close": _close,
    "claim": _claim,
    "call": _call,
}
_UNDO: dict[str, Callable[[Case, int, Agent], bool]] = {
    "write": _unwrite,
    "take": _give_back,
    "close": _reopen,
    "claim": _unclaim,
    "call": _uncall,
}
