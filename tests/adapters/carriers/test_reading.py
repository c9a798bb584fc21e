"""Carriers' answers: every table, the captured ones, and whatever bytes come."""

import base64
import hashlib
import hmac
import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from comptoir.adapters.carriers import simulator
from comptoir.config.adapters import ADAPTERS
from comptoir.ports import registry
from comptoir.ports.parcels import ParcelState as S
from tests.adapters.hostile import mangled

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "webhooks" / "tracking"
captured = pytest.mark.skipif(not SHARED.is_dir(), reason="the captured payloads of ../shared/data are not here")
ASKED = ["laposte", "dhl", "ups", "fedex", "gls", "bpost", "hermes", "asendia"]


def carrier(name: str, **settings: str):
    return registry.get("carrier", name)(settings)


def karrio() -> list[tuple[str, Path, dict]]:
    index = json.loads((SHARED / "INDEX.json").read_text()) if SHARED.is_dir() else []
    told = [(each["file"], each.get("expect", {})) for each in index if each["file"].startswith("karrio_")]
    return [(next(one for one in ASKED if one in name), SHARED / name, expect) for name, expect in told]


@captured
@pytest.mark.parametrize(("name", "path", "expect"), karrio(), ids=lambda value: getattr(value, "name", None))
def test_captured_answers_are_read_as_a_second_reader_reads_them(name, path, expect) -> None:
    told = carrier(name).parse(path.read_bytes())
    parsed, _refused = expect.get("parsed", [[], []])
    if not parsed:
        assert (told.parcels, bool(told.problem or told.unknown)) == ((), True)
        return
    for found, theirs in zip(told.parcels, parsed, strict=True):
        assert found.number == theirs["tracking_number"]
        assert str(found.estimated_on or "") == theirs.get("estimated_delivery", "")
        ours = {(step.code, str(step.occurred_at.date()), step.text) for step in found.events}
        assert ours == {(step["code"], step["date"], step["description"]) for step in theirs["events"]}
        spots = {step.place for step in found.events if step.place}
        assert spots == {step["location"] for step in theirs["events"] if step.get("location")}
    assert told.codes == ()


LAPOSTE = {
    "DR1": "announced", "DR2": "delayed", "PC1": "accepted", "PC2": "accepted", "ET1": "in_transit", "ET2": "in_transit",
    "ET3": "in_transit", "ET4": "in_transit", "EP1": "in_transit", "DO1": "customs", "DO2": "in_transit",
    "DO3": "customs", "PB1": "exception", "PB2": "in_transit", "MD2": "out_for_delivery", "ND1": "attempt_failed",
    "AG1": "available_for_pickup", "RE1": "returning", "DI0": "delivered", "DI1": "delivered", "DI2": "returned",
    "DI3": "unknown", "ID0": "unknown",
}  # fmt: skip


def laposte(*codes: str, **more: object) -> bytes:
    events = [
        {"code": code, "label": code, "date": f"2026-11-{20 - at:02}T09:00:00+01:00"} for at, code in enumerate(codes)
    ]
    shipment = {"idShip": "6A1842", "product": "colissimo", "isFinal": False, "event": events} | more
    return json.dumps({"returnCode": 200, "shipment": shipment}).encode()


@pytest.mark.parametrize(("code", "state"), LAPOSTE.items())
def test_each_code_of_la_poste(code: str, state: str) -> None:
    told = carrier("laposte").parse(laposte(code))
    assert (told.parcels[0].state, told.codes) == (state, ())


def test_a_code_that_no_table_names_is_kept_reported_and_changes_nothing() -> None:
    told = carrier("laposte").parse(laposte("ZZ9", "MD2", "ET1"))
    assert (told.parcels[0].state, told.codes) == ("out_for_delivery", ("ZZ9",))
    assert next((step.code, step.state) for step in told.parcels[0].events) == ("ZZ9", "unknown")


def test_la_poste_answers_a_list_and_says_of_each_number_whether_it_knows_it() -> None:
    known, missing = json.loads(laposte("DI1")), {"returnCode": 404, "returnMessage": "Inconnu", "idShip": "6A0"}
    told = carrier("laposte").parse(json.dumps([known, missing]).encode())
    assert ([each.number for each in told.parcels], told.unknown) == (["6A1842"], ("6A0",))
    assert told.parcels[0].delivered_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert carrier("laposte").parse(b"<html>Not found</html>").problem
    assert carrier("laposte").parse(json.dumps({"returnCode": 401, "returnMessage": "Clé"}).encode()).problem == "Clé"


