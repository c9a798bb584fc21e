"""What stands in the column of views: shared and own views, teams, shops, and who is there; one query."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, JSONObject, Now

from comptoir.conversations.models import View
from comptoir.conversations.queries.prepared import kept
from comptoir.core import access
from comptoir.core.models import Agent

ONLINE_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Named:
    """A view, a team, a shop or an agent by its key and name; `detail` is an icon, a kind, or a photo's number."""

    key: int
    name: str
    detail: str
    position: int
    filters: dict[str, Any] = field(default_factory=dict)
    sort: str = ""
    split: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the column of views names."""

    shared: list[Named]
    own: list[Named]
    teams: list[Named]
    shops: list[Named]
    online: list[Named]


def surroundings(agent: Agent) -> Surroundings:
    """The views, teams, shops and colleagues online that an agent sees."""
    known = kept(agent, _everything)
    found: dict[str, list[Named]] = {"shared": [], "own": [], "team": [], "shop": [], "agent": []}
    with connection.cursor() as cursor:
        cursor.execute(known.sql, known.params)
        for kind, key, name, detail, position, filters, sort in cursor.fetchall():
            shape: dict[str, Any] = json.loads(filters) if filters else {"filters": {}, "split": "", "columns": []}
            made = Named(key, name, detail or "", position, as_filters(shape["filters"]), sort)
            found[kind].append(replace(made, split=shape["split"], columns=tuple(shape["columns"])))
    for rows in found.values():
        rows.sort(key=lambda row: (row.position, row.name.casefold()))
    return Surroundings(found["shared"], found["own"], found["team"], found["shop"], found["agent"])


def shared_views(agent: Agent) -> QuerySet[View]:
    """The views that the agent's colleagues see too: everybody's, and those of the agent's teams."""
    teams = Agent.teams.through.objects.filter(agent=agent.pk).values("team")
    return View.objects.filter(agent=None).filter(Q(team=None) | Q(team__in=teams))


def visible_views(agent: Agent) -> QuerySet[View]:
    """Shared ones and the agent's own."""
    return shared_views(agent).order_by() | View.objects.filter(agent=agent.pk).order_by()


def as_filters(kept: dict[str, Any]) -> dict[str, Any]:
    """What a view keeps as a list's filters: a tree of conditions stands under `where`."""
    return {"where": kept} if kept.keys() & {"all", "any", "not", "field"} else kept


def _everything(agent: Agent) -> QuerySet[Any]:
    shape = JSONObject(filters="filters", split="split", columns="columns")
    of_view = (F("icon"), F("position"), shape, F("sort"))
    shared = _columns(shared_views(agent), "shared", *of_view)
    own = _columns(View.objects.filter(agent=agent.pk), "own", *of_view)
    teams = _columns(access.teams(agent), "team", F("kind"), F("position"))
    shops = _columns(access.shops(agent), "shop", F("slug"), Value(0))
    there = access.agents(agent).filter(last_seen_at__gt=Now() - ONLINE_FOR).exclude(pk=agent.pk)
    online = _columns(there, "agent", F("photo_id"), Cast(F("away"), IntegerField()))
    return shared.union(own, teams, shops, online, all=True)


def _columns(
    rows: QuerySet[Any], kind: str, detail: Any, position: Any, filters: Any = None, sort: Any = None
) -> QuerySet[Any]:
    text = CharField()
    return rows.order_by().values_list(
        Value(kind, output_field=text),
        "pk",
        "name",
        Cast(detail, text),
        Cast(position, IntegerField()),
        Cast(filters, text) if filters is not None else Value("", output_field=text),
        Cast(sort, text) if sort is not None else Value("", output_field=text),
    )
