"""Every write about saved views: a list with a name, everybody's, a team's or an agent's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptoir.conversations.models import View
from comptoir.conversations.queries import columns
from comptoir.conversations.queries.conditions import checked
from comptoir.conversations.queries.filtering import as_tree
from comptoir.conversations.queries.lists import SPLITS
from comptoir.conversations.queries.ordering import order_of
from comptoir.conversations.queries.orders import WAITING_FIRST
from comptoir.core import ordering
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Event, EventDetail, Team
from comptoir.core.shops import changed_fields
from comptoir.lib.text import one_line

NAME_LIMIT = 60
OWN_LIMIT = 50
SHARED_LIMIT = 50
UNDO_FOR = timedelta(hours=1)


class CannotSave(ValueError):
    """The view cannot be kept; `code` says why: no_name, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a view says; `team` alone when it is a team's."""

    name: str
    filters: Mapping[str, Any]
    sort: str = WAITING_FIRST
    icon: str = ""
    split: str = ""
    columns: list[str] = field(default_factory=list)
    team: Team | None = None

    def values(self) -> dict[str, Any]:
        """The row's values; raises CannotSave and BadCondition."""
        return {
            "name": _name(self.name),
            "filters": kept_filters(self.filters),
            "sort": self.sort if order_of(self.sort) else WAITING_FIRST,
            "icon": self.icon[:30],
            "split": self.split if self.split in SPLITS else "",
            "columns": columns.chosen(self.columns),
        }


def kept_filters(filters: Mapping[str, Any]) -> dict[str, Any]:
    """What a view keeps of filters: a checked tree; flat ones of older kinds as they are."""
    if filters.keys() & {"all", "any", "not", "field"}:
        return checked(dict(filters))
    return checked(as_tree(filters)) if filters.keys() & {"where", "group"} else dict(filters)


@transaction.atomic
def create_view(name: str, filters: Mapping[str, Any], sort: str, *, owner: Agent | None, actor: Actor) -> View:
    """Keep filters and an order under a name, after the views that are there; `owner` is its agent, None when the team
    shares it."""
    return make_view(Wanted(name, filters, sort), owner=owner, actor=actor)


@transaction.atomic
def make_view(wanted: Wanted, *, owner: Agent | None, actor: Actor) -> View:
    """Keep a view after those that are there. Raises CannotSave and BadCondition."""
    beside = View.objects.filter(agent=owner)
    if beside.count() >= (OWN_LIMIT if owner else SHARED_LIMIT):
        raise CannotSave("too_many")
    last = beside.aggregate(last=Max("position"))["last"]
    place = 0 if last is None else last + 1
    view = View.objects.create(agent=owner, team=None if owner else wanted.team, position=place, **wanted.values())
    record(view, "view.created", actor=actor, after={"name": view.name})
    return view


@transaction.atomic
def edit_view(view: View, name: str, sort: str, *, actor: Actor) -> bool:
    """Give it another name or order; False when it has both already."""
    sort = sort if order_of(sort) else WAITING_FIRST if sort else view.sort
    before, after = changed_fields(view, {"name": _name(name), "sort": sort})
    return _save(view, before, after, actor)


@transaction.atomic
def change_view(view: View, wanted: Wanted, *, owner: Agent | None, actor: Actor) -> bool:
    """Make it what is wanted, its owner too; False when it is so. Raises CannotSave and BadCondition."""
    values = wanted.values()
    before, after = changed_fields(view, values)
    owner_key, team = owner.pk if owner else None, None if owner else wanted.team
    moved = (view.agent_id, view.team_id) != (owner_key, team.pk if team else None)
    if moved:
        beside = View.objects.filter(agent=owner).exclude(pk=view.pk)
        if view.agent_id != owner_key and beside.count() >= (OWN_LIMIT if owner else SHARED_LIMIT):
            raise CannotSave("too_many")
        View.objects.filter(pk=view.pk).update(agent=owner, team=team)
        view.agent_id, view.team_id = owner_key, team.pk if team else None
        record(view, "view.shared" if owner is None else "view.kept", actor=actor)
    return _save(view, before, after, actor) or moved


@transaction.atomic
def duplicate_view(view: View, name: str, *, owner: Agent | None, actor: Actor) -> View:
    """The same once more, for its new owner."""
    wanted = Wanted(name, view.filters, view.sort, view.icon, view.split, view.columns, view.team)
    return make_view(wanted, owner=owner, actor=actor)


@transaction.atomic
def move_view(view: View, step: int, *, actor: Actor) -> bool:
    """One place up (-1) or down (1) among those beside it; False at the end."""
    if not ordering.move(View.objects.filter(agent=view.agent_id).order_by("position", "name", "pk"), view.pk, step):
        return False
    record(view, "view.moved", actor=actor)
    return True


@transaction.atomic
def delete_view(view: View, *, actor: Actor, more: Mapping[str, Any] | None = None) -> Event:
    """Take it away; its conversations stay where they are. The event knows enough to bring it back, and `more`."""
    plain = ("name", "filters", "sort", "icon", "split", "columns", "position")
    kept = {name: getattr(view, name) for name in plain}
    kept |= {"agent": view.agent_id, "team": view.team_id, "more": dict(more or {})}
    event = record(view, "view.deleted", actor=actor, before=kept)
    view.delete()
    return event


@transaction.atomic
def restore_view(event_id: int, *, actor: Actor) -> tuple[View, dict[str, Any]] | None:
    """Bring back a view that the same actor has just deleted, with what was kept besides; None when it is too late."""
    event = Event.objects.filter(pk=event_id, verb="view.deleted", occurred_at__gt=timezone.now() - UNDO_FOR).first()
    detail = EventDetail.objects.filter(event_id=event_id).first()
    if event is None or detail is None or (event.actor_kind, event.actor_id) != (actor.kind, actor.id):
        return None
    if View.objects.filter(pk=event.subject_id).exists():
        return None
    kept = dict(detail.before)
    agent, team, more = kept.pop("agent"), kept.pop("team"), kept.pop("more")
    if team and not Team.objects.filter(pk=team).exists():
        return None
    view = View.objects.create(pk=event.subject_id, agent_id=agent, team_id=team, **kept)
    record(view, "view.restored", actor=actor)
    return view, more


def _save(view: View, before: dict[str, Any], after: dict[str, Any], actor: Actor) -> bool:
    if not after:
        return False
    view.save(update_fields=[*after])
    verb = "view.renamed" if "name" in after else "view.edited"
    record(view, verb, actor=actor, before=before, after=after)
    return True


def _name(text: str) -> str:
    name = one_line(text)[:NAME_LIMIT].strip()
    if not name:
        raise CannotSave("no_name")
    return name