def test_la_poste_tells_an_estimate_the_carrier_and_where_it_goes() -> None:
    more = {
        "estimDate": "2026-11-25T00:00:00+01:00",
        "product": "Chronopost 13",
        "contextData": {"arrivalCountry": "BE"},
    }
    found = carrier("laposte").parse(laposte("ET1", **more)).parcels[0]
    assert (found.carrier, found.estimated_on, found.destination) == ("Chronopost", date(2026, 11, 25), "BE")


def tracking(tag: str, **more: object) -> dict:
    return {"tracking_number": "LX1", "slug": "dpd", "tag": tag, "checkpoints": []} | more


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (tracking("Pending"), "announced"), (tracking("InfoReceived"), "announced"), (tracking("InTransit"), "in_transit"),
        (tracking("OutForDelivery"), "out_for_delivery"), (tracking("AttemptFail"), "attempt_failed"),
        (tracking("Delivered"), "delivered"), (tracking("AvailableForPickup"), "available_for_pickup"),
        (tracking("Exception"), "exception"), (tracking("Expired"), "unknown"), (tracking("Nouveau"), "unknown"),
        (tracking("Exception", subtag="Exception_011"), "returned"), (tracking("Exception", subtag="Exception_013"), "lost"),
        (tracking("Exception", subtag="Exception_099"), "exception"),
        (tracking("Delivered", return_to_sender=True), "returned"),
    ],
)  # fmt: skip
def test_aftership(told: dict, state: str) -> None:
    shapes = [{"event": "tracking_update", "msg": told}, {"data": {"tracking": told}}, {"data": {"trackings": [told]}}]
    read = [carrier("aftership").parse(json.dumps(shape).encode()) for shape in shapes]
    assert [each.parcels[0].state for each in read] == [state] * 3
    assert read[0].codes == (("Nouveau",) if told["tag"] == "Nouveau" else ())


def test_aftership_is_proved_on_its_bytes() -> None:
    body = json.dumps({"event": "tracking_update", "event_id": "e-1", "msg": tracking("InTransit")}).encode()
    adapter = carrier("aftership", webhook_secret="s3cret")
    proof = base64.b64encode(hmac.digest(b"s3cret", body, hashlib.sha256)).decode()
    assert adapter.verify({"aftership-hmac-sha256": proof}, body)
    assert not adapter.verify({"aftership-hmac-sha256": proof}, body + b" ")
    assert not adapter.verify({"aftership-hmac-sha256": "é"}, body)
    assert not carrier("aftership").verify({"aftership-hmac-sha256": ""}, body)
    assert adapter.delivery({}, body) == ("e-1", "tracking_update")


def test_seventeentrack_is_proved_as_its_documentation_says() -> None:
    body = b'{"event":"TRACKING_UPDATED","data":{"number":"RR123456789CN","carrier":3011,"tag":null}}'
    sign = "45acb4a6f4a194a6ac1f0f712182c4e314b1ae9399941ea086987408f3166994"
    assert carrier("17track", api_key="123456ABCDEF").verify({"sign": sign}, body)
    assert not carrier("17track", api_key="123456ABCDEG").verify({"sign": sign}, body)
    assert not carrier("17track").verify({"sign": ""}, body)
    assert carrier("17track").delivery({}, body)[1] == "TRACKING_UPDATED"


def push(sub_status: str, event: str = "TRACKING_UPDATED") -> bytes:
    status = {"status": sub_status.partition("_")[0], "sub_status": sub_status}
    return json.dumps({"event": event, "data": {"number": "RR1", "track_info": {"latest_status": status}}}).encode()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NotFound_Other", "unknown"), ("InfoReceived", "announced"), ("InTransit_PickedUp", "accepted"),
        ("InTransit_CustomsRequiringInformation", "customs"), ("Exception_Returning", "returning"),
        ("Exception_Returned", "returned"), ("Exception_Lost", "lost"), ("Exception_Cancel", "cancelled"),
        ("DeliveryFailure_NoBody", "attempt_failed"), ("Delivered_Other", "delivered"),
        ("InTransit_Neuf", "in_transit"),
    ],
)  # fmt: skip
def test_seventeentrack(status: str, state: str) -> None:
    told = carrier("17track").parse(push(status))
    assert (told.parcels[0].number, told.parcels[0].state) == ("RR1", state)
    stopped = b'{"event":"TRACKING_STOPPED","data":{"number":"RR1","carrier":1001,"param":null,"tag":null}}'
    assert carrier("17track").parse(stopped).parcels[0].state == "unknown"


