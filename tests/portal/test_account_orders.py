"""An order's pages: where it is, what may be done at its state, who is asked, what one allows."""

import gzip
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from comptoir.care.models import Case
from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Event
from comptoir.customers.models import Consent
from comptoir.orders.links import order_link, person_link
from comptoir.orders.models import Gesture, Order, OrderLine, Refund, Shipment, TrackingEvent
from tests import world

pytestmark = pytest.mark.django_db
BASE = "/s/maison-alba/account/"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
ADDRESS = {"name": "Claire Vasseur", "street": "3, rue Haute", "postcode": "44000", "city": "Nantes", "country": "FR"}


@pytest.fixture
def order(db: None) -> Order:
    """Claire's order, not shipped yet, in a shop that takes questions."""
    world.inbox("email")
    made = world.order(world.claire(), state="preparing", address=ADDRESS)
    OrderLine.objects.create(order=made, title="Nappe", unit_price=5_000, total=5_000, specification={"Matière": "lin"})
    return made


@pytest.fixture
def claire(client: Client, order: Order) -> Client:
    """Claire, signed in."""
    client.get("/s/" + person_link(order.identity, order.shop).partition("/s/")[2])
    return client


def parcel(order: Order, state: str, **more: Any) -> Shipment:
    made = Shipment.objects.create(order=order, carrier="Colissimo", number="6A1", state=state, **more)
    TrackingEvent.objects.create(shipment=made, occurred_at=timezone.now(), state=state, text="PLATEFORME 44")
    return made


def ask(client: Client, reason: str, key: str = "k1", **values: Any) -> Any:
    return client.post(f"{BASE}orders/MA-24817/help/{reason}/", {"key": key, **values})


def test_the_way_of_a_late_parcel_says_both_days_and_why(claire: Client, order: Order) -> None:
    today = timezone.localdate()
    late = parcel(order, "delayed", promised_on=today - timedelta(days=1), estimated_on=today + timedelta(days=2))
    page = claire.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    for words in ("En retard de 3 jours", "Pourquoi ce retard", "Votre colis prend du retard", "PLATEFORME 44"):
        assert words in page
    assert page.count('<li class="promised from gap') == 1
    file = claire.get(f"{BASE}orders/MA-24817/tracking/{late.pk}.ics")
    assert f"DTSTART;VALUE=DATE:{today + timedelta(days=2):%Y%m%d}\r\n" in file.content.decode()
    assert max(len(line) for line in file.content.split(b"\r\n")) <= 75
    Shipment.objects.update(state="delivered", delivered_at=timezone.now())
    assert claire.get(f"{BASE}orders/MA-24817/tracking/{late.pk}.ics").status_code == 404


def test_a_parcel_that_we_reckon_late_is_called_so_before_the_carrier_does(claire: Client, order: Order) -> None:
    today = timezone.localdate()
    parcel(order, "in_transit", promised_on=today, expected_on=today + timedelta(days=1), runs_late=True)
    page = claire.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    assert "c’est notre calcul" in page
    assert page.index("Ce que vous pouvez faire") < page.index("Son chemin")
    for other in ("", "orders/MA-24817/"):  # every page names the same day
        assert "au lieu de" in claire.get(BASE + other).content.decode()


def test_what_waits_at_the_relay_is_not_late_any_more(claire: Client, order: Order) -> None:
    past = timezone.localdate() - timedelta(days=2)
    kept = {"name": "Tabac", "until": f"{timezone.localdate() + timedelta(days=9)}"}
    waits = parcel(order, "available_for_pickup", promised_on=past, estimated_on=timezone.localdate(), relay=kept)
    Shipment.objects.update(runs_late=True)
    page = claire.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    assert "Gardé jusqu’au" in page
    for words in ("En retard", "Prend du retard", "Pourquoi ce retard", "estimé", "Noter dans mon agenda"):
        assert words not in page
    assert claire.get(f"{BASE}orders/MA-24817/tracking/{waits.pk}.ics").status_code == 404


