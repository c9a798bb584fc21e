"""Every write about saved views: a list with a name, the team's or an agent's own."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from comptoir.conversations.models import View
from comptoir.conversations.queries.lists import NEWEST_FIRST, WAITING_FIRST
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.core.shops import changed_fields
from comptoir.lib.text import one_line

NAME_LIMIT = 60
OWN_LIMIT = 50
SHARED_LIMIT = 50


class CannotSave(ValueError):
    """The view cannot be kept; `code` says why: no_name, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def create_view(name: str, filters: Mapping[str, Any], sort: str, *, owner: Agent | None, actor: Actor) -> View:
    """Keep filters and an order under a name, after the views that are there; `owner` is its agent, None when the team
    shares it."""
    beside = View.objects.filter(agent=owner)
    if beside.count() >= (OWN_LIMIT if owner else SHARED_LIMIT):
        raise CannotSave("too_many")
    last = beside.aggregate(last=Max("position"))["last"]
    view = View.objects.create(
        agent=owner, name=_name(name), filters=dict(filters), sort=_sort(sort), position=0 if last is None else last + 1
    )
    record(view, "view.created", actor=actor, after={"name": view.name})
    return view


@transaction.atomic
def edit_view(view: View, name: str, sort: str, *, actor: Actor) -> bool:
    """Give it another name or order; False when it has both already."""
    before, after = changed_fields(view, {"name": _name(name), "sort": _sort(sort or view.sort)})
    if not after:
        return False
    view.save(update_fields=[*after])
    if "name" in after:
        record(view, "view.renamed", actor=actor, before=before, after=after)
    else:
        record(view, "view.edited", actor=actor, before=before, after=after)
    return True


@transaction.atomic
def delete_view(view: View, *, actor: Actor) -> None:
    """Take it away; its conversations stay where they are."""
    record(view, "view.deleted", actor=actor, before={"name": view.name, "filters": view.filters})
    view.delete()


def _sort(text: str) -> str:
    return text if text in (WAITING_FIRST, NEWEST_FIRST) else WAITING_FIRST


def _name(text: str) -> str:
    name = one_line(text)[:NAME_LIMIT].strip()
    if not name:
        raise CannotSave("no_name")
    return name
