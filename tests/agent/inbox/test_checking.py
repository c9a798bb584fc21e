"""Before a message leaves, one line warns of what was perhaps forgotten; the second send goes."""

import re
from typing import Any

import pytest
from django.test import Client

from comptoir.automation.models import Wording
from comptoir.conversations.models import Conversation, ConversationOrder, MessageKind
from tests import world


def send(client: Client, row: Conversation, htmx: dict[str, str], body: str, **more: Any) -> Any:
    return client.post(f"/conversations/{row.pk}/replies/", {"body": body, "client_key": "k", **more}, headers=htmx)


def codes(answer: Any) -> list[str]:
    return re.findall(r'name="warned" value="([^"]*)"', answer.content.decode())


def test_a_warning_holds_back_once(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    first = send(camille, row, htmx, "<p>Bonjour Marie,</p><p>ci-joint la facture</p>")
    assert first.status_code == 422
    assert codes(first) == ["name Marie", "attachment"]
    assert "aucun n’est joint" in first.content.decode()
    assert row.messages.count() == 1
    again = send(camille, row, htmx, "<p>Bonjour Hugo,</p><p>ci-joint la facture</p>", warned=codes(first))
    assert codes(again) == ["name Hugo", "attachment"]  # it says something else now
    assert send(camille, row, htmx, "<p>Bonjour Hugo,</p><p>ci-joint</p>", warned=codes(again)).status_code == 200
    assert row.messages.filter(kind=MessageKind.REPLY).count() == 1


def test_a_usual_answer_leaves_at_once(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    assert send(camille, row, htmx, "<p>Bonjour Claire,</p><p>Votre colis arrive.</p>").status_code == 200


def test_what_is_warned_of_is_escaped(camille: Client, htmx: dict[str, str]) -> None:
    answer = send(camille, world.conversation(), htmx, "<p>Voici &#123;{ &lt;script&gt;x&lt;/script&gt; }}</p>")
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()


def test_an_outsider_among_several(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    to, cc = row.identity.value, "new@else.example"
    assert codes(send(camille, row, htmx, "<p>Oui</p>", to=to, cc=cc)) == ["outsider new@else.example"]
    assert send(camille, row, htmx, "<p>Oui</p>", to=cc).status_code == 200  # chosen alone: meant
    assert send(camille, row, htmx, "<p>Encore</p>", to=to, cc=cc, client_key="l").status_code == 200  # known by now


def test_a_sender_who_is_not_proved(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    row.messages.update(flags=["unproved_sender"])
    assert codes(send(camille, row, htmx, "<p>Oui</p>")) == ["unproved"]


def test_somebody_elses_order_is_not_given_away(camille: Client, htmx: dict[str, str]) -> None:
    row, order = world.conversation(), world.order(world.karim())
    ConversationOrder.objects.create(conversation=row, order=order, proved=False)
    assert codes(send(camille, row, htmx, "<p>MA-24817 part demain</p>")) == ["owner MA-24817"]
    assert send(camille, row, htmx, "<p>Je ne vois pas cette commande</p>").status_code == 200


def test_a_shops_own_words(camille: Client, htmx: dict[str, str]) -> None:
    row = world.conversation()
    Wording.objects.create(
        shop=row.shop,
        promises=[{"words": "sans faute", "instead": "au plus vite"}],
        forbidden=[{"words": "clairement"}],
    )
    answer = send(camille, row, htmx, "<p>Clairement, demain sans faute.</p>")
    assert codes(answer) == ["promise sans faute → au plus vite", "forbidden clairement"]


@pytest.mark.parametrize("body", ["<p>Dear Marie, see attachment</p>", "<p>Hello [NAME]</p>"])
def test_a_new_message_is_read_too(body: str, camille: Client, htmx: dict[str, str]) -> None:
    values = {"inbox": world.inbox().pk, "to": "Hugo Leroy <hugo@ex.example>", "subject": "x", "body": body}
    answer = camille.post("/conversations/new/", values, headers=htmx)
    assert answer.status_code == 422
    assert camille.post("/conversations/new/", values | {"warned": codes(answer)}, headers=htmx).status_code == 200