def test_ups_says_more_within_a_type_and_never_by_a_code_alone() -> None:
    def told(kind: str, status: str, code: str = "ZZ") -> tuple[str, tuple[str, ...]]:
        step = {"date": "20261120", "time": "091500", "gmtOffset": "+01:00",
                "status": {"type": kind, "statusCode": status, "code": code, "description": "x"}}  # fmt: skip
        body = {"trackResponse": {"shipment": [{"package": [{"trackingNumber": "1Z", "activity": [step]}]}]}}
        read = carrier("ups").parse(json.dumps(body).encode())
        assert read.parcels[0].events[0].occurred_at == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
        return str(read.parcels[0].state), read.codes

    assert told("I", "005") == ("in_transit", ())
    assert told("I", "021") == ("out_for_delivery", ())
    assert told("X", "003") == ("exception", ())
    assert told("D", "011") == ("delivered", ())
    assert told("Q", "003") == ("unknown", ("Q",))


def test_fedex_takes_the_newest_parcel_of_a_number_that_was_used_again() -> None:
    def result(year: int, code: str) -> dict:
        event = {"date": f"{year}-11-20T09:00:00+01:00", "eventType": code, "eventDescription": "x",
                 "scanLocation": {"city": "PARIS", "countryCode": "FR"}}  # fmt: skip
        return {"scanEvents": [event], "latestStatusDetail": {"code": code}}

    numbers = [{"trackingNumber": "77", "trackResults": [result(2025, "DL"), result(2026, "OD")]},
               {"trackingNumber": "78", "trackResults": [{"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND"}}]}]  # fmt: skip
    told = carrier("fedex").parse(json.dumps({"output": {"completeTrackResults": numbers}}).encode())
    assert [(each.number, each.state, each.events[0].place) for each in told.parcels] == [
        ("77", "out_for_delivery", "PARIS, FR")
    ]
    assert told.unknown == ("78",)


def test_times_without_an_offset_are_those_of_the_place() -> None:
    event = {"timestamp": "2026-07-01T00:30:00", "statusCode": "transit", "description": "x",
             "location": {"address": {"countryCode": "FR", "addressLocality": "Paris"}}}  # fmt: skip
    body = {"shipments": [{"id": "1", "status": {"statusCode": "transit"}, "events": [event]}]}
    assert carrier("dhl").parse(json.dumps(body).encode()).parcels[0].events[0].occurred_at == datetime(
        2026, 6, 30, 22, 30, tzinfo=UTC
    )


def test_xml_that_grows_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><itemTracking><itemCode>&c;</itemCode></itemTracking>'
    assert carrier("bpost").parse(bomb).problem


def test_no_bytes_whatever_raise() -> None:
    chance = random.Random(20261124)
    goods = [laposte("DI1", "MD2"), push("InTransit_Other"), json.dumps({"msg": tracking("InTransit")}).encode()]
    goods += [path.read_bytes() for _, path, _ in karrio() if path.suffix == ".json"]
    odd = [b"", b"\x00", b"null", b"[]", b"1", b'"x"', b"<a/>", b"<itemTracking/>"]
    for name in ADAPTERS["carrier"]:
        for body in [*odd, *(each for good in goods for each in mangled(good, chance, 8))]:
            told = carrier(name).parse(body)
            for each in told.parcels:
                assert each.state in set(S)
                assert len(each.number) <= 60
                assert "\0" not in each.number
                assert all(step.occurred_at.tzinfo and step.text for step in each.events)


@pytest.mark.parametrize("scenario", simulator.SCENARIOS)
def test_the_simulator_plays_to_the_end(scenario: str, tmp_path) -> None:
    began = datetime.now(UTC) - timedelta(days=30)
    play = simulator.Play(scenario, began.isoformat(), datetime.now(UTC).isoformat())
    simulator.write(tmp_path, {"6A1": play})
    told = carrier("simulator", home=str(tmp_path)).track(["6A1", "6A2"])
    assert (told.parcels[0].state, told.unknown) == (simulator.SCENARIOS[scenario][-1][1], ("6A2",))


def test_the_simulator_goes_faster_once_one_watches() -> None:
    began = datetime(2026, 11, 20, 8, tzinfo=UTC)
    watched = began + timedelta(hours=20)
    play = simulator.Play("normal", began.isoformat(), watched.isoformat(), pace=5)
    assert simulator.shown("1", play, watched).state == "in_transit"
    assert simulator.shown("1", play, watched + timedelta(seconds=5 * 26)).state == "out_for_delivery"
    assert simulator.shown("1", play, watched + timedelta(seconds=5 * 30)).state == "delivered"
