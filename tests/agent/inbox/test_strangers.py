"""Every address of the inbox, asked by an agent of another shop and by nobody: nothing is shown, nothing changes."""

import json
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver

from comptoir.agent.inbox.urls import urlpatterns
from comptoir.automation.models import Macro, Run, RunItem
from comptoir.conversations.actions.joining import merge
from comptoir.conversations.models import Attachment, BulkChange, ChecklistStep, Delivery, MessageKind, Task, View
from comptoir.core import files
from comptoir.core.actors import SYSTEM
from comptoir.customers.models import Tag
from tests import world
from tests.agent.inbox.test_answers import PNG

SECRET = "Colis introuvable"
# These begin nothing that belongs to somebody: they show the stranger their own shop.
OWN = {
    "inbox",
    "list",
    "list-rows",
    "list-refreshed",
    "bulk",
    "tasks",
    "bulk-count",
    "bulk-menu",
    "new-message",
    "new-draft",
    "first-macro-menu",
    "first-macro-rows",
    "uploads",
    "colleagues",
    "addresses",
    "moment-understood",
    "views",
    "views-all",
    "views-counts",
    "view-new",
    "macro-runs",
    "macro-run-start",
    "typography",
}

LEADS = {"emptying", "conversation-deletion"}  # an agent's role is refused before anything is looked up


def every(patterns: list[Any], prefix: str = "/") -> list[tuple[str, str]]:
    """(name, address with its places) of all patterns, those to come included."""
    found = []
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += every(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            found.append((pattern.name or "", route))
    return found


def filled(route: str, kept: dict[str, Any]) -> str:
    """The address of Maison Alba's own things."""
    places = {"<slug:slug>": "team", "<slug:kind>": "reply", "<uuid:public_id>": str(kept["file"])}
    places |= {
        "<int:message>": kept["message"],
        "<int:tag>": kept["tag"],
        "<int:order>": kept["order"],
        "<int:other>": kept["other"],
    }
    for place, value in places.items():
        route = route.replace(place, str(value))
    kinds = {
        "messages": "message",
        "views": "view",
        "macros": "run",
        "joinings": "joining",
        "bulk": "bulk",
        "tasks": "task",
        "steps": "step",
    }
    key = kept[kinds.get(route.split("/")[1], "conversation")]
    route = route.replace("<int:key>", str(key))
    assert "<" not in route, f"tell this test what {route} needs"
    return route


def everything() -> dict[str, list[Any]]:
    """All rows of the domain."""
    rooms = ("automation", "conversations", "customers", "orders", "outbox")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{model.__name__}', coalesce(jsonb_agg(to_jsonb(held) ORDER BY {model._meta.pk.column}), '[]') "
                f'FROM "{model._meta.db_table}" held'
                for model in models
            )
        )
        return {name: json.loads(rows) if isinstance(rows, str) else rows for name, rows in cursor.fetchall()}


@pytest.fixture
def kept() -> dict[str, Any]:
    """A conversation of Maison Alba with all that addresses name."""
    row = world.conversation(subject=SECRET)
    message = world.message(row, "Oui", kind=MessageKind.REPLY, agent=world.camille(), identity=None, html="<p>x</p>")
    message.delivery = Delivery.FAILED
    message.save()
    file = files.save(PNG, name="photo.png", content_type="image/png")
    Attachment.objects.create(message=message, file=file)
    tag = Tag.objects.create(name="Casse")
    row.tags.add(tag)
    order = world.order()
    row.orders.add(order)
    macro = Macro.objects.create(shop=world.shop(), name=SECRET, html="<p>x</p>", note="<p>x</p>")
    run = Run.objects.create(agent=world.camille(), macro=macro)
    RunItem.objects.create(run=run, conversation=row, digest="x")
    view = View.objects.create(name=SECRET, agent=world.camille(), filters={})
    other, merged = world.conversation(subject=SECRET), world.conversation(subject=SECRET)
    bulk = BulkChange.objects.create(agent=world.camille(), change="close")
    joining = merge(merged, row, actor=SYSTEM)
    return {
        "bulk": bulk.pk,
        "task": Task.objects.create(conversation=row, title=SECRET).pk,
        "step": ChecklistStep.objects.create(conversation=row, text=SECRET).pk,
        "other": other.pk, "joining": joining.pk,
        "conversation": row.pk, "message": message.pk, "file": file.public_id, "tag": tag.pk, "order": order.pk,
        "view": view.pk, "macro": macro.pk, "run": run.pk,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "route"), every(urlpatterns))
def test_a_stranger_gets_nothing_and_changes_nothing(name: str, route: str, kept: dict[str, Any]) -> None:
    otto = world.client_for(world.stranger())
    address = filled(route, kept)
    values = {
        "body": "<p>volé</p>", "conversations": kept["conversation"], "change": "close", "agent": "me", "until": "monday",
        "name": "Volé", "number": "MA-24817", "priority": "2", "subject": "Volé", "email": "o@ex.example", "team": "",
        "writing": "reply", "read": "1", "inbox": world.inbox().pk, "to": "o@ex.example", "messages": kept["message"],
        "macro": kept["macro"], "act": "state:closed",
    }  # fmt: skip
    before = everything()
    for answer in (otto.get(address), otto.post(address, values)):
        if name not in OWN:
            assert answer.status_code in ((403, 404, 405) if name in LEADS else (404, 405)), address
        text = answer.content.decode() if not answer.streaming else ""
        assert SECRET not in text
        assert "claire.vasseur" not in text
    if name == "views":
        before["View"] = everything()["View"]
        assert [view["agent_id"] for view in before["View"]] == [world.camille().pk, world.stranger().pk]
    if name == "new-draft":
        before["Draft"] = everything()["Draft"]
        assert all(draft["inbox_id"] is None for draft in before["Draft"])
    assert everything() == before


def test_nobody_is_sent_to_the_sign_in(kept: dict[str, Any]) -> None:
    before = everything()
    for _name, route in every(urlpatterns):
        address = filled(route, kept)
        for answer in (Client().get(address), Client().post(address, {"body": "x"})):
            assert answer.status_code in (302, 405), address
    assert everything() == before


def test_posts_need_their_token(kept: dict[str, Any]) -> None:
    careless = world.client_for(world.camille(), enforce_csrf_checks=True)
    before = everything()
    assert careless.post(f"/conversations/{kept['conversation']}/closure/").status_code == 403
    assert everything() == before
    assert uuid.UUID(str(kept["file"]))
