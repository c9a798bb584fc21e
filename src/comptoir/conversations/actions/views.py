"""Every write about saved views: a list with a name, the team's or an agent's own."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from comptoir.conversations.models import View
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
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
def create_view(name: str, filters: Mapping[str, Any], *, owner: Agent | None, actor: Actor) -> View:
    """Keep filters under a name, after the views that are there; `owner` is its agent, None when the team shares it."""
    beside = View.objects.filter(agent=owner)
    if beside.count() >= (OWN_LIMIT if owner else SHARED_LIMIT):
        raise CannotSave("too_many")
    last = beside.aggregate(last=Max("position"))["last"]
    view = View.objects.create(
        agent=owner, name=_name(name), filters=dict(filters), position=0 if last is None else last + 1
    )
    record(view, "view.created", actor=actor, after={"name": view.name})
    return view


@transaction.atomic
def rename_view(view: View, name: str, *, actor: Actor) -> bool:
    """Give it another name; False when it has it already."""
    before, name = view.name, _name(name)
    if name == before:
        return False
    view.name = name
    view.save(update_fields=["name"])
    record(view, "view.renamed", actor=actor, before={"name": before}, after={"name": name})
    return True


@transaction.atomic
def delete_view(view: View, *, actor: Actor) -> None:
    """Take it away; its conversations stay where they are."""
    record(view, "view.deleted", actor=actor, before={"name": view.name, "filters": view.filters})
    view.delete()


def _name(text: str) -> str:
    name = one_line(text)[:NAME_LIMIT].strip()
    if not name:
        raise CannotSave("no_name")
    return name
