"""A conversation: what its page shows, what it costs, how it is put in order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import ConversationOrder, Delivery, MessageKind, Participant, Presence, State
from comptoir.core.models import Event
from comptoir.customers.actions import identify
from comptoir.customers.models import CustomerNote, Tag
from comptoir.orders.models import OrderLine, Shipment, TrackingEvent
from tests import world


def test_messages_notes_and_events_in_their_order(camille: Client) -> None:
    row = world.conversation(text="Bonjour, où est MA-24817 ?")
    order = world.order()
    ConversationOrder.objects.create(conversation=row, order=order, proved=True)
    world.message(row, "", kind=MessageKind.REPLY, agent=world.lead(), identity=None, html="<p>Il arrive.</p>")
    world.message(row, "", kind=MessageKind.NOTE, agent=world.camille(), identity=None, html="<p>À suivre</p>")
    camille.post(f"/conversations/{row.pk}/priority/", {"priority": "1"})
    html = camille.get(f"/conversations/{row.pk}/?in=mine").content.decode()
    assert html.index("Bonjour, où est") < html.index("Il arrive.") < html.index("À suivre")
    assert f'<a class="ordno" href="#order-{order.pk}">MA-24817</a>' in html
    assert "Note interne" in html
    assert "a changé la priorité" in html


def test_a_row_that_was_clicked_gets_the_middle_and_the_right(camille: Client) -> None:
    row = world.conversation()
    headers = {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "main"}
    html = camille.get(f"/conversations/{row.pk}/?in=team", headers=headers).content.decode()
    assert 'id="main"' in html
    assert 'id="fiche"' in html
    assert 'id="liste"' not in html


@pytest.mark.parametrize("count", [5, 100])
def test_a_conversation_costs_ten_queries(camille: Client, count: int, django_assert_num_queries: Any) -> None:
    row = world.conversation()
    for number in range(count - 1):
        kind = MessageKind.REPLY if number % 2 else MessageKind.CUSTOMER
        world.message(row, f"Message {number}", kind=kind, agent=world.lead() if number % 2 else None)
        if number < 7:
            camille.post(f"/conversations/{row.pk}/tags/", {"name": f"t{number}"})
    address = f"/conversations/{row.pk}/?in=team"
    camille.get(address)
    with django_assert_num_queries(10):
        assert camille.get(address).status_code == 200
    with django_assert_num_queries(7):
        camille.get(address, headers={"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "main"})


def test_older_messages_are_folded_and_unfold(camille: Client) -> None:
    row = world.conversation(text="Le tout premier message")
    for number in range(6):
        world.message(row, f"Message {number}")
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    first = row.messages.order_by("pk")[0]
    assert f'id="m{first.pk}" hx-get="/conversations/{row.pk}/messages/{first.pk}/"' in html
    opened = camille.get(f"/conversations/{row.pk}/messages/{first.pk}/").content.decode()
    assert f'data-unfolded="{first.pk}"' in opened
    assert "Le tout premier message" in opened
    again = camille.get(f"/conversations/{row.pk}/messages/?open={first.pk}").content.decode()
    assert f'data-unfolded="{first.pk}"' in again


def test_more_than_two_hundred_messages_come_in_parts(camille: Client) -> None:
    row = world.conversation(text="Tout premier")
    at = timezone.now()
    for number in range(205):
        world.message(row, f"Message {number}", at=at + timedelta(seconds=number))
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "Messages plus anciens" in html
    assert "Tout premier" not in html.split('id="stream')[1]
    before = html.split("messages/?before=")[1].split('"')[0]
    earlier = camille.get(f"/conversations/{row.pk}/messages/?before={before}").content.decode()
    assert "Tout premier" in earlier
    assert "Messages plus anciens" not in earlier


def test_delivery_is_said_in_words_and_trouble_offers_its_way_out(camille: Client) -> None:
    row = world.conversation()
    said = {
        Delivery.HELD: "annulable", Delivery.SENDING: "envoi en cours", Delivery.SENT: "remis", Delivery.SEEN: "lu",
        Delivery.BOUNCED: "non remis", Delivery.FAILED: "Renvoyer", Delivery.UNKNOWN: "C’est bien parti",
    }  # fmt: skip
    message = world.message(row, "Oui", kind=MessageKind.REPLY, agent=world.camille(), identity=None, error="554 non")
    for delivery, word in said.items():
        message.delivery = delivery
        message.save()
        assert word in camille.get(f"/conversations/{row.pk}/").content.decode()


def test_doubtful_senders_are_named_as_such(camille: Client) -> None:
    row = world.conversation()
    known = camille.get(f"/conversations/{row.pk}/").content.decode()
    eve = {"email": "eve@evil.example", "name": "Claire Vasseur"}
    world.message(row, "C’est moi", sender=eve, flags=["unknown_sender", "unproved_sender"])
    html = camille.get(f"/conversations/{row.pk}/").content.decode()
    assert "n’avait pas encore pris part" in html
    assert "n’est pas prouvée" in html
    assert 'name="to" value="&quot;Claire Vasseur&quot; &lt;claire.vasseur@orange.example&gt;"' in html
    fragment = camille.get(f"/conversations/{row.pk}/messages/").content.decode()
    for told in (html, fragment):
        assert "ne connaissait pas (eve@evil.example)" in told
    assert "ne connaissait pas" not in known


@pytest.mark.parametrize(
    ("noun", "values", "expected"),
    [
        ("closure", {}, {"state": State.CLOSED}),
        ("spam", {}, {"state": State.SPAM}),
        ("trash", {}, {"state": State.TRASH}),
        ("pending", {}, {"state": State.PENDING}),
        ("snooze", {"until": "tomorrow"}, {"state": State.SNOOZED}),
        ("assignment", {"agent": "me"}, {"assignee__name": "Camille Roussel"}),
        ("priority", {"priority": "2"}, {"priority": 2}),
        ("subject", {"subject": "Nouveau", "topic": "Livraison"}, {"subject": "Nouveau", "topic": "Livraison"}),
        ("tags", {"name": "Casse"}, {"tags__name": "Casse"}),
        ("customer", {"email": "autre@ex.example"}, {"identity__value": "autre@ex.example"}),
    ],
)
def test_each_noun_changes_what_it_says(
    camille: Client, htmx: dict[str, str], noun: str, values: dict[str, str], expected: dict[str, Any]
) -> None:
    world.topic("Livraison")
    row = world.conversation()
    answer = camille.post(f"/conversations/{row.pk}/{noun}/", values, headers=htmx)
    assert answer.status_code == 200
    assert type(row).objects.filter(pk=row.pk, **expected).exists()
    assert Event.objects.filter(subject_type="conversation", subject_id=row.pk).exists()


def test_closing_shows_the_next_one_and_can_be_taken_back(camille: Client, htmx: dict[str, str]) -> None:
    first = world.conversation(at=timezone.now() - timedelta(hours=3))
    second = world.conversation(at=timezone.now() - timedelta(hours=2))
    answer = camille.post(f"/conversations/{first.pk}/closure/", headers=htmx)
    assert answer.headers["HX-Push-Url"] == f"/conversations/{second.pk}/?in=team"
    assert answer.headers["HX-Retarget"] == "#main"
    assert f"/conversations/{first.pk}/opening/?back=1" in answer.headers["HX-Trigger"]
    answer = camille.post(f"/conversations/{first.pk}/opening/?back=1", headers=htmx)
    assert f"/conversations/{first.pk}/" in answer.headers["HX-Location"]
    first.refresh_from_db()
    assert first.state == State.OPEN
    camille.post(f"/conversations/{first.pk}/closure/", headers=htmx)
    answer = camille.post(f"/conversations/{second.pk}/closure/", headers=htmx)
    assert answer.headers["HX-Push-Url"] == "/inbox/team/"


def test_tags_teams_orders_come_and_go(camille: Client) -> None:
    row, order, team = world.conversation(), world.order(), world.store()
    base = f"/conversations/{row.pk}"
    camille.post(f"{base}/tags/", {"name": "Casse"})
    camille.post(f"{base}/tags/{Tag.objects.get().pk}/removal/")
    assert not row.tags.exists()
    camille.post(f"{base}/orders/", {"number": "ma 24817"})
    assert row.orders.get() == order
    camille.post(f"{base}/orders/{order.pk}/removal/")
    assert not row.orders.exists()
    assert "Aucune commande" in _toast(camille.post(f"{base}/orders/", {"number": "MA-00000"}))
    camille.post(f"{base}/team/", {"team": team.pk})
    row.refresh_from_db()
    assert row.team == team


def test_reading_is_said_by_the_heartbeat_and_can_be_unsaid(camille: Client) -> None:
    row = world.conversation()
    camille.get(f"/conversations/{row.pk}/")
    assert 'class="row unread"' in camille.get("/").content.decode()
    camille.post(f"/conversations/{row.pk}/presence/", {"read": "1"})
    assert 'class="row unread"' not in camille.get("/").content.decode()
    camille.post(f"/conversations/{row.pk}/unread/")
    assert 'class="row unread"' in camille.get("/").content.decode()


def test_colleagues_see_who_writes_what(camille: Client) -> None:
    row = world.conversation()
    tom = world.client_for(world.lead())
    tom.post(f"/conversations/{row.pk}/presence/", {"writing": "reply"})
    html = camille.get(f"/conversations/{row.pk}/presence/").content.decode()
    assert "écrit une réponse" in html
    assert "Tom répond déjà" in html
    tom.post(f"/conversations/{row.pk}/presence/", {"writing": "note"})
    assert "écrit une note" in camille.get(f"/conversations/{row.pk}/presence/").content.decode()
    tom.post(f"/conversations/{row.pk}/presence/", {"left": "1"})
    assert not Presence.objects.filter(agent=world.lead()).exists()


def test_the_panel_shows_the_person_and_their_orders(camille: Client) -> None:
    row = world.conversation()
    order = world.order(shipping_method="Mondial Relay", payment="Visa 4271")
    OrderLine.objects.create(order=order, title="Serviettes", quantity=4, unit_price=1700, total=6800)
    parcel = Shipment.objects.create(order=order, carrier="Mondial Relay", number="123", state="available_for_pickup")
    TrackingEvent.objects.create(shipment=parcel, occurred_at=timezone.now(), text="Disponible au relais")
    ConversationOrder.objects.create(conversation=row, order=order, proved=False)
    CustomerNote.objects.create(customer=row.identity.customer, agent=world.lead(), text="Préfère le téléphone")
    world.conversation(subject="Taille de la nappe", state=State.CLOSED)
    claimed = identify("email", "dit@ex.example")
    Participant.objects.create(conversation=row, identity=claimed, flagged=True)
    html = camille.get(f"/conversations/{row.pk}/panel/").content.decode()
    for text in ("MA-24817", "Serviettes", "Disponible au relais", "Préfère le téléphone", "Taille de la nappe"):
        assert text in html
    assert "96,80" in html
    assert "au nom de quelqu’un d’autre" in html
    assert "dit@ex.example" in html


def test_menus_open(camille: Client) -> None:
    row = world.conversation()
    for menu in ("menus/more", "menus/tags", "macros", "macros/rows", "forward", "subject", "customer", "print"):
        assert camille.get(f"/conversations/{row.pk}/{menu}/").status_code == 200, menu


def test_a_reader_looks_and_changes_nothing() -> None:
    row = world.conversation()
    lise = world.client_for(world.reader())
    assert "sans pouvoir y répondre" in lise.get(f"/conversations/{row.pk}/").content.decode()
    for noun in ("replies", "notes", "closure", "assignment", "tags", "draft/reply"):
        assert lise.post(f"/conversations/{row.pk}/{noun}/", {"body": "x", "name": "x"}).status_code == 403
    assert row.messages.count() == 1


def _toast(answer: Any) -> str:
    return str(answer.headers["HX-Trigger"]).encode().decode("unicode_escape")


def test_a_mail_says_how_many_messages_it_quotes_or_none(camille: Client) -> None:
    raw = (
        "From: claire@x.example\nSubject: Re: Colis\nContent-Type: text/plain; charset=utf-8\n\n"
        "Merci.\n\nLe 24 nov. 2026 à 10:00, Camille <c@x.example> a écrit :\n> Bonjour\n>\n"
        "> Le 23 nov. 2026 à 09:00, Claire <v@x.example> a écrit :\n>> Où est-il ?\n"
    )
    box = world.inbox()
    received = receive(box, channel_for(box).parse(raw.encode()))
    assert received is not None
    html = camille.get(f"/conversations/{received.conversation_id}/").content.decode()
    assert "2 messages cités" in html
    received.flags = []
    received.save(update_fields=["flags"])
    assert "Messages cités</summary>" in camille.get(f"/conversations/{received.conversation_id}/").content.decode()
