"""The parcels' pages through the console's door: the queue, changes to many and back, incidents, wishes, strangers."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.care.actions.cases import open_case
from comptoir.care.models import Case, CaseChange, CaseKind, Incident, Wish
from comptoir.conversations.models import Message, Task
from comptoir.core.actors import SYSTEM
from comptoir.customers.actions import identify
from comptoir.orders.models import CarrierCode, Shipment
from tests import world
from tests.untouched import untouched
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def parcel(number: str, state: str = "delayed", **more) -> Shipment:
    who = identify("email", f"c{number}@example.org", name=f"Client {number}")
    values = {
        "shipped_at": NOW - timedelta(days=4),
        "promised_on": NOW.date(),
        "scanned_at": NOW - timedelta(days=3),
    } | more
    return Shipment.objects.create(
        order=world.order(who, f"MA-{number}"), carrier="Colissimo", number=f"6A{number}", state=state, **values
    )


def case(number: str, kind: str = CaseKind.LATE, **more) -> Case:
    found = open_case(parcel(number, **more), kind, actor=SYSTEM)
    assert found is not None
    return found


@pytest.fixture
def page() -> Client:
    world.inbox()
    return world.client_for(world.camille())


def toast(answer) -> dict:
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def test_the_queue_says_what_is_wrong_and_who_knows(page) -> None:
    case("1")
    case("2", CaseKind.RETURNING)
    parcel("3", "in_transit")
    text = page.get("/parcels/").content.decode()
    for words in (
        "MA-1",
        "MA-2",
        "Retour à l’expéditeur",
        "Sans scan, 3\xa0j",
        "À confirmer",
        "À traiter 2",
        "En route 3",
    ):
        assert words in text
    assert "MA-3" not in text
    english = world.client_for(world.camille(), headers={"Accept-Language": "en"}).get("/parcels/")
    assert english.status_code == 200


def test_under_way_delivered_claims_carriers_and_numbers(page) -> None:
    parcel("3", "in_transit", runs_late=True, expected_on=NOW.date() + timedelta(days=2))
    parcel("4", "delivered", delivered_at=NOW)
    assert "Prend du retard" in page.get("/parcels/?tab=moving&late=1").content.decode()
    assert "MA-4" in page.get("/parcels/?tab=delivered").content.decode()
    assert "MA-3" in page.get("/parcels/?tab=moving&q=6a3").content.decode()
    assert "Aucun colis ne correspond" in page.get("/parcels/?tab=moving&carrier=DPD").content.decode()
    for odd in ("/parcels/?tab=claims", "/parcels/?tab=x&from=-1&q=%00", "/parcels/?from=99999999999"):
        assert page.get(odd).status_code == 200


def test_the_queue_asks_few_questions(page) -> None:
    for number in range(30):
        case(str(number))
    with CaptureQueriesContext(connection) as queries:
        page.get("/parcels/")
    assert len(queries) <= 24


def test_many_are_written_to_and_taken_back(page) -> None:
    keys = [case(str(number)).pk for number in range(3)]
    answer = page.post("/parcels/changes/", {"change": "write", "case": keys}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, toast(answer)["text"], Message.objects.count()) == (204, "3 clients prévenus.", 3)
    again = page.post("/parcels/changes/", {"change": "write", "case": keys}, HTTP_HX_REQUEST="true")
    assert "Les autres le savent déjà" in toast(again)["text"]
    back = page.post(toast(answer)["undo"], HTTP_HX_REQUEST="true")
    assert (toast(back)["text"], Message.objects.count()) == ("3 cas remis comme avant.", 0)
    assert set(Case.objects.values_list("letter", flat=True)) == {"proposed"}


@pytest.mark.parametrize("change", ["take", "call", "claim", "close"])
def test_each_change_and_its_undoing(page, change: str) -> None:
    key = case("1").pk
    before = Case.objects.values("owner", "closed_at", "claimed_at").get()
    answer = page.post("/parcels/changes/", {"change": change, "case": [key]}, HTTP_HX_REQUEST="true")
    assert (Case.objects.values("owner", "closed_at", "claimed_at").get() != before) != (change == "call")
    page.post(toast(answer)["undo"], HTTP_HX_REQUEST="true")
    assert (Case.objects.values("owner", "closed_at", "claimed_at").get(), Task.objects.count()) == (before, 0)


def test_a_delivered_parcel_is_contested(page) -> None:
    row = parcel("4", "delivered", delivered_at=NOW)
    page.post(f"/parcels/{row.pk}/contest/", HTTP_HX_REQUEST="true")
    assert Case.objects.get().kind == "contested"


def test_an_incident_is_chosen_counted_told_and_closed(page) -> None:
    for number in range(3):
        parcel(str(number))
    parcel("9", "in_transit")
    values = {"name": "Grève", "shop": world.shop().pk, "carrier": "Colissimo", "state": ["delayed"], "silent": "24",
              "subject_fr": "Grève", "body_fr": "Bonjour, {{ order.number }} attend."}  # fmt: skip
    assert "3 colis correspondent" in page.post("/parcels/incidents/new/", values | {"count": "1"}).content.decode()
    assert page.post("/parcels/incidents/new/", values | {"open": "1"}).status_code == 302
    made = Incident.objects.get()
    assert "Prévenir 3 clients" in page.get(f"/parcels/incidents/{made.pk}/").content.decode()
    page.post(f"/parcels/incidents/{made.pk}/telling/")
    run_jobs()
    assert list(Message.objects.values_list("subject", flat=True)) == ["Grève"] * 3
    assert "3 clients prévenus" in page.get("/parcels/").content.decode()
    page.post(f"/parcels/incidents/{made.pk}/closure/")
    assert (Case.objects.filter(closed_at=None).count(), Incident.objects.get().closed_at is not None) == (0, True)


def test_the_house_says_who_writes_first(page) -> None:
    owner = world.client_for(world.owner())
    CarrierCode.objects.create(vendor="laposte", code="ZZ9", seen=4)
    assert "laposte ZZ9" in owner.get("/settings/parcels/").content.decode()
    assert owner.get("/settings/parcels/late/").status_code == 200
    wrong = owner.post("/settings/parcels/late/", {"mode": "send", "subject_fr": "x", "body_fr": "{{ order.nombre }}"})
    assert (wrong.status_code, Wish.objects.count()) == (422, 0)
    owner.post("/settings/parcels/late/", {"mode": "send", "subject_fr": "Retard", "body_fr": "{{ order.number }}"})
    kept = Wish.objects.get()
    assert (kept.mode, kept.texts) == ("send", {"fr": {"subject": "Retard", "body": "{{ order.number }}"}})
    assert owner.get("/settings/parcels/none/").status_code == 404


def addresses() -> list[tuple[str, str, dict]]:
    one = case("1")
    made = Incident.objects.create(shop=world.shop(), name="Grève", began_at=NOW)
    Case.objects.update(incident=made)
    done = CaseChange.objects.create(agent=world.lead(), change="close", before={str(one.pk): 1})
    values = {"change": "close", "case": [one.pk]}
    return [
        ("get", f"/parcels/incidents/{made.pk}/", {}),
        ("post", f"/parcels/incidents/{made.pk}/telling/", {}),
        ("post", f"/parcels/incidents/{made.pk}/closure/", {}),
        ("post", f"/parcels/{one.shipment_id}/contest/", {}),
        ("post", f"/parcels/changes/{done.pk}/undo/", {}),
        ("post", "/parcels/changes/", values),
        ("get", "/settings/parcels/", {}),
        ("post", "/settings/parcels/late/", {"mode": "send"}),
    ]


@pytest.mark.parametrize("who", [world.stranger, world.reader])
def test_who_may_not_changes_nothing(page, who) -> None:
    listed = addresses()
    client = world.client_for(who())
    with untouched():
        for method, url, values in listed:
            if who is world.reader and method == "get":
                continue
            answer = getattr(client, method)(url, values, HTTP_HX_REQUEST="true")
            assert answer.status_code in (403, 404) or url == "/parcels/changes/", url
    assert "MA-1" not in world.client_for(world.stranger()).get("/parcels/").content.decode()


def test_nobody_signed_in_sees_none() -> None:
    assert Client().get("/parcels/").status_code == 302
