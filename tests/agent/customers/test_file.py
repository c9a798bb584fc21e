"""A customer's file: what it shows, what is written on it, and the way back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.agent.customers.history import History, Place
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.channels import channel_for
from comptoir.core.actors import Actor
from comptoir.core.models import Event
from comptoir.customers import actions
from comptoir.customers.models import Customer, CustomerNote, Identity
from comptoir.orders.models import Order, Refund, Shipment, TrackingEvent
from tests import world

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def browser() -> Client:
    return world.client_for(world.camille())


def file() -> Customer:
    """Claire, with a waiting conversation, an order, its parcel and a refund."""
    claire = world.claire()
    world.conversation(claire, text="Où est mon colis ?")
    order = world.order(claire, payment="Visa 4271")
    order.lines.create(title="Serviettes lin « Sauge »", quantity=4, unit_price=1700, total=6800)
    parcel = Shipment.objects.create(order=order, carrier="Mondial Relay", number="88301264", relay={"name": "Tabac"})
    at = timezone.now() - timedelta(days=4)
    TrackingEvent.objects.create(shipment=parcel, occurred_at=at, state="available_for_pickup", text="Au relais")
    TrackingEvent.objects.create(shipment=parcel, occurred_at=at, state="in_transit", text="En route")
    Refund.objects.create(order=order, external_id="r", amount=2490, reason="Casse", refunded_at=timezone.now())
    return claire.customer


def post(client: Client, url: str, data: dict[str, Any] | None = None) -> Any:
    return client.post(url, data or {}, **FRAGMENT)


def test_the_file_shows_what_exists() -> None:
    customer = file()
    text = browser().get(f"/customers/{customer.pk}/").content.decode()
    for words in ("Claire Vasseur", "claire.vasseur@orange.example", "MA-24817", "71,90", "Colis introuvable", "Tabac"):
        assert words in text.replace("\xa0", " ")
    assert "Tout 4" in text
    assert "En route" not in text  # a step, not a milestone


def test_a_customer_with_3000_orders_costs_as_much_as_one_with_three() -> None:
    claire, shop = world.claire(), world.shop()
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(
            shop=shop,
            identity=claire,
            external_id=str(n),
            number=f"MA-{n}",
            total=1000,
            placed_at=now - timedelta(hours=n),
        )
        for n in range(3000)
    )
    parcels = Shipment.objects.bulk_create(Shipment(order=order, carrier="Colissimo") for order in orders)
    TrackingEvent.objects.bulk_create(
        TrackingEvent(shipment=parcel, occurred_at=parcel.order.placed_at, state="delivered", text="Livré")
        for parcel in parcels
    )
    client = browser()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(f"/customers/{claire.customer_id}/")
    assert "Tout 6000" in answer.content.decode()
    assert len(queries) <= 47
    assert len(answer.content) < 80_000


def test_the_history_is_paged_without_a_gap_or_a_double() -> None:
    customer = file()
    same = timezone.now() - timedelta(days=30)
    for n in range(40):
        world.order(world.claire(), f"MA-{n:05}", placed_at=same if n < 20 else same - timedelta(days=n))
    history = History(world.camille(), customer)
    everything = history.page("", size=1000).entries
    seen: list[tuple[str, int]] = []
    after = None
    while True:
        page = history.page("", after=after, size=7)
        seen += [(entry.kind, entry.row.pk) for entry in page.entries]
        if page.more is None:
            break
        after = Place.read(str(page.more))
    assert seen == [(entry.kind, entry.row.pk) for entry in everything]
    assert len(seen) == len(set(seen)) == 44


@pytest.mark.parametrize("text", ["", "x", "2026-01-01~order~1", "2026-01-01T00:00:00+00:00~table~1", "~~", "9~9~9"])
def test_a_place_that_nobody_wrote_is_none(text: str) -> None:
    assert Place.read(text) is None


def test_filters_show_one_kind() -> None:
    customer = file()
    text = browser().get(f"/customers/{customer.pk}/history/?kind=orders", **FRAGMENT).content.decode()
    assert "Commande MA-24817" in text
    assert "Remboursement" in text
    assert "Colis introuvable" not in text


def test_fields_are_edited_and_the_edit_is_undone() -> None:
    customer = file()
    client = browser()
    fields = {"name": "Claire Vasseur-Morel", "city": "Rezé", "language": "fr", "country": "FR"}
    answer = post(client, f"/customers/{customer.pk}/details/", fields)
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Claire Vasseur-Morel", "Rezé")
    event = Event.objects.get(verb="customer.edited")
    undo = f"/customers/{customer.pk}/details/{event.pk}/undo/"
    assert undo in answer.headers["HX-Trigger"]
    assert post(client, undo).status_code == 204
    customer.refresh_from_db()
    assert (customer.name, customer.city) == ("Claire Vasseur", "")
    post(client, undo)  # a second time undoes nothing more
    assert Event.objects.filter(verb="customer.edited").count() == 2


def test_an_edit_that_changes_nothing_records_nothing() -> None:
    customer = file()
    post(browser(), f"/customers/{customer.pk}/details/", {"name": customer.name, "language": "fr"})
    assert Event.objects.filter(verb="customer.edited").count() == 0


def test_an_address_and_a_phone_are_added_in_their_own_form() -> None:
    customer = file()
    client = browser()
    assert post(client, f"/customers/{customer.pk}/emails/", {"value": " C.Vasseur@Gmail.example "}).status_code == 200
    assert post(client, f"/customers/{customer.pk}/phones/", {"value": "06 41 88 20 75"}).status_code == 200
    values = set(customer.identities.values_list("kind", "value"))
    assert {("email", "c.vasseur@gmail.example"), ("phone", "+33641882075")} <= values


@pytest.mark.parametrize(("kind", "value"), [("phones", "12"), ("emails", "claire@"), ("emails", "")])
def test_what_is_no_address_is_refused_in_words(kind: str, value: str) -> None:
    customer = file()
    answer = post(browser(), f"/customers/{customer.pk}/{kind}/", {"value": value})
    assert answer.status_code == 422
    assert customer.identities.count() == 1


def test_an_address_of_somebody_else_stays_theirs() -> None:
    world.conversation(world.karim())
    customer = file()
    answer = post(browser(), f"/customers/{customer.pk}/emails/", {"value": "karim.benali@free.example"})
    assert answer.status_code == 422
    assert "Karim Benali" in answer.content.decode()
    assert Identity.objects.get(value="karim.benali@free.example").customer.name == "Karim Benali"


def test_an_address_is_blocked_and_let_in_again() -> None:
    customer = file()
    identity = customer.identities.get()
    client = browser()
    url = f"/customers/{customer.pk}/identities/{identity.pk}/block/"
    assert "bloquée" in post(client, url, {"blocked": "1"}).content.decode()
    identity.refresh_from_db()
    assert identity.blocked_at
    post(client, url, {"blocked": "0"})
    identity.refresh_from_db()
    assert identity.blocked_at is None


def test_tags_come_and_go() -> None:
    customer = file()
    client = browser()
    post(client, f"/customers/{customer.pk}/tags/", {"name": "VIP"})
    tag = customer.tags.get()
    post(client, f"/customers/{customer.pk}/tags/{tag.pk}/removal/")
    assert customer.tags.count() == 0


def test_notes_come_and_go() -> None:
    customer = file()
    client = browser()
    assert (
        "Tient une table"
        in post(client, f"/customers/{customer.pk}/notes/", {"text": "Tient une table"}).content.decode()
    )
    note = customer.notes.get()
    assert note.agent == world.camille()
    post(client, f"/customers/{customer.pk}/notes/{note.pk}/removal/")
    assert CustomerNote.objects.count() == 0
    assert post(client, f"/customers/{customer.pk}/notes/", {"text": "  "}).status_code == 422


def test_markup_in_names_and_notes_is_text() -> None:
    customer = file()
    actions.edit(customer, {"name": "<script>alert(1)</script>"}, actor=Actor.of(world.camille()))
    actions.add_note(customer, "<img src=x onerror=alert(1)>", agent=world.camille())
    text = browser().get(f"/customers/{customer.pk}/").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_the_list_is_paged_and_searched() -> None:
    file()
    for n in range(60):
        who = actions.identify("email", f"client{n}@example.org", name=f"Hélène Quéré {n}")
        world.order(who, f"MA-7{n:04}")
    client = browser()
    with CaptureQueriesContext(connection) as queries:
        first = client.get("/customers/").content.decode()
    assert len(queries) <= 12
    assert first.count('class="person"') == 50
    assert "before=" in first
    assert client.get("/customers/?q=helene").content.decode().count('class="person"') == 50
    assert client.get("/customers/?q=quere 59").content.decode().count('class="person"') == 1
    assert "Claire Vasseur" in client.get("/customers/?q=vasseur claire").content.decode()
    assert "Claire Vasseur" in client.get("/customers/?q=orange.example").content.decode()
    assert "Personne de ce nom" in client.get("/customers/?q=zzzz").content.decode()


def test_an_empty_list_says_what_will_come() -> None:
    assert "aura sa fiche ici" in browser().get("/customers/").content.decode()


def test_an_agent_who_reads_english_gets_english() -> None:
    customer = file()
    camille = world.camille()
    camille.language = "en"
    camille.save(update_fields=["language"])
    client = world.client_for(camille)
    text = client.get(f"/customers/{customer.pk}/").content.decode()
    for words in ("Orders", "Add an address", "To keep in mind", "Order MA-24817", "€71.90", "average order"):
        assert words in text
    for words in ("Commandes", "Ajouter", "dépensés"):
        assert words not in text
    assert "All customers" not in client.get("/customers/?q=zzzz").content.decode()
    assert "Nobody of that name" in client.get("/customers/?q=zzzz").content.decode()


def test_writing_to_a_customer_begins_with_their_address() -> None:
    customer = file()
    client = browser()
    assert f"?customer={customer.pk}" in client.get(f"/customers/{customer.pk}/").content.decode()
    assert "claire.vasseur@orange.example" in client.get(f"/conversations/new/?customer={customer.pk}").content.decode()
    otto = world.client_for(world.stranger())
    assert "claire.vasseur" not in otto.get(f"/conversations/new/?customer={customer.pk}").content.decode()


def test_the_history_hears_of_what_others_do() -> None:
    customer = file()
    client = browser()
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert f'id="customer-history" aria-label="Histoire" data-live="customer:{customer.pk}"' in page
    box = world.inbox()
    raw = b"From: claire.vasseur@orange.example\nSubject: Une nappe\n\nBonjour"
    assert receive(box, channel_for(box).parse(raw)) is not None
    received = Event.objects.filter(verb="message.received").latest("pk")
    assert f"customer:{customer.pk}" in received.topics
    assert f"shop:{box.shop_id}" in received.audiences
    assert "Une nappe" in client.get(f"/customers/{customer.pk}/history/", **FRAGMENT).content.decode()
    stranger = world.client_for(world.stranger())
    assert stranger.get(f"/customers/{customer.pk}/history/", **FRAGMENT).status_code == 404


@pytest.mark.parametrize(("shown", "entries"), [("45", 45), ("-1", 30), ("x", 30), ("9999999999", 46)])
def test_a_refreshed_history_is_as_long_as_it_was(shown: str, entries: int) -> None:
    customer = file()
    CustomerNote.objects.bulk_create(
        CustomerNote(customer=customer, text=f"Note {n}", agent=world.camille()) for n in range(42)
    )
    text = browser().get(f"/customers/{customer.pk}/history/?shown={shown}", **FRAGMENT).content.decode()
    assert text.count('class="tl"') == entries
