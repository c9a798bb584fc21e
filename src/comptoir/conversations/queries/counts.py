"""How many conversations each view has: one query, and never more than a thousand rows counted a view."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from comptoir.conversations.queries.prepared import conversations_of
from comptoir.core.models import Agent

COUNTED_UP_TO = 1000


def counts(agent: Agent, views: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """The number of conversations that match each view's filters; COUNTED_UP_TO + 1 means "more"."""
    parts, params = [], []
    for name, filters in views.items():
        base = conversations_of(agent, filters)
        if base.sql:
            parts.append(f"SELECT %s, count(*) FROM (SELECT 1 FROM ({base.sql}) b LIMIT {COUNTED_UP_TO + 1}) q")
            params += [name, *base.params]
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())