def test_a_parcel_without_a_day_and_with_a_strange_relay_is_shown(claire: Client, order: Order) -> None:
    relay = {"name": "Tabac <b>", "hours": [1, None], "latitude": "x", "until": "demain"}
    parcel(order, "in_transit", relay=relay)
    page = claire.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    assert "pas encore donné de date" in page
    assert "Tabac &lt;b&gt;" in page
    assert "openstreetmap" not in page


def test_an_order_shows_specification_refund_and_its_day(claire: Client, order: Order) -> None:
    now = timezone.now()
    Refund.objects.create(order=order, external_id="r", amount=1_000, refunded_at=now)
    Refund.objects.create(order=order, external_id="f", amount=2_000, refunded_at=now, state="failed")
    page = claire.get(f"{BASE}orders/MA-24817/").content.decode()
    for words in ("Matière", "au plus tard", "Remboursement refusé"):
        assert words in page
    assert page.count("au plus tard") == 1


@pytest.mark.parametrize(
    ("state", "parcels", "expected"),
    [
        ("preparing", [], {"cancel", "address", "question"}),
        ("shipped", ["in_transit"], {"redirect", "transit", "question"}),
        ("shipped", ["out_for_delivery"], {"transit", "question"}),
        ("delivered", ["delivered"], {"not_received", "damaged", "question"}),
        ("partly_shipped", ["delivered", "in_transit"], {"redirect", "transit", "not_received", "damaged", "question"}),
        ("cancelled", [], {"question"}),
    ],
)
def test_what_may_be_done_follows_the_state(
    claire: Client, order: Order, state: str, parcels: list[str], expected: set[str]
) -> None:
    Order.objects.update(state=state)
    for one in parcels:
        parcel(order, one)
    offered = claire.get(f"{BASE}orders/MA-24817/").content.decode()
    every = {"cancel", "address", "redirect", "transit", "not_received", "damaged", "question"}
    assert {reason for reason in every if f"/help/{reason}/" in offered} == expected
    assert {
        reason for reason in every if claire.get(f"{BASE}orders/MA-24817/help/{reason}/").status_code == 200
    } == expected


def test_a_cancellation_is_one_conversation_and_one_act_that_waits_for_an_agent(claire: Client, order: Order) -> None:
    first, second = ask(claire, "cancel"), ask(claire, "cancel")
    assert first["Location"] == second["Location"]
    assert "L’équipe a votre demande" in claire.get(first["Location"]).content.decode()
    conversation, act = Conversation.objects.get(), Gesture.objects.get()
    assert conversation.subject == "Annuler la commande · MA-24817"
    assert conversation.order_links.get().proved
    assert (act.verb, act.state, act.agent, act.conversation_key) == ("cancel", "proposed", None, conversation.pk)
    order.refresh_from_db()
    assert order.state == "preparing"
    assert Event.objects.get(verb="gesture.proposed").actor_kind == "customer"
    queues = [world.client_for(who).get("/gestures/").content.decode() for who in (world.camille(), world.reader())]
    assert ["À regarder" in queue for queue in queues] == [True, False]  # it is shown to those who may answer it
    ask(claire, "cancel", key="k2", text="Encore moi")
    assert (Conversation.objects.count(), Message.objects.filter(kind="customer").count()) == (1, 2)


def test_a_corrected_address_is_asked_for_and_changes_nothing_by_itself(claire: Client, order: Order) -> None:
    given = ADDRESS | {"street": "5, rue Basse"}
    assert ask(claire, "address", **(given | {"street": ""})).status_code == 422
    assert ask(claire, "address", **given).status_code == 302
    act = Gesture.objects.get()
    assert (act.verb, act.request["address"]["street"]) == ("edit_address", "5, rue Basse")
    assert "5, rue Basse" in Message.objects.get(kind="customer").text
    order.refresh_from_db()
    assert order.address == ADDRESS


