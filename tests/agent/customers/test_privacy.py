"""All that is held on a person is handed out, or goes: from every table and every file."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from comptoir.conversations.actions import answering, chatting
from comptoir.conversations.actions.answering import Written
from comptoir.conversations.actions.delivering import release_due
from comptoir.conversations.actions.drafts import DraftText, save_draft
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.models import Conversation, InboxKind, Message, RawMessage
from comptoir.core.actors import Actor
from comptoir.core.models import Erasure, Event, File
from comptoir.customers import actions
from comptoir.customers.models import Customer, Identity
from comptoir.orders.models import Order, Refund, Shipment, TrackingEvent
from comptoir.outbox.models import Mail
from comptoir.ports.channel import Address, IncomingMessage, MessageKind, Part
from tests import erasure, world
from tests.mails import arrives, mail
from tests.work import forget_jobs, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """What other tests have left, in queues and in files, is not this person's."""
    home = Path(settings.ENVIRONMENT.home)
    for name in ("files", "outbox"):
        shutil.rmtree(home / name, ignore_errors=True)
    forget_jobs()
    yield
    forget_jobs()


FRAGMENT = {"HTTP_HX_REQUEST": "true"}
ADDRESS = "clothilde.querbes@orange.example"
STRINGS = [
    "querbes",
    "clothilde",
    "tamaris",
    "641882075",
    "zibeline",
    "mandarine",
    "6A998877665",
    "Tabac des Lilas",
    "quatrième gauche",
]


def person() -> Customer:
    """Clothilde, who wrote by mail, chat and form, ordered, was noted down, merged, edited and answered."""
    camille, box = world.camille(), world.inbox()
    _by_mail()
    _illegible()
    _by_chat()
    _by_form()
    identity = Identity.objects.get(kind="email", value=ADDRESS)
    customer = identity.customer
    customer.refresh_from_db()
    actions.edit(customer, {"street": "12 impasse des Tamaris", "city": "Zibeline-les-Bains"}, actor=Actor.of(camille))
    actions.add_identity(customer, "phone", "+33641882075", actor=Actor.of(camille))
    actions.add_note(customer, "Clothilde préfère la mandarine", agent=camille)
    _ordered(identity)
    other = actions.identify("email", "c.querbes@gmail.example", name="C. Querbes")
    world.order(other, "MA-22640", address={"name": "C. Querbes"})
    actions.merge(other.customer, customer, actor=Actor.of(camille))
    talk = Conversation.objects.filter(identity=identity, channel="email").first()
    assert talk is not None
    answering.reply(talk, Written(html="<p>Chère Clothilde, la zibeline part demain.</p>"), agent=camille)
    answering.note(talk, Written(html="<p>Madame Querbes a rappelé</p>"), agent=camille)
    Message.objects.filter(delivery="held").update(due_at="2026-01-01T00:00:00Z")
    release_due()
    run_jobs()
    save_draft(camille, talk, "reply", DraftText(html="<p>Zibeline encore</p>", to=[{"email": ADDRESS, "name": ""}]))
    Mail.objects.create(
        kind="letter", identity=identity, to=ADDRESS, subject="x", text="Clothilde", message_id="<m@x>", shop=box.shop
    )
    return customer


def _by_mail() -> None:
    made = mail("Où est ma zibeline ?\nClothilde", sender=f"Clothilde Querbes <{ADDRESS}>", subject="Zibeline perdue")
    made.add_attachment(b"zibeline-in-a-file " * 50, maintype="application", subtype="pdf", filename="querbes-recu.pdf")
    arrives(world.inbox(), made)
    copied = mail("Voyez avec Clothilde", sender="Marc <marc@orange.example>", cc=f"Clothilde Querbes <{ADDRESS}>")
    del copied["Subject"]
    copied["Subject"] = "Autre affaire"
    copied.set_content("Voyez la copie")
    arrives(world.inbox(), copied)


def _illegible() -> None:
    """A raw mail that could not be read still holds the address."""
    RawMessage.objects.create(
        inbox=world.inbox(),
        source_key="1:bad",
        sha256="0" * 64,
        content=f"From: {ADDRESS}\r\n\r\nzibeline".encode(),
        size=1,
        state="failed",
        error="clothilde",
    )


def _by_chat() -> None:
    chat = world.inbox(InboxKind.CHAT)
    said = chatting.Said("Bonjour, la zibeline ?", "key-1", page_url="https://x.test/zibeline", page_title="Zibeline")
    talk = chatting.start_chat(chat, said)[0]
    chatting.introduce(talk, name="Clothilde Querbes", email=ADDRESS)


def _by_form() -> None:
    form = world.inbox(InboxKind.FORM)
    receive(
        form,
        IncomingMessage(
            kind=MessageKind.MESSAGE,
            external_id="form-1",
            sender=Address(ADDRESS, "Clothilde Querbes"),
            subject="Zibeline",
            text="Par formulaire : zibeline",
            full_text="Par formulaire : zibeline",
            sent_at=None,
            parts=(Part("photo-querbes.txt", "text/plain", b"zibeline jointe"),),
        ),
    )
    run_jobs()


