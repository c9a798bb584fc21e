"""What is to be done: tasks that an agent may see, in the order of their time, and a conversation's lists."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from comptoir.conversations.models import Checklist, State, Task
from comptoir.conversations.queries.topics import tree
from comptoir.core import access
from comptoir.core.models import Agent

LISTED = 200
CUSTOMERS = 12  # shown in a customer's file


def visible(agent: Agent) -> QuerySet[Task]:
    """The tasks of conversations that the agent may open, and of customers whom they may see."""
    # looked up for each task: subqueries joined by OR would each be read whole
    mine = Q(conversation__isnull=False) & ~Q(conversation__state=State.SIDE) & access.matters(agent, "conversation__")
    people = Q(conversation=None) & Exists(access.customers(agent).filter(pk=OuterRef("customer")))
    return Task.objects.filter(mine | people)


def open_tasks(agent: Agent, *, everyone: bool = False) -> list[Task]:
    """Those that are to be done, overdue first, those without a time last."""
    rows = visible(agent).filter(done_at=None)
    if not everyone:
        rows = rows.filter(assignee=agent)
    rows = rows.select_related("conversation", "customer", "assignee")
    return list(rows.order_by(F("due_at").asc(nulls_last=True), "pk")[:LISTED])


def done_tasks(agent: Agent, since: datetime) -> list[Task]:
    """What the agent has done since a moment, newest first."""
    rows = visible(agent).filter(done_by=agent, done_at__gte=since)
    return list(rows.select_related("conversation", "customer", "assignee").order_by("-done_at")[:20])


def of_customer(agent: Agent, customer: Any) -> list[Task]:
    """A customer's tasks that the agent may see, in conversations or without one: open ones first, then done lately."""
    rows = visible(agent).filter(customer=customer).select_related("conversation", "assignee", "done_by")
    order = (F("done_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk")
    return list(rows.order_by(*order)[:CUSTOMERS])


def beside(conversation: Any) -> dict[str, Any]:
    """For the panel: the conversation's tasks and steps, and the lists that can be put there, its topic's first."""
    tasks = conversation.tasks.select_related("assignee", "done_by").order_by(
        F("done_at").desc(nulls_first=True), F("due_at").asc(nulls_last=True), "pk"
    )
    steps = list(conversation.steps.select_related("done_by"))
    lists = Checklist.objects.filter(Q(shop=None) | Q(shop=conversation.shop_id))
    node = tree().get(conversation.topic)
    about = set(node.branch) if node else {conversation.topic}
    return {
        "tasks": list(tasks[:20]),
        "steps": steps,
        "ticked": sum(step.done_at is not None for step in steps),
        "checklists": sorted(lists[:40], key=lambda row: (not row.topic or row.topic not in about, row.name)),
    }
