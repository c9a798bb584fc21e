"""How many conversations each view has: one query, and never more than a thousand rows counted a view."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from comptoir.conversations.queries.prepared import conversations_of
from comptoir.core.models import Agent

COUNTED_UP_TO = 1000
TASKS = "tasks"  # not a view: what the agent has to do by tonight
_TASKS = (
    "SELECT %s, count(*) FROM (SELECT 1 FROM conversations_task t WHERE t.assignee_id = %s AND t.done_at IS NULL "
    f"AND t.due_at <= %s LIMIT {COUNTED_UP_TO + 1}) q"
)


def counts(agent: Agent, views: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """The number of conversations that match each view's filters; COUNTED_UP_TO + 1 means "more"."""
    parts, params = [], []
    for name, filters in views.items():
        base = conversations_of(agent, filters)
        if base.sql:
            parts.append(f"SELECT %s, count(*) FROM (SELECT 1 FROM ({base.sql}) b LIMIT {COUNTED_UP_TO + 1}) q")
            params += [name, *base.params]
    parts.append(_TASKS)
    params += [TASKS, agent.pk, timezone.localtime().replace(hour=23, minute=59, second=59)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())
