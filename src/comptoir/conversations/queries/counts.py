"""How many conversations each view has: one query, and never more than a thousand rows counted a view.

A view whose number would take more than a glance at its own rows is counted apart (`count_apart`), within a time limit;
a process remembers such a number for a while, so that a page shows it at once.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from time import monotonic
from typing import Any

from django.db import connection
from django.utils import timezone

from comptoir.conversations.queries.conditions import is_light
from comptoir.conversations.queries.limits import TooSlow, within
from comptoir.conversations.queries.prepared import conversations_of
from comptoir.core.models import Agent

COUNTED_UP_TO = 1000
SECONDS = 0.6  # for one view's number
FRESH_FOR, KEPT = 20.0, 2_000
TASKS = "tasks"  # not a view: what the agent has to do by tonight
_TASKS = (
    "SELECT %s, count(*) FROM (SELECT 1 FROM conversations_task t WHERE t.assignee_id = %s AND t.done_at IS NULL "
    f"AND t.due_at <= %s LIMIT {COUNTED_UP_TO + 1}) q"
)
_known: "OrderedDict[str, tuple[float, int | None]]" = OrderedDict()


def counts(agent: Agent, views: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """The number of conversations that match each view's filters; COUNTED_UP_TO + 1 means "more".

    Views that are counted apart have the number that is remembered, or none.
    """
    parts, params = [], []
    found: dict[str, int] = {}
    for name, filters in views.items():
        if counted_apart(filters):
            known = remembered(agent, filters)
            if known is not None and known[1] is not None:
                found[name] = known[1]
            continue
        base = conversations_of(agent, filters)
        if base.sql:
            parts.append(_part(base.sql))
            params += [name, *base.params]
    parts.append(_TASKS)
    params += [TASKS, agent.pk, timezone.localtime().replace(hour=23, minute=59, second=59)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return found | dict(cursor.fetchall())


def counted_apart(filters: dict[str, Any]) -> bool:
    """Whether its number is not told with the page."""
    return "where" in filters and not is_light(filters["where"])


def remembered(agent: Agent, filters: dict[str, Any]) -> tuple[bool, int | None] | None:
    """(whether it is fresh, the number or None when it took too long); None when it was never counted here."""
    kept = _known.get(_key(agent, filters))
    return (monotonic() - kept[0] < FRESH_FOR, kept[1]) if kept else None


def count_apart(agent: Agent, filters: dict[str, Any]) -> int | None:
    """The number of one view, remembered; None when it takes too long."""
    base = conversations_of(agent, filters)
    number: int | None = 0
    if base.sql:
        try:
            with within(SECONDS), connection.cursor() as cursor:
                cursor.execute(_part(base.sql), ["", *base.params])
                number = int(cursor.fetchone()[1])
        except TooSlow:
            number = None
    _known[_key(agent, filters)] = (monotonic(), number)
    while len(_known) > KEPT:
        _known.popitem(last=False)
    return number


def _part(sql: str) -> str:
    return f"SELECT %s, count(*) FROM (SELECT 1 FROM ({sql}) b LIMIT {COUNTED_UP_TO + 1}) q"


def _key(agent: Agent, filters: dict[str, Any]) -> str:
    return json.dumps([agent.pk, agent.role, agent.every_shop, filters], sort_keys=True)
