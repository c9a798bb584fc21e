"""Every write about what is to be done: tasks and call-backs, steps of a conversation, lists of steps that are kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptoir.conversations.actions.holding import held
from comptoir.conversations.models import Checklist, ChecklistStep, Conversation, Task
from comptoir.core import live
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.customers.models import Customer
from comptoir.lib.text import one_line

STEPS = 50  # of one conversation, and of one list


class CannotAdd(ValueError):
    """`code` says why: no_title, past, too_many, no_steps, no_name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Duty:
    """What has to be done, by whom and when."""

    title: str
    kind: str = Task.Kind.TASK
    assignee: Agent | None = None
    due_at: datetime | None = None


@transaction.atomic
def add_task(
    duty: Duty, *, actor: Actor, conversation: Conversation | None = None, customer: Customer | None = None
) -> Task:
    """Something to do for the customer of a conversation, or for a customer alone; raises CannotAdd."""
    title = one_line(duty.title)[:200].strip()
    if not title:
        raise CannotAdd("no_title")
    if duty.due_at is not None and duty.due_at <= timezone.now():
        raise CannotAdd("past")
    if conversation is not None:
        conversation = held(conversation, "identity")
        customer = conversation.identity.customer
    task = Task.objects.create(
        conversation=conversation,
        customer=customer,
        kind=Task.Kind(duty.kind),
        title=title,
        assignee=duty.assignee,
        author_id=actor.id if actor.kind == "agent" else None,
        due_at=duty.due_at,
    )
    _record(task, "task.added", actor)
    return task


@transaction.atomic
def settle_task(task: Task, done: bool, *, actor: Actor) -> bool:
    """It is done, or after all it is not; False when it was so already."""
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if (row.done_at is not None) == done:
        return False
    row.done_at = timezone.now() if done else None
    row.done_by_id = actor.id if done and actor.kind == "agent" else None
    row.save(update_fields=["done_at", "done_by"])
    if done:
        _record(row, "task.done", actor)
    else:
        _record(row, "task.reopened", actor)
    return True


@transaction.atomic
def postpone_task(task: Task, due_at: datetime | None, *, actor: Actor) -> None:
    """Another time, or none; raises CannotAdd for a time gone by. Its bell rings anew."""
    if due_at is not None and due_at <= timezone.now():
        raise CannotAdd("past")
    row = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    row.due_at, row.rung_at = due_at, None
    row.save(update_fields=["due_at", "rung_at"])
    _record(row, "task.postponed", actor)


@transaction.atomic
def remove_task(task: Task, *, actor: Actor) -> None:
    """It is not to be done at all."""
    _record(task, "task.removed", actor)
    task.delete()


@transaction.atomic
def ring_due(limit: int = 200) -> int:
    """Tell whose tasks are due now, once each; how many."""
    due = Task.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        done_at=None, rung_at=None, due_at__lte=timezone.now()
    )
    rows = list(due.order_by("due_at")[:limit])
    Task.objects.filter(pk__in=[row.pk for row in rows]).update(rung_at=timezone.now())
    for row in rows:
        if row.assignee_id:
            topic = f"agent:{row.assignee_id}"
            live.changed([topic, "tasks"], [topic], data={"task": row.pk})
    return len(rows)


@transaction.atomic
def add_steps(conversation: Conversation, texts: Iterable[str], *, actor: Actor) -> int:
    """Put steps at the end of a conversation's list, each text once; how many were new."""
    row = held(conversation, "identity")
    there = {step.text.casefold() for step in row.steps.all()}
    fresh: dict[str, str] = {}
    for text in texts:
        line = one_line(text)[:200].strip()
        if line and line.casefold() not in there:
            fresh.setdefault(line.casefold(), line)
    if len(there) + len(fresh) > STEPS:
        raise CannotAdd("too_many")
    last = row.steps.aggregate(last=Max("position"))["last"] or 0
    ChecklistStep.objects.bulk_create(
        ChecklistStep(conversation=row, text=text, position=last + at)
        for at, text in enumerate(fresh.values(), start=1)
    )
    if fresh:
        _record_on(row, "conversation.steps_added", actor, {"steps": list(fresh.values())})
    return len(fresh)


@transaction.atomic
def tick(step: ChecklistStep, done: bool, *, actor: Actor) -> bool:
    """A step is done, or not yet; who and when are kept. False when it was so already."""
    row = ChecklistStep.objects.select_for_update(of=("self",)).select_related("conversation__identity").get(pk=step.pk)
    if (row.done_at is not None) == done:
        return False
    row.done_at = timezone.now() if done else None
    row.done_by_id = actor.id if done and actor.kind == "agent" else None
    row.save(update_fields=["done_at", "done_by"])
    verb = "conversation.step_done" if done else "conversation.step_reopened"
    _record_on(row.conversation, verb, actor, {"step": row.text})
    return True


@transaction.atomic
def remove_step(step: ChecklistStep, *, actor: Actor) -> None:
    """Take a step off the list."""
    _record_on(step.conversation, "conversation.step_removed", actor, {"step": step.text})
    step.delete()


@transaction.atomic
def save_checklist(row: Checklist | None, values: Mapping[str, Any], *, actor: Actor) -> Checklist:
    """Make a list of steps that is offered in conversations, or change it."""
    steps = [line for text in values["steps"] if (line := one_line(text)[:200].strip())]
    if not one_line(values["name"]).strip():
        raise CannotAdd("no_name")
    if not steps:
        raise CannotAdd("no_steps")
    if len(steps) > STEPS:
        raise CannotAdd("too_many")
    fresh = row is None
    row = row or Checklist()
    row.name, row.topic = one_line(values["name"])[:80], one_line(values.get("topic", ""))[:60]
    row.shop, row.steps = values.get("shop"), steps
    row.save()
    if fresh:
        record(row, "checklist.created", actor=actor)
    else:
        record(row, "checklist.edited", actor=actor)
    return row


@transaction.atomic
def delete_checklist(row: Checklist, *, actor: Actor) -> None:
    """Offer it no more; conversations keep their steps."""
    record(row, "checklist.deleted", actor=actor, before={"name": row.name})
    row.delete()


def _record(task: Task, verb: str, actor: Actor) -> None:
    """The event of a task stands in its conversation's thread, or in the customer's file."""
    agents = [f"agent:{task.assignee_id}"] if task.assignee_id else []
    conversation = task.conversation
    record(
        conversation or task.customer or task,
        verb,
        actor=actor,
        customer=task.customer_id,
        shop=conversation.shop_id if conversation else None,
        after={"title": task.title},
        topics=["tasks"],
        audiences=agents,
        task=task.pk,
    )


def _record_on(row: Conversation, verb: str, actor: Actor, after: dict[str, Any]) -> None:
    record(row, verb, actor=actor, customer=row.identity.customer_id, shop=row.shop_id, after=after)
