"""SQL that the ORM compiles once an agent and list, then kept: compiling costs more than running it.

What is kept depends on the agent's key, role and reach alone: shops and teams are subqueries, read each time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from comptoir.conversations.queries.filtering import matching
from comptoir.core import access
from comptoir.core.models import Agent

COLUMNS = (
    "id", "channel", "customer_name", "subject", "preview", "waiting_since", "last_message_at", "newest_message",
    "state", "snoozed_until", "priority", "attachment_count", "rank", "assignee_id", "identity_id", "closed_at",
    "put_away_at", "created_at", "topic", "language", "message_count", "team_id", "shop_id", "inbox_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prepared:
    """A SELECT and its parameters; an empty text when it can find nothing."""

    sql: str
    params: tuple[Any, ...]


def prepared(rows: QuerySet[Any]) -> Prepared:
    """The SQL of a queryset."""
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return Prepared("", ())
    return Prepared(sql, tuple(params))


def conversations_of(agent: Agent, filters: dict[str, Any]) -> Prepared:
    """The conversations that an agent may open and that match a view's filters, with the columns of a list."""
    return _conversations(agent.pk, agent.role, agent.every_shop, json.dumps(filters, sort_keys=True))


def kept(agent: Agent, build: Callable[[Agent], QuerySet[Any]]) -> Prepared:
    """The SQL of what `build` makes for an agent; it must read nothing of the agent but key, role and reach."""
    return _built(build, agent.pk, agent.role, agent.every_shop)


@lru_cache(maxsize=1024)
def _conversations(key: int, role: str, every_shop: bool, filters: str) -> Prepared:
    agent = Agent(pk=key, role=role, every_shop=every_shop)
    rows = matching(access.conversations(agent), json.loads(filters), agent)
    return prepared(rows.order_by().values(*COLUMNS))


@lru_cache(maxsize=512)
def _built(build: Callable[[Agent], QuerySet[Any]], key: int, role: str, every_shop: bool) -> Prepared:
    return prepared(build(Agent(pk=key, role=role, every_shop=every_shop)))
