"""A PrestaShop on loopback and what a merchant, an agent and a customer do with it."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import delivering
from comptoir.conversations.actions.looking import look_due
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Message,
    MessageKind,
    ThreadReading,
)
from comptoir.lib.mail.parse import parse
from comptoir.orders.models import Connection
from tests import world
from tests.adapters.prestashop_server import ZONE
from tests.work import run_jobs

CAMILLE = "camille.martin@example.org"


def ago(**delta: float) -> str:
    """A moment as the shop writes it."""
    return (datetime.now(ZONE) - timedelta(**delta)).strftime("%Y-%m-%d %H:%M:%S")


def page(client: Client, row: Connection) -> str:
    return re.sub(r"\s+", " ", client.get(f"/settings/connections/{row.pk}/").content.decode())


def switch(client: Client, row: Connection, what: str = "on") -> None:
    assert client.post(f"/settings/connections/{row.pk}/messages/", {"do": what}).status_code == 302
    run_jobs()


def look() -> None:
    ThreadReading.objects.update(next_at=timezone.now())
    look_due()
    run_jobs()


def answer(client: Client, row: Conversation, text: str = "Il arrive demain.", **more: Any) -> Message:
    sent = client.post(
        f"/conversations/{row.pk}/replies/",
        {"body": f"<p>{text}</p>", "client_key": text, "warned": "unproved", **more},
    )
    assert sent.status_code < 400, sent.content.decode()
    message = row.messages.filter(kind=MessageKind.REPLY).order_by("-pk").first()
    assert message is not None
    return message


def leave() -> None:
    Message.objects.filter(delivery__in=[Delivery.HELD, Delivery.QUEUED]).update(due_at=timezone.now())
    delivering.release_due()
    run_jobs()


NOTICE = """From: Maison Alba <bonjour@maison-alba.example>
To: bonjour@maison-alba.example
Reply-To: {email}
Subject: Message from contact form [no_sync]
Message-ID: <{name}@presta.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Message d'un client
Adresse e-mail : {email}
Message : {text}
Pièce jointe : photo.png
--b
Content-Type: image/png
Content-Disposition: attachment; filename=photo.png
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
"""


ANSWER = """From: Camille Martin <{email}>
To: bonjour@maison-alba.example
Subject: Re: An answer to your message is available #ct80 #tcx1
Message-ID: <answer-{name}@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{text}

Le lun. 23 nov. 2026 à 10:00, Maison Alba <bonjour@maison-alba.example> a écrit :
> {quoted}
"""


def answered(text: str, quoted: str) -> Message | None:
    """The customer's own mail, in answer to one of the shop's notices."""
    mail = ANSWER.format(email=CAMILLE, text=text, quoted=quoted, name=len(text))
    return receive(world.inbox(), parse(mail.encode()))


def mailed(text: str, email: str = CAMILLE) -> Message | None:
    name = f"notice-{len(text)}-{email}"
    return receive(world.inbox(), parse(NOTICE.format(text=text, email=email, name=name).encode()))