def _ordered(identity: Identity) -> None:
    address = {"name": "Clothilde Querbes", "street": "12 impasse des Tamaris", "phone": "+33641882075"}
    order = world.order(identity, "MA-31415", address=address, note="quatrième gauche", payment="Visa Querbes")
    order.lines.create(title="Nappe", quantity=1, unit_price=9680, total=9680)
    parcel = Shipment.objects.create(
        order=order,
        carrier="Colissimo",
        number="6A998877665",
        url="https://x.test/6A998877665",
        relay={"name": "Tabac des Lilas"},
    )
    TrackingEvent.objects.create(
        shipment=parcel, occurred_at=order.placed_at, state="delivered", text="Remis à Mme Querbes", place="Tamaris"
    )
    Refund.objects.create(
        order=order, external_id="r", amount=100, reason="geste pour Clothilde", refunded_at=order.placed_at
    )


def owner() -> Client:
    return world.client_for(world.owner())


def test_the_export_holds_what_was_said_bought_and_noted() -> None:
    customer = person()
    answer = owner().post(f"/customers/{customer.pk}/export/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="comptoir-{customer.pk}.json"'
    data = json.loads(answer.content)
    assert data["customer"]["street"] == "12 impasse des Tamaris"
    assert {identity["value"] for identity in data["identities"]} >= {
        ADDRESS,
        "+33641882075",
        "c.querbes@gmail.example",
    }
    assert {order["number"] for order in data["orders"]} == {"MA-31415", "MA-22640"}
    said = json.dumps(data["conversations"], ensure_ascii=False)
    for words in ("Où est ma zibeline ?", "la zibeline part demain", "querbes-recu.pdf", "Par formulaire"):
        assert words in said
    assert "a rappelé" not in said  # the team's notes are the team's
    assert "Clothilde préfère la mandarine" in json.dumps(data["notes"], ensure_ascii=False)
    assert Event.objects.filter(verb="customer.exported", customer_key=customer.pk).count() == 1


def test_the_name_has_to_be_typed() -> None:
    customer = person()
    client = owner()
    url = f"/customers/{customer.pk}/erasure/"
    assert "Clothilde Querbes" in client.get(url, **FRAGMENT).content.decode()
    answer = client.post(url, {"name": "Clothilde"}, **FRAGMENT)
    assert answer.status_code == 422
    assert Erasure.objects.count() == 0
    assert erasure.remains(["zibeline"]) != []


def test_after_an_erasure_nothing_of_the_person_stands_anywhere() -> None:
    customer = person()
    before = erasure.remains(STRINGS)
    told = {place.split(": ")[1] for place in before}
    assert told == set(STRINGS), set(STRINGS) - told  # each of them stood somewhere
    assert any(place.startswith("files/") or "/" in place.split(":")[0] for place in before)
    orders, messages, totals = (
        Order.objects.count(),
        Message.objects.count(),
        sum(Order.objects.values_list("total", flat=True)),
    )
    client = owner()
    answer = client.post(f"/customers/{customer.pk}/erasure/", {"name": " clothilde  QUERBES "}, **FRAGMENT)
    assert answer.headers["HX-Redirect"] == f"/customers/{customer.pk}/"
    run_jobs()
    assert erasure.remains(STRINGS) == []
    assert (Order.objects.count(), Message.objects.count()) == (orders, messages)
    assert sum(Order.objects.values_list("total", flat=True)) == totals
    assert File.objects.count() == 0
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "Personne effacée" in page
    assert "MA-31415" in page
    assert "Clothilde" not in client.get("/customers/").content.decode()
    assert "Rien ne correspond" in client.get("/search/?q=zibeline", **FRAGMENT).content.decode()
    assert 'class="row' not in client.get("/search/results/rows/?q=zibeline", **FRAGMENT).content.decode()


def test_an_erased_file_is_written_on_no_more() -> None:
    customer = person()
    actions.erase(customer, actor=Actor.of(world.owner()))
    client = owner()
    for path in ("notes/", "details/", "emails/", "export/", "erasure/"):
        assert (
            client.post(
                f"/customers/{customer.pk}/{path}", {"text": "x", "value": "a@b.example"}, **FRAGMENT
            ).status_code
            == 404
        )


def test_the_scanner_sees_every_kind_of_column() -> None:
    kinds = {kind for _, _, kind in erasure.columns()}
    assert {"text", "character varying", "jsonb", "bytea", "ARRAY"} <= kinds
    path = Path(settings.ENVIRONMENT.home) / "files-of-a-test.txt"
    path.write_text("Été à Rezé")
    try:
        assert erasure.remains(["été à rezé"]) == [f"{path.name}: été à rezé"] or "é".encode() != b"e"
    finally:
        path.unlink()
