"""Every address of the settings, tried by those who may not: nothing is shown and nothing changes."""

from itertools import product
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse

from comptoir.agent.settings.urls import urlpatterns
from comptoir.automation.models import Macro
from comptoir.campaigns.models import Manner, Setting, Text
from comptoir.conversations.models import (
    BlockedDomain,
    Checklist,
    DomainCheck,
    Inbox,
    MailboxGrant,
    RawMessage,
    Retention,
    Signature,
    Topic,
)
from comptoir.core.actors import Actor
from comptoir.core.models import Agent, ApiToken, CustomField, Event, Installation, Schedule, Shop, Team
from comptoir.core.programs import create_token
from comptoir.customers.models import Tag
from comptoir.orders.models import Authority, Connection, RawNotice, ReasonList
from comptoir.outbox.models import Mail
from comptoir.webhooks.models import Endpoint
from tests import world

pytestmark = pytest.mark.django_db
NAMES = [pattern.name for pattern in urlpatterns]
OPEN_TO_ANSWERING = {"settings", "settings-macros", "settings-macro-new", "settings-macro-preview"} | {
    "settings-signatures", "settings-signature", "settings-signature-preview",
}  # fmt: skip
MODELS: list[Any] = [
    Authority,
    Manner,
    Setting,
    Text,
    ReasonList,
    BlockedDomain,
    Checklist,
    Topic,
    CustomField,
    Retention,
    DomainCheck,
    MailboxGrant,
    Signature,
    ApiToken,
    Endpoint,
    Inbox,
    Shop,
    Team,
    Schedule,
    Macro,
    Tag,
    Installation,
    Mail,
    RawMessage,
    Connection,
    RawNotice,
]
TYPED = {"active": "0", "paused": "1", "required": "1", "name": "Pris", "host": "evil.example", "html": "<p>x</p>"}


@pytest.fixture
def rows() -> dict[str, int]:
    """One row of everything that an address may name."""
    inbox = world.inbox()
    owner = world.owner()
    Installation.current()
    raw = RawMessage.objects.create(
        inbox=inbox, source_key="1:1", sha256="0" * 64, content=b"x", size=1, state="failed"
    )
    mail = Mail.objects.create(
        kind="invitation", to="x@x.example", subject="x", text="x", message_id="<1@x>", state="failed"
    )
    macro = Macro.objects.create(name="Retard", html="<p>Pardon</p>", shop=world.shop("rivage"))
    shop = Connection.objects.create(shop=inbox.shop, port="shop", vendor="generic", name="ERP", active=True)
    return {
        "connection": shop.pk,
        "notice": RawNotice.objects.create(connection=shop, key="k", body=b"{}", state="failed").pk,
        "channel": inbox.pk,
        "shop": inbox.shop_id,
        "team": world.store().pk,
        "agent": owner.pk,
        "schedule": Schedule.objects.create(name="Atelier", hours={"week": [[]] * 7}).pk,
        "macro": macro.pk,
        "wording": inbox.shop_id,
        "tag": Tag.objects.create(name="fidèle").pk,
        "checklist": Checklist.objects.create(name="Casse", steps=["Photo"]).pk,
        "topic": world.topic("Livraison").pk,
        "field": CustomField.objects.create(subject="order", key="taille", kind="text", name="Taille").pk,
        "domain": BlockedDomain.objects.create(domain="publicite.example").pk,
        "address": world.claire().pk,
        "mail": mail.pk,
        "raw": raw.pk,
        "authority": Authority.objects.create(role="agent", currency="EUR", per_act=100).pk,
        "reasons": inbox.shop_id,
        "proactive": inbox.shop_id,
        "token": create_token("ERP", owner, [], expires_at=None, actor=Actor.of(owner))[0].pk,
        "webhook": Endpoint.objects.create(name="ERP", url="https://erp.example/", agent=owner, secret="x").pk,
    }


def address(name: str, rows: dict[str, int]) -> str:
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    if "<slug:thing>" in str(pattern.pattern):
        return reverse(name, args=["agents"])
    if name == "settings-culture":
        return reverse(name, args=[rows["shop"], "SE"])
    if name == "settings-parcels-kind":
        return reverse(name, args=["silent"])
    if "<slug:kind>" in str(pattern.pattern):
        return reverse(name, args=[rows["shop"], "shipped"])
    if "<int:notice>" in str(pattern.pattern):
        return reverse(name, args=[rows["connection"], rows["notice"]])
    if "<int:key>" not in str(pattern.pattern):
        return reverse(name)
    return reverse(name, args=[rows[name.split("-")[1]]])


def state() -> str:
    kept = [*(row for model in MODELS for row in model.objects.order_by("pk"))]
    agents = list(
        Agent.objects.order_by("pk").values("pk", "name", "role", "is_active", "totp_confirmed_at", "password")
    )
    return f"{serializers.serialize('json', kept)}{agents}{Event.objects.count()}"


def test_nobody_is_sent_to_sign_in(rows: dict[str, int]) -> None:
    before, client = state(), Client()
    for name, ask in product(NAMES, (client.get, client.post)):
        answer = ask(address(name, rows), TYPED)
        assert answer.status_code in (302, 405)
        if answer.status_code == 302:
            assert answer.headers["Location"].startswith("/signin/")
    assert state() == before


@pytest.mark.parametrize("who", ["lead", "camille", "store_manager", "reader", "stranger"])
def test_other_roles_are_refused(who: str, rows: dict[str, int]) -> None:
    client = world.client_for(getattr(world, who)())
    before = state()
    for name in NAMES:
        got, posted = client.get(address(name, rows)), client.post(address(name, rows), TYPED)
        allowed = {200, 302, 422} if name in OPEN_TO_ANSWERING else set()
        allowed |= {200} if who == "lead" and name == "settings-import" else set()
        assert got.status_code in {403, 404, 405, *allowed}, name
        assert posted.status_code in {403, 404, 405, *allowed}, name
    assert state() == before


def test_another_site_cannot_post_in_the_owners_name(rows: dict[str, int]) -> None:
    client = world.client_for(world.owner(), enforce_csrf_checks=True)
    before = state()
    for name in NAMES:
        assert client.post(address(name, rows), TYPED).status_code in (403, 405), name
    assert state() == before


def test_the_owner_reads_every_page(rows: dict[str, int], django_assert_max_num_queries: Any) -> None:
    client = world.client_for(world.owner())
    for name in NAMES:
        with django_assert_max_num_queries(25):
            assert client.get(address(name, rows)).status_code in (200, 302, 405), name


def test_a_fragment_that_is_refused_says_so_in_words() -> None:
    answer = world.client_for(world.camille()).get("/settings/channels/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "rôle" in answer.content.decode()
