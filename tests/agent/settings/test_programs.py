"""Tokens and webhooks in the settings."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import organising
from comptoir.core.actors import Actor
from comptoir.core.models import ApiToken, Event
from comptoir.lib.signatures import verify
from comptoir.outbox.models import Mail
from comptoir.webhooks import actions
from comptoir.webhooks.models import Endpoint, WebhookDelivery
from tests import world
from tests.webhooks.conftest import Receiver, receiver  # noqa: F401 (a fixture)
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


def new_webhook(url: str, **more: Any) -> tuple[Client, Endpoint]:
    client = world.client_for(world.owner())
    answer = client.post("/settings/webhooks/new/", {"name": "ERP", "url": url, "content": "on", **more})
    row = Endpoint.objects.get()
    assert answer.headers["Location"] == f"/settings/webhooks/{row.pk}/"
    actions.wishes.forget()
    return client, row


def test_a_token_is_made_shown_once_and_taken_away() -> None:
    client, tom = world.client_for(world.owner()), world.lead()
    form = {"name": "ERP", "agent": tom.pk, "scopes": ["conversations:read", "orders:read"]}
    assert client.post("/settings/tokens/new/", form).status_code == 302
    shown = client.get("/settings/tokens/").content.decode()
    text = re.search(r"cpt_[\w-]{40,}", shown)
    assert text is not None
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {text.group()}"}
    assert Client().get("/api/v1/me", **bearer).json()["agent"]["name"] == tom.name
    assert text.group() not in client.get("/settings/tokens/").content.decode()
    token = ApiToken.objects.get()
    assert token.scopes == ["conversations:read", "orders:read"]
    client.post(f"/settings/tokens/{token.pk}/revocation/")
    assert Client().get("/api/v1/me", **bearer).status_code == 401
    assert {"token.created", "token.revoked"} <= set(Event.objects.values_list("verb", flat=True))


def test_a_token_needs_a_name_rights_and_a_day_to_come() -> None:
    client = world.client_for(world.owner())
    good = {"name": "ERP", "agent": world.owner().pk, "scopes": ["orders:read"]}
    past = (timezone.localdate() - timedelta(days=1)).isoformat()
    for wrong in ({"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"expires_on": past}, {"agent": 0}):
        assert client.post("/settings/tokens/new/", good | wrong).status_code == 422, wrong
    assert not ApiToken.objects.exists()


def test_the_journal_names_the_program() -> None:
    row = world.conversation()
    made = {"name": "Robot du stock", "agent": world.owner().pk, "scopes": ["conversations:write"]}
    client = world.client_for(world.owner())
    client.post("/settings/tokens/new/", made)
    text = client.session["api_token_once"]
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    Client().patch(f"/api/v1/conversations/{row.pk}", {"state": "closed"}, content_type="application/json", **bearer)
    page = client.get("/settings/journal/").content.decode()
    assert "a clos la conversation, par le programme «\u202fRobot du stock\u202f»" in page


def test_a_webhook_is_made_tried_and_its_log_read(receiver: Receiver) -> None:  # noqa: F811
    client, row = new_webhook(receiver.url)
    page = client.get(f"/settings/webhooks/{row.pk}/").content.decode()
    secret = re.search(r"whsec_[\w+/=]+", page)
    assert secret is not None
    assert "whsec_" not in client.get(f"/settings/webhooks/{row.pk}/").content.decode()
    tried = client.post(f"/settings/webhooks/{row.pk}/test/", headers={"HX-Request": "true"}).content.decode()
    assert "200" in tried
    headers, body = receiver.got[0]
    verify(secret.group(), headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body)
    receiver.status = 500
    organising.close(world.conversation(), actor=Actor.of(world.camille()))
    run_jobs()
    WebhookDelivery.objects.update(state="failed")
    page = client.get(f"/settings/webhooks/{row.pk}/").content.decode()
    assert "conversation.closed" in page
    assert "Renvoyer les abandonnés" in page
    receiver.status = 200
    client.post(f"/settings/webhooks/{row.pk}/replay/")
    run_jobs()
    assert WebhookDelivery.objects.get().state == "delivered"


def test_what_an_address_answers_cannot_write_into_the_page(receiver: Receiver) -> None:  # noqa: F811
    client, row = new_webhook(receiver.url)
    WebhookDelivery.objects.create(
        endpoint=row,
        event_id=1,
        verb="conversation.closed",
        due_at=timezone.now(),
        attempts=[{"at": "2026-11-24T00:00:00", "status": 500, "error": "", "ms": 3, "answer": "<script>x</script>"}],
    )
    page = client.get(f"/settings/webhooks/{row.pk}/").content.decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize("url", ["ftp://x.example/", "https://moi:secret@x.example/", "javascript:alert(1)", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    client = world.client_for(world.owner())
    assert client.post("/settings/webhooks/new/", {"name": "ERP", "url": url}).status_code == 422
    assert not Endpoint.objects.exists()


def test_a_webhook_that_stops_writes_to_its_owner(receiver: Receiver) -> None:  # noqa: F811
    client, row = new_webhook(receiver.url)
    receiver.status = 410
    organising.close(world.conversation(), actor=Actor.of(world.camille()))
    run_jobs()
    mail = Mail.objects.get()
    assert (mail.to, mail.kind) == (world.owner().email, "webhook_stopped")
    assert f"/settings/webhooks/{row.pk}/" in mail.text
    assert "ne veut plus rien" in client.get(f"/settings/webhooks/{row.pk}/").content.decode()
    client.post(f"/settings/webhooks/{row.pk}/activity/", {"active": "1"})
    row.refresh_from_db()
    assert (row.active, row.stopped_because) == (True, "")
    client.post(f"/settings/webhooks/{row.pk}/deletion/")
    assert not Endpoint.objects.exists()


def test_the_api_s_page_says_every_call() -> None:
    page = Client().get("/api/docs/").content.decode()
    described = Client().get("/api/v1/openapi.json").json()
    for path in described["paths"]:
        assert path.removeprefix("/api/v1") in page
    assert "message.received" in page
