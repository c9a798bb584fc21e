"""How carriers are asked: keys, tokens, batches, pauses, and answers that are none."""

import json
from collections.abc import Iterator

import pytest

from comptoir.ports import registry
from comptoir.ports.errors import PortError
from tests.adapters.vendor_server import Asked, Reply, VendorServer, told


class CarrierServer(VendorServer):
    """Answers as La Poste, DHL, UPS, AfterShip and 17TRACK do."""

    def answer(self, asked: Asked) -> Reply:
        if asked.path.endswith("/token"):
            return told({"access_token": "jeton", "expires_in": 3600})
        if asked.path.startswith("/idships/"):
            numbers = asked.path.rpartition("/")[2].split(",")
            return told(
                [{"returnCode": 200, "shipment": {"idShip": n, "isFinal": False, "event": []}} for n in numbers]
            )
        if asked.path == "/register":
            rejected = [{"number": "X", "error": {"code": -18019901, "message": "already"}}]
            return told({"code": 0, "data": {"accepted": [], "rejected": rejected}})
        if asked.path.startswith("/api/track"):
            return told({"trackResponse": {"shipment": [{"package": [{"trackingNumber": "1Z1", "activity": []}]}]}})
        return Reply(404, b"<html>nothing</html>")


@pytest.fixture
def server() -> Iterator[CarrierServer]:
    with CarrierServer().running() as running:
        yield running  # type: ignore[misc]


def carrier(name: str, server: VendorServer, **settings: str):
    return registry.get("carrier", name)({"base_url": server.base, "private_hosts": "127.0.0.1"} | settings)


def test_la_poste_is_asked_for_many_at_once_with_its_key_and_language(server) -> None:
    told = carrier("laposte", server, api_key="okapi", language="de_DE").track(["6A1", "6A2", "not a number"])
    asked = server.asked[0]
    assert (asked.path, asked.query, asked.headers["x-okapi-key"]) == ("/idships/6A1,6A2", {"lang": "de_DE"}, "okapi")
    assert ([each.number for each in told.parcels], told.unknown) == (["6A1", "6A2"], ("not a number",))


def test_a_404_without_json_means_that_the_numbers_are_not_known(server) -> None:
    server.fail(404, b"<html>")
    assert carrier("laposte", server, api_key="k").track(["6A1"]).unknown == ("6A1",)
    assert carrier("dhl", server, api_key="k").track(["1"]).unknown == ("1",)


def test_what_fails_is_one_error_with_its_pause(server) -> None:
    server.fail(429, b"", retry_after="90")
    with pytest.raises(PortError) as slow:
        carrier("laposte", server, api_key="k").track(["6A1"])
    assert (slow.value.retry_after, slow.value.permanent) == (90, False)
    server.fail(401)
    assert carrier("laposte", server, api_key="k").check() == ["La Poste refuse la clé."]
    server.fail(200, b"<html>maintenance</html>")
    with pytest.raises(PortError):
        carrier("laposte", server, api_key="k").track(["6A1"])
    assert "Clé Okapi" in carrier("laposte", server).check()[0]


def test_a_token_is_asked_for_once(server) -> None:
    ups = carrier("ups", server, client_id="c", client_secret="s")
    assert ups.track(["1Z1"]).parcels[0].number == "1Z1"
    ups.track(["1Z1"])
    assert [asked.path for asked in server.asked] == ["/security/v1/oauth/token", *["/api/track/v1/details/1Z1"] * 2]
    assert server.asked[1].headers["authorization"] == "Bearer jeton"


def test_a_number_that_is_followed_already_is_no_error(server) -> None:
    carrier("17track", server, api_key="k").follow(["X"])
    assert (server.asked[0].json(), server.asked[0].headers["17token"]) == ([{"number": "X"}], "k")
    server.fail(400, json.dumps({"meta": {"code": 4003, "message": "exists"}}).encode())
    carrier("aftership", server, api_key="k").follow(["X"])
    server.fail(400, json.dumps({"meta": {"code": 4001, "message": "bad number"}}).encode())
    with pytest.raises(PortError, match="bad number"):
        carrier("aftership", server, api_key="k").follow(["X"])