def test_not_received_opens_the_parcels_case_with_the_conversation(claire: Client, order: Order) -> None:
    Order.objects.update(state="delivered")
    parcel(order, "delivered", delivered_at=timezone.now())
    ask(claire, "not_received")
    case = Case.objects.get()
    assert (case.kind, case.conversation) == ("contested", Conversation.objects.get())
    assert "reason:not_received" in Message.objects.get(kind="customer").flags


def test_a_parcel_under_way_may_be_led_elsewhere_by_who_is_proved(claire: Client, client: Client, order: Order) -> None:
    Order.objects.update(state="shipped")
    parcel(order, "in_transit", url="https://colissimo.example/6A1")
    page = claire.get(f"{BASE}orders/MA-24817/help/redirect/").content.decode()
    assert 'href="https://colissimo.example/6A1" target="_blank" rel="noopener noreferrer"' in page
    Shipment.objects.update(carrier="Coursier du coin")
    assert "colissimo.example" not in claire.get(f"{BASE}orders/MA-24817/help/redirect/").content.decode()
    for wrong in ("", "moon"):
        assert ask(claire, "redirect", wish=wrong, text="x").status_code == 422
    assert ask(claire, "redirect", wish="relay", text="").status_code == 422
    assert not Message.objects.exists()
    assert ask(claire, "redirect", wish="relay", text="Tabac Nantes").status_code == 302
    assert Message.objects.get(kind="customer").text == "Un point de retrait\n\nTabac Nantes"
    claire.logout()
    client.get("/s/" + order_link(order).partition("/s/")[2])
    assert ask(client, "redirect", "k2", wish="relay", text="Chez moi")["Location"].startswith(f"{BASE}signin/")


def test_damaged_takes_photos_and_nothing_else(claire: Client, order: Order) -> None:
    Order.objects.update(state="delivered")
    line = order.lines.get()
    bad = SimpleUploadedFile("photo.png", b"<script>", content_type="image/png")
    assert ask(claire, "damaged", text="Cassé", documents=bad).status_code == 422
    good = SimpleUploadedFile("photo.png", PNG, content_type="image/png")
    assert ask(claire, "damaged", text="Cassé", lines=[line.pk], documents=good).status_code == 302
    message = Message.objects.get(kind="customer")
    assert message.text == "Nappe\n\nCassé"
    assert message.attachments.count() == 1
    assert ask(claire, "damaged", key="k9", text="x", lines=[line.pk + 999]).status_code == 422


