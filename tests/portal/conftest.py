"""A shop with a chat, a form, hours and someone who answers."""

import uuid
from typing import Any

import pytest
from django.test import Client

from comptoir.conversations.models import Conversation, Inbox
from comptoir.core.models import Schedule
from tests import world

OPEN = {"zone": "Europe/Paris", "week": [[["00:00", "24:00"]]] * 7, "closed": [], "special": {}}
SHUT = {"zone": "Europe/Paris", "week": [[]] * 7, "closed": [], "special": {"2099-01-04": [["09:30", "19:00"]]}}
CHAT = "/s/maison-alba/chat/"


@pytest.fixture
def chat_inbox(db: None) -> Inbox:
    """The chat of Maison Alba, always open, which answers by mail when nobody reads."""
    schedule = Schedule.objects.create(name="Toujours", hours=OPEN)
    return world.inbox("chat", schedule=schedule, mail_inbox=world.inbox("email"))


@pytest.fixture
def form_inbox(db: None) -> Inbox:
    """The contact form of Maison Alba."""
    return world.inbox("form", mail_inbox=world.inbox("email"), topics=["Ma commande", "Autre chose"])


class Visitor:
    """A chat window somewhere on the web."""

    def __init__(self, client: Client, shop: str = "maison-alba") -> None:
        self.client, self.base, self.token = client, f"/s/{shop}/chat/", ""

    def headers(self, token: str | None = None) -> dict[str, str]:
        given = self.token if token is None else token
        return {"origin": "https://maison-alba.example"} | ({"authorization": f"Bearer {given}"} if given else {})

    def post(self, path: str, token: str | None = None, **values: Any) -> Any:
        return self.client.post(self.base + path, values, content_type="application/json", headers=self.headers(token))

    def get(self, path: str = "messages", token: str | None = None) -> Any:
        return self.client.get(self.base + path, headers=self.headers(token))

    def start(self, text: str = "Bonjour", **more: Any) -> Conversation:
        answer = self.post("start", **{"text": text, "client_key": str(uuid.uuid4())} | more)
        assert answer.status_code == 200, answer.content
        self.token = answer.json()["token"]
        return Conversation.objects.latest("pk")

    def say(self, text: str, **more: Any) -> Any:
        return self.post("messages", **{"text": text, "client_key": str(uuid.uuid4())} | more)


@pytest.fixture
def visitor(client: Client, chat_inbox: Inbox) -> Visitor:
    """A visitor who has not written yet."""
    return Visitor(client)
