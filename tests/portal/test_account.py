"""The account: the way in, what is a person's own, their data."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions.answering import Written, note, reply
from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Erasure
from comptoir.customers.models import Customer, Identity
from comptoir.orders.models import Order, OrderLine, Shipment, TrackingEvent
from comptoir.outbox.models import Mail
from tests import world
from tests.portal.conftest import Visitor

pytestmark = pytest.mark.django_db
BASE = "/s/maison-alba/account/"
CLAIRE = "claire.vasseur@orange.example"


@pytest.fixture(autouse=True)
def _shop(db: None) -> Iterator[None]:
    world.inbox("email")
    return


def ask(client: Client, email: str = CLAIRE) -> Any:
    return client.post(f"{BASE}signin/", {"email": email})


def code_of(mail: Mail) -> str:
    found = re.search(r"\b(\d{3}) (\d{3})\b", mail.text)
    assert found is not None
    return found[1] + found[2]


def sign_in(client: Client, email: str = CLAIRE) -> Client:
    ask(client, email)
    answer = client.post(f"{BASE}code/", {"code": code_of(Mail.objects.latest("pk"))})
    assert answer.status_code == 302
    return client


def test_a_code_opens_the_account_and_proves_the_address(client: Client) -> None:
    claire = world.claire()
    world.order(claire)
    assert client.get(BASE)["Location"] == f"{BASE}signin/"
    sign_in(client)
    page = client.get(BASE)
    assert "Bonjour Claire" in page.content.decode()
    assert "MA-24817" in page.content.decode()
    claire.refresh_from_db()
    assert claire.verified_at is not None
    assert page["Cache-Control"] == "no-store"
    cookie = page.cookies["portal_session"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (BASE, True, "Lax", 1800)


def test_nobody_learns_which_addresses_are_known(client: Client) -> None:
    world.claire()
    known, unknown = ask(client), ask(Client(), "inconnue@mail.example")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    pages = [one.get(f"{BASE}code/").content.decode() for one in (client, client)]
    assert pages[0].count("<form") == 1
    kinds = list(Mail.objects.order_by("pk").values_list("kind", "to"))
    assert kinds == [("account_code", CLAIRE), ("account_unknown", "inconnue@mail.example")]
    assert not Identity.objects.filter(value="inconnue@mail.example").exists()
    assert not re.search(r"\d{3} \d{3}", Mail.objects.latest("pk").text)


def test_a_code_is_good_once_in_its_own_browser(client: Client) -> None:
    world.claire()
    ask(client)
    code, note_ = code_of(Mail.objects.get()), client.cookies["portal_code"].value
    other = Client()
    assert other.post(f"{BASE}code/", {"code": code})["Location"] == f"{BASE}signin/"
    ask(other)
    assert other.post(f"{BASE}code/", {"code": code}).status_code == 422
    assert client.post(f"{BASE}code/", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    thief = Client()
    thief.cookies["portal_code"] = note_
    answer = thief.post(f"{BASE}code/", {"code": code})
    assert answer.status_code == 422
    assert "ne vaut plus" in answer.content.decode()
    assert thief.get(BASE).status_code == 302


def test_a_code_cannot_be_guessed(client: Client) -> None:
    world.claire()
    ask(client)
    code = code_of(Mail.objects.get())
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert client.post(f"{BASE}code/", {"code": wrong}).status_code == 422
    answer = client.post(f"{BASE}code/", {"code": code})
    assert answer.status_code == 422
    assert "ne vaut plus" in answer.content.decode()
    assert client.get(BASE).status_code == 302
    assert code not in client.cookies["portal_code"].value


def test_a_code_ends_after_ten_minutes_and_a_session_after_thirty(client: Client) -> None:
    world.claire()
    ask(client)
    code, now = code_of(Mail.objects.get()), __import__("time").time()
    with mock.patch("django.core.signing.time.time", return_value=now + 601):
        assert client.post(f"{BASE}code/", {"code": code})["Location"] == f"{BASE}signin/"
    sign_in(client)
    with mock.patch("django.core.signing.time.time", return_value=now + 1_700):
        assert client.get(BASE).status_code == 200  # and renewed
    with mock.patch("django.core.signing.time.time", return_value=now + 3_400):
        assert client.get(BASE).status_code == 200
    with mock.patch("django.core.signing.time.time", return_value=now + 5_300):
        assert client.get(BASE).status_code == 302


def test_codes_are_limited_by_address_and_by_network(client: Client) -> None:
    world.claire()
    answers = [ask(Client()).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert Mail.objects.count() == 5
    others = [ask(Client(), f"{number}@mail.example").status_code for number in range(20)]
    assert 429 in others
    assert Mail.objects.count() <= 20


def test_signing_out_and_another_shop(client: Client) -> None:
    world.claire()
    world.shop("rivage")
    sign_in(client)
    client.cookies["portal_session"]["path"] = "/"
    assert client.get("/s/rivage/account/").status_code == 302
    assert client.post(f"{BASE}signout/").status_code == 302
    assert client.get(BASE).status_code == 302


PAGES = [
    ("get", ""),
    ("get", "orders/MA-24817/"),
    ("get", "messages/{key}/"),
    ("post", "messages/{key}/"),
    ("get", "data/"),
    ("post", "data/download/"),
    ("post", "data/erase/"),
]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_a_stranger_is_sent_to_the_signin_and_nothing_changes(client: Client, method: str, path: str) -> None:
    world.order(world.claire())
    conversation = world.conversation()
    url = BASE + path.format(key=conversation.public_id)
    client.cookies["portal_session"] = "1.forged.token"
    answer = getattr(client, method)(url, {"text": "x", "step": "erase", "sure": "yes"})
    assert answer.status_code == 302
    assert answer["Location"].partition("?")[0] == f"{BASE}signin/"
    assert Message.objects.count() == 1
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(("method", "path"), PAGES[1:4])
def test_another_persons_orders_and_messages_do_not_exist(client: Client, method: str, path: str) -> None:
    world.order(world.claire())
    conversation = world.conversation(text="Secret de Claire")
    world.karim()
    sign_in(client, "karim.benali@free.example")
    answer = getattr(client, method)(BASE + path.format(key=conversation.public_id), {"text": "Intrus"})
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()
    assert Message.objects.count() == 1
    assert "MA-24817" not in client.get(BASE).content.decode()


def test_an_unproved_address_of_the_same_file_shows_nothing(client: Client) -> None:
    claire, karim = world.claire(), world.karim()
    world.order(karim, "MA-11111")
    Identity.objects.filter(pk=karim.pk).update(customer=claire.customer_id)  # an agent merged two files
    sign_in(client)
    assert "MA-11111" not in client.get(BASE).content.decode()
    assert client.get(f"{BASE}orders/MA-11111/").status_code == 404
    Identity.objects.filter(pk=karim.pk).update(verified_at=timezone.now())
    assert client.get(f"{BASE}orders/MA-11111/").status_code == 200


def test_an_order_of_the_same_number_in_another_shop_is_not_shown(client: Client) -> None:
    order = world.order(world.claire())
    Order.objects.filter(pk=order.pk).update(shop=world.shop("rivage"))
    sign_in(client)
    assert client.get(f"{BASE}orders/MA-24817/").status_code == 404


def test_an_order_tells_when_it_comes_and_how_it_came(client: Client) -> None:
    order, today = world.order(state="partly_shipped"), timezone.localdate()
    line = OrderLine.objects.create(order=order, title="Nappe", unit_price=9680, total=9680)
    parcel = Shipment.objects.create(
        order=order,
        carrier="Colissimo",
        number="6A123",
        state="delayed",
        url="javascript:alert(1)",
        shipped_at=timezone.now() - timedelta(days=3),
        promised_on=today - timedelta(days=1),
        estimated_on=today + timedelta(days=2),
    )
    parcel.lines.add(line)
    TrackingEvent.objects.create(shipment=parcel, occurred_at=timezone.now(), text="Reparti <b>vers</b> Lyon")
    sign_in(client)
    page = client.get(f"{BASE}orders/MA-24817/").content.decode()
    assert "<h1>Arrive " in page
    assert "au lieu de " in page
    assert "96,80" in page
    way = client.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    assert "Reparti &lt;b&gt;vers&lt;/b&gt; Lyon" in way
    assert "En retard de 3 jours" in way
    assert "javascript:" not in page + way


def test_messages_without_notes_and_an_answer_from_the_account(client: Client) -> None:
    conversation, camille = world.conversation(text="Où est mon colis ?"), world.camille()
    note(conversation, Written("<p>Cliente pénible</p>"), agent=camille)
    answer = reply(conversation, Written("<p>Il arrive.</p>"), agent=camille)
    sign_in(client)
    url = f"{BASE}messages/{conversation.public_id}/"
    assert "Il arrive." not in client.get(url).content.decode()  # still held: it may be undone
    Message.objects.filter(pk=answer.pk).update(delivery="sent")
    page = client.get(url).content.decode()
    assert "Il arrive." in page
    assert "Camille" in page
    assert "pénible" not in page + client.get(BASE).content.decode()
    pdf = SimpleUploadedFile("recu.pdf", b"%PDF-1.7 0000")
    given = {"text": "Merci <b>", "key": "k1", "documents": [pdf]}
    assert client.post(url, given).status_code == 302
    assert client.post(url, {"text": "Merci <b>", "key": "k1"}).status_code == 302
    written = conversation.messages.filter(text="Merci <b>").get()
    assert written.flags == []
    conversation.refresh_from_db()
    assert conversation.waiting_since is not None
    page = client.get(url).content.decode()
    assert "Merci &lt;b&gt;" in page
    link = re.search(r'href="([^"]+/files/[^"]+)"', page)
    assert link is not None
    download = client.get(link[1])
    assert b"".join(download.streaming_content) == b"%PDF-1.7 0000"
    assert download["Content-Disposition"].startswith("attachment")
    assert Client().get(link[1]).status_code == 302
    assert client.post(url, {"text": ""}).status_code == 422


def test_an_order_number_does_not_break_at_its_hyphen(client: Client) -> None:
    text = "Ma commande MA-24817, <i>voir</i> https://x.example/MA-24817 ; peut-être demain."
    conversation = world.conversation(text=text)
    sign_in(client)
    page = client.get(f"{BASE}messages/{conversation.public_id}/").content.decode()
    assert 'Ma commande <span class="nowrap">MA-24817</span>, &lt;i&gt;voir&lt;/i&gt; <a ' in page.replace("\n", " ")
    assert page.count('class="nowrap">') == 1


def test_a_chat_whose_answers_go_to_the_address_is_in_the_account(client: Client, visitor: Visitor) -> None:
    conversation = visitor.start("Bonjour du chat")
    visitor.post("identity", email=CLAIRE)
    sign_in(client)
    assert "Bonjour du chat" in client.get(f"{BASE}messages/{conversation.public_id}/").content.decode()


def test_data_are_taken_away_as_json(client: Client) -> None:
    world.order(world.claire())
    conversation = world.conversation(text="Mon message")
    note(conversation, Written("<p>Interne</p>"), agent=world.camille())
    sign_in(client)
    answer = client.post(f"{BASE}data/download/")
    held = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert held["customer"]["name"] == "Claire Vasseur"
    assert held["orders"][0]["number"] == "MA-24817"
    assert held["conversations"][0]["messages"][0]["text"] == "Mon message"
    assert "Interne" not in answer.content.decode()


def test_erasing_takes_two_steps_and_leaves_nothing(client: Client) -> None:
    claire = world.claire()
    claire.customer.street = "8 rue des Naudières"
    claire.customer.save()
    world.order(claire, address={"name": "Claire Vasseur", "street": "8 rue des Naudières"}, payment="Visa 4271")
    conversation = world.conversation(text="Appelez Claire au 06 12 34 56 78")
    reply(conversation, Written("<p>Bonjour Madame Vasseur</p>"), agent=world.camille())
    ask(Client())  # a code asked for and never used
    sign_in(client)
    client.post(f"{BASE}data/download/")
    assert client.post(f"{BASE}data/erase/", {"step": "ask"}).status_code == 200
    assert client.post(f"{BASE}data/erase/", {"step": "erase"}).status_code == 422
    assert not Erasure.objects.exists()
    answer = client.post(f"{BASE}data/erase/", {"step": "erase", "sure": "yes"})
    assert answer.status_code == 302
    assert "effacées" in client.get(answer["Location"]).content.decode()
    assert client.get(BASE).status_code == 302
    assert Customer.objects.get(pk=claire.customer_id).erased_at is not None
    for word in ("vasseur", "naudières", "06 12 34", "visa 4271", CLAIRE):
        assert remains(word) == [], word


def remains(word: str) -> list[str]:
    """The columns of the whole database in which a word still stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables "
            "USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND "
            "data_type IN ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'tsvector', 'bytea')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE position(lower(%s) in lower("{column}"::text)) > 0', [word]
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_a_forged_post_is_refused() -> None:
    world.claire()
    client = sign_in(Client())
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(f"{BASE}data/erase/", {"step": "erase", "sure": "yes"}).status_code == 403
    assert not Erasure.objects.exists()
    assert Conversation.objects.count() == 0


def test_a_long_account_asks_the_database_as_often_as_a_short_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    claire = world.claire()
    for number in range(12):
        order = world.order(claire, f"MA-{number}", state="shipped")
        line = OrderLine.objects.create(order=order, title="Nappe", unit_price=1, total=1)
        Shipment.objects.create(order=order, carrier="Colissimo", state="in_transit").lines.add(line)
        world.message(world.conversation(claire), "Merci")
    sign_in(client)
    with django_assert_max_num_queries(18):
        page = client.get(f"{BASE}?all=1").content.decode()
    assert page.count("Merci") == 12
    assert "MA-11" in page