def test_who_holds_a_link_may_ask_and_is_marked_and_sees_no_thread(client: Client, order: Order) -> None:
    client.get("/s/" + order_link(order).partition("/s/")[2])
    answer = ask(client, "question", text="Quand ?")
    assert answer.status_code == 302
    assert "unproved_sender" in Message.objects.get(kind="customer").flags
    conversation = Conversation.objects.get()
    assert client.get(f"{BASE}messages/{conversation.public_id}/").status_code == 302
    assert client.get(f"{BASE}orders/MA-24817/asked/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"{BASE}orders/MA-24817/following/", {"follow": "no"}).status_code == 302
    assert not Consent.objects.exists()


def test_nobody_asks_about_anothers_order(claire: Client, order: Order) -> None:
    world.order(world.karim(), "MA-9", state="preparing")
    for path in ("", "tracking/", "help/cancel/", "help/question/"):
        assert claire.get(f"{BASE}orders/MA-9/{path}").status_code == 404
    assert claire.post(f"{BASE}orders/MA-9/help/cancel/", {"key": "k"}).status_code == 404
    assert claire.post(f"{BASE}orders/MA-9/following/", {"follow": "no"}).status_code == 404
    assert not Conversation.objects.exists()
    assert not Gesture.objects.exists()


def test_profile_and_preferences(claire: Client, order: Order) -> None:
    claire.post(f"{BASE}profile/", {"name": "Claire V.", "language": "de", "city": "Nantes"})
    customer = world.claire().customer
    assert (customer.name, customer.language, customer.city) == ("Claire V.", "de", "Nantes")
    assert claire.post(f"{BASE}profile/", {"language": "xx"}).status_code == 422
    claire.post(f"{BASE}preferences/", {"orders-email": "yes", "news-email": "yes"})
    claire.post(f"{BASE}preferences/", {"orders-email": "yes", "news-email": "yes"})
    given = Consent.objects.get()
    assert (given.purpose, given.channel, given.given, given.form) == ("news", "email", True, "account")
    assert "offres" in given.text
    page = claire.get(f"{BASE}preferences/").content.decode()
    assert "Accord donné" in page
    claire.post(f"{BASE}preferences/", {"stop": "yes", "news-email": "yes"})
    assert list(Consent.objects.values_list("purpose", "given")) == [("news", True), ("news", False)]
    claire.post(f"{BASE}orders/MA-24817/following/", {"follow": "no"})
    assert "Arrêté" in claire.get(f"{BASE}orders/MA-24817/tracking/").content.decode()
    assert "Arrêter" in Consent.objects.latest("pk").text  # the words of the button, as proof


@pytest.mark.parametrize("language", ["pl", "pt", "sv"])
def test_the_names_of_days_fit_their_columns(claire: Client, order: Order, language: str) -> None:
    today = timezone.localdate()
    parcel(order, "delayed", promised_on=today - timedelta(days=1), estimated_on=today + timedelta(days=5))
    page = claire.get(f"{BASE}orders/MA-24817/tracking/?lang={language}").content.decode()
    names = re.findall(r"<li[^>]*>([^<]+)<span class=\"n\">", page)
    assert len(set(names)) == 7
    assert max(map(len, names)) <= 4


@pytest.mark.parametrize("path", ["", "orders/MA-24817/", "orders/MA-24817/tracking/"])
@pytest.mark.parametrize("language", ["fr", "de", "pl"])
def test_the_first_load_of_two_parcels_is_light(claire: Client, order: Order, path: str, language: str) -> None:
    """What a phone that was never here is sent: the page as the server packs it, its styles, the core of both faces and the letters
    of Polish."""
    for number in ("6A1", "6A2"):
        row = parcel(order, "delayed", promised_on=timezone.localdate() - timedelta(days=1))
        for hours in range(1, 9):
            at = timezone.now() - timedelta(hours=hours * 7)
            TrackingEvent.objects.create(
                shipment=row, occurred_at=at, state="in_transit", text=f"PLATEFORME {number} {hours}", place="Nantes"
            )
    answer = claire.get(f"{BASE}{path}?lang={language}", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    linked = re.findall(r'<(?:link|img|script)[^>]+(?:href|src)="/static/([^"]+)"', page)
    assert {"ui/shopper.css", "portal/portal.css"} <= set(linked)
    files = {name: Path(str(finders.find(name))).read_bytes() for name in linked}
    parts = ("core", "polish") if language == "pl" else ("core",)
    names = [f"ui/fonts/{face}-{part}.woff2" for face in ("inter", "newsreader") for part in parts]
    faces = sum(Path(str(finders.find(name))).stat().st_size for name in names)
    theme = claire.get("/s/maison-alba/theme.css").content
    weight = len(answer.content) + sum(len(gzip.compress(text)) for text in [theme, *files.values()]) + faces
    assert weight < 57_000  # three kB are left for the heads of some ten answers
    styles = files["ui/shopper.css"].decode()
    held = " ".join(re.findall(rf"inter-(?:{'|'.join(parts)})\.woff2.*?unicode-range: ([^;]+);", styles))
    core = {
        code for first, last in re.findall(r"U\+(\w+)(?:-(\w+))?", held)
        for code in range(int(first, 16), int(last or first, 16) + 1)
    }  # fmt: skip
    assert {letter for letter in page if ord(letter) not in core} <= set("\n\r\t\u202f")
