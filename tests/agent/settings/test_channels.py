"""Inboxes in the settings."""

import json
from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest
from django.conf import settings

from comptoir.conversations.models import Inbox, RawMessage
from comptoir.core import keys
from comptoir.core.models import Event, EventDetail
from comptoir.ports import registry
from comptoir.ports.channel import FakeChannel, Field
from comptoir.ports.errors import PortError
from tests import world

pytestmark = pytest.mark.django_db


class Post(FakeChannel):
    """A post office with a password; `problems` is what its check finds."""

    fields = (
        Field("imap_host", "Serveur"),
        Field("imap_password", "Mot de passe", "secret"),
        Field("quick", "Vite", "switch", required=False),
    )
    problems: ClassVar[list[str]] = []
    seen: ClassVar[dict[str, str]] = {}

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)
        Post.seen = dict(settings)

    def check(self) -> list[str]:
        if Post.problems == ["down"]:
            raise PortError("Le serveur ne répond pas.")
        return Post.problems


@pytest.fixture(autouse=True)
def _post() -> Iterator[None]:
    Post.problems, Post.seen = [], {}
    registry.configure({"channel": {"post": f"{__name__}.Post"}})
    yield
    registry.configure(settings.ADAPTERS)


def new_channel() -> Inbox:
    client = world.client_for(world.owner())
    values = {"name": "Bonjour", "shop": world.shop().pk, "address": "Bonjour@Maison-Alba.example", "adapter": "post"}
    answer = client.post("/settings/channels/new/?kind=email", values)
    inbox = Inbox.objects.get(name="Bonjour")
    assert answer.headers["Location"] == f"/settings/channels/{inbox.pk}/"
    return inbox


FORM = {
    "name": "Bonjour",
    "address": "bonjour@maison-alba.example",
    "adapter": "post",
    "account-imap_host": "imap.example",
    "aliases": "sav@maison-alba.example\nSAV@maison-alba.example",
    "read_from": "2026-11-01",
}


def test_a_channel_is_made_filled_in_and_keeps_its_secret() -> None:
    inbox = new_channel()
    assert inbox.address == "bonjour@maison-alba.example"
    client, page = world.client_for(world.owner()), f"/settings/channels/{inbox.pk}/"
    assert client.post(page, FORM).status_code == 422  # the password is missing
    assert client.post(page, {**FORM, "account-imap_password": "très secret"}).status_code == 302
    inbox.refresh_from_db()
    assert inbox.settings == {"imap_host": "imap.example", "quick": "false"}
    assert json.loads(keys.decrypt(inbox.secrets)) == {"imap_password": "très secret"}
    assert inbox.aliases == ["sav@maison-alba.example"]
    assert str(inbox.read_from) == "2026-11-01"
    shown = client.get(page).content.decode()
    assert "très secret" not in shown
    assert "inchangé" in shown
    assert client.post(page, FORM).status_code == 302  # left empty: unchanged
    inbox.refresh_from_db()
    assert json.loads(keys.decrypt(inbox.secrets)) == {"imap_password": "très secret"}
    edits = Event.objects.filter(verb="inbox.edited")
    assert edits.count() == 1
    assert "très secret" not in str(EventDetail.objects.get(event_id=edits.get().pk).after)


def test_two_inboxes_never_read_one_address() -> None:
    new_channel()
    client = world.client_for(world.owner())
    again = {"name": "Encore", "shop": world.shop().pk, "address": "BONJOUR@maison-alba.example", "adapter": "post"}
    assert client.post("/settings/channels/new/", again).status_code == 422
    assert Inbox.objects.count() == 1


@pytest.mark.parametrize(
    ("problems", "words"),
    [([], "Tout répond"), (["Le mot de passe est refusé."], "refusé"), (["down"], "ne répond pas")],
)
def test_the_connection_is_tried_and_told(problems: list[str], words: str) -> None:
    inbox = new_channel()
    client, page = world.client_for(world.owner()), f"/settings/channels/{inbox.pk}/"
    client.post(page, {**FORM, "account-imap_password": "très secret"})
    Post.problems = problems
    answer = client.post(f"{page}check/", headers={"HX-Request": "true"})
    assert 'id="tests"' in answer.content.decode()
    assert words in answer.content.decode()
    assert Post.seen["imap_password"] == "très secret"
    inbox.refresh_from_db()
    assert inbox.checked_at is not None
    assert bool(inbox.problem) is bool(problems)
    assert client.post(f"{page}check/").status_code == 302


def test_a_channel_pauses_and_goes_on() -> None:
    inbox = new_channel()
    client = world.client_for(world.owner())
    for active, verb in (("0", "inbox.paused"), ("1", "inbox.resumed")):
        client.post(f"/settings/channels/{inbox.pk}/activity/", {"active": active})
        inbox.refresh_from_db()
        assert inbox.active is (active == "1")
        assert Event.objects.filter(verb=verb).count() == 1


def test_the_doors_secret_is_shown_once() -> None:
    inbox = new_channel()
    client, page = world.client_for(world.owner()), f"/settings/channels/{inbox.pk}/"
    client.post(f"{page}secret/")
    inbox.refresh_from_db()
    secret = keys.decrypt(inbox.webhook_secret)
    assert secret.startswith("whsec_")
    assert secret not in inbox.webhook_secret
    assert secret in client.get(page).content.decode()
    assert secret not in client.get(page).content.decode()


def test_unreadable_mail_is_listed_and_tried_again() -> None:
    inbox = new_channel()
    raw = RawMessage.objects.create(
        inbox=inbox, source_key="1:1", sha256="0" * 64, content=b"x", size=1, state="failed", error="ValueError: <b>"
    )
    client, page = world.client_for(world.owner()), f"/settings/channels/{inbox.pk}/"
    assert "ValueError: &lt;b&gt;" in client.get(page).content.decode()
    client.post(f"{page}replay/", {"raw": str(raw.pk)})
    raw.refresh_from_db()
    assert raw.state == "arrived"


def test_chat_and_form_give_what_the_site_needs() -> None:
    client, shop = world.client_for(world.owner()), world.shop()
    for kind, words in (("chat", "/s/maison-alba/chat.js"), ("form", "/s/maison-alba/contact/")):
        client.post(f"/settings/channels/new/?kind={kind}", {"name": kind, "shop": shop.pk})
        inbox = Inbox.objects.get(kind=kind)
        assert words in client.get(f"/settings/channels/{inbox.pk}/").content.decode()
    client.post(f"/settings/channels/{inbox.pk}/", {"name": "form", "topics": "Retour\nRetour\n\nColis"})
    inbox.refresh_from_db()
    assert inbox.topics == ["Retour", "Colis"]
