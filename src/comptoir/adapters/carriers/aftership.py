"""AfterShip: a service that follows parcels of a thousand carriers, told by webhook and asked by API.

https://www.aftership.com/docs/tracking (webhook signature, tags and subtags).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked, key_of, one_by_one
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    "Pending": S.ANNOUNCED,
    "InfoReceived": S.ANNOUNCED,
    "InTransit": S.IN_TRANSIT,
    "OutForDelivery": S.OUT_FOR_DELIVERY,
    "AttemptFail": S.ATTEMPT_FAILED,
    "Delivered": S.DELIVERED,
    "AvailableForPickup": S.AVAILABLE_FOR_PICKUP,
    "Exception": S.EXCEPTION,
    "Expired": S.UNKNOWN,  # nothing was heard for 30 days: that says nothing of the parcel
    # subtags that say more than their tag
    "InTransit_002": S.ACCEPTED,
    "InTransit_006": S.CUSTOMS,  # customs clearance started
    "Exception_004": S.CUSTOMS,  # delayed by customs clearance
    "Exception_005": S.DELAYED,  # external factors
    "Exception_010": S.RETURNING,
    "Exception_011": S.RETURNED,
    "Exception_013": S.LOST,
}
PAGE = 50


class AfterShip(Asked):
    """One account with AfterShip."""

    title = "AfterShip"
    base = "https://api.aftership.com/tracking/2025-07"
    capabilities = CarrierCapabilities(polls=True, webhooks=True, registers=True, batch=PAGE, daily=0)
    fields = (
        Field("api_key", "Clé d’API", "secret"),
        Field("webhook_secret", "Secret du webhook", "secret", required=False),
    )

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`aftership-hmac-sha256` is the Base64 of HMAC-SHA256 over the raw body."""
        secret = self.settings.get("webhook_secret", "")
        if not secret:
            return False
        proof = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
        return hmac.compare_digest(proof.encode(), headers.get("aftership-hmac-sha256", "").strip().encode())

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """Its event_id; AfterShip sends the same one again until it is acknowledged."""
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable:
            return key_of(body), ""
        return text(told.get("event_id"), 120) or key_of(body), text(told.get("event"), 60)

    def parse(self, body: bytes) -> Followed:
        """A webhook (`msg`), one tracking, a list of them, or an answer that refuses."""
        codes = reading.Codes(STATES)
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        found = _trackings(told)
        meta = mapping(told.get("meta"))
        if not found and payload.whole(meta.get("code")) >= 400:
            return Followed(problem=text(meta.get("message")) or "AfterShip refuse.")
        if not found and "data" not in told:
            return Followed(problem="Aucun suivi dans ce message.")
        return reading.followed([_parcel(each, codes) for each in found], codes)

    def follow(self, numbers: Sequence[str]) -> None:
        """Ask AfterShip to follow these; one that it follows already is no error."""
        for number in numbers:
            answer = self.vendor.call(
                "POST", "/trackings", json={"tracking_number": number}, headers=self._headers(), acts=True
            )
            if answer.status >= 400:
                meta = mapping(_loaded(answer.body).get("meta"))
                if payload.whole(meta.get("code")) != 4003:  # tracking already exists
                    said = self.vendor.said(meta.get("message"))
                    raise PortError(f"AfterShip refuse ce numéro\u202f: {said}", permanent=True, code="refused")

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for numbers that it follows."""
        answer = self.vendor.call(
            "GET",
            "/trackings",
            params={"tracking_numbers": ",".join(numbers), "limit": str(PAGE)},
            headers=self._headers(),
        )
        told = self.read(answer, numbers)
        heard = {parcel.number.upper() for parcel in told.parcels}
        return one_by_one([told, Followed(unknown=tuple(each for each in numbers if each.upper() not in heard))])

    def _headers(self) -> dict[str, str]:
        return {"as-api-key": self.given("api_key")}


def _loaded(body: bytes) -> Mapping[str, Any]:
    try:
        return mapping(payload.load(body))
    except payload.Unreadable:
        return {}


def _trackings(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = mapping(told.get("data"))
    ones = [told.get("msg"), data.get("tracking"), told.get("tracking"), data, told]
    for one in ones:
        if text(mapping(one).get("tracking_number")):
            return [dict(mapping(one))]
    return [each for each in items(data.get("trackings") or told.get("trackings")) if each.get("tracking_number")]


def _state(codes: reading.Codes, told: Mapping[str, Any]) -> S:
    """A subtag says more where the table has it; else its tag, which is all that the rest of the subtag repeats."""
    subtag = text(told.get("subtag"), 40)
    if subtag in STATES:
        return codes.state(subtag)
    return codes.state(text(told.get("tag"), 40) or subtag.partition("_")[0])


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for point in items(told.get("checkpoints")):
        where = reading.place(
            point.get("location") or reading.place(point.get("city"), point.get("state"), point.get("country_name"))
        )
        when = reading.moment(point.get("checkpoint_time"), text(point.get("country_iso3"), 2))
        code = text(point.get("subtag"), 40) or text(point.get("tag"), 40)
        steps.append(reading.step(when, point.get("message"), _state(codes, point), code, where))
    state = _state(codes, told)
    if told.get("return_to_sender") is True:
        state = S.RETURNED if state == S.DELIVERED else S.RETURNING
    delivered = reading.moment(told.get("shipment_delivery_date"))
    return reading.parcel(
        ShipmentData(
            carrier=text(told.get("slug"), 60),
            number=text(told.get("tracking_number"), 60),
            url=payload.link(told.get("courier_tracking_link")),
            shipped_at=reading.moment(told.get("shipment_pickup_date")),
            promised_on=reading.day(told.get("order_promised_delivery_date") or told.get("promised_delivery_date")),
            estimated_on=_estimated(told),
            delivered_at=delivered,
            relay=_relay(told),
            service=text(told.get("shipment_type"), 80),
            destination=reading.destination(
                _country(told.get("destination_country_iso3")), told.get("destination_postal_code")
            ),
        ),
        steps,
        state,
    )


def _estimated(told: Mapping[str, Any]) -> Any:
    newest = mapping(told.get("latest_estimated_delivery"))
    guesses = [
        newest.get("datetime") or newest.get("datetime_max"),
        mapping(told.get("courier_estimated_delivery_date")).get("estimated_delivery_date"),
        told.get("expected_delivery"),
        mapping(told.get("aftership_estimated_delivery_date")).get("estimated_delivery_date"),
    ]
    return next((read for read in map(reading.day, guesses) if read), None)


def _relay(told: Mapping[str, Any]) -> dict[str, str]:
    if "pickup" not in text(told.get("delivery_type")):
        return {}
    name = text(told.get("pickup_location"), 120)
    return {"name": name} if name else {}


_ISO3 = {
    "FRA": "FR", "DEU": "DE", "BEL": "BE", "NLD": "NL", "ITA": "IT", "ESP": "ES", "PRT": "PT", "GBR": "GB",
    "CHE": "CH", "AUT": "AT", "LUX": "LU", "POL": "PL", "SWE": "SE", "DNK": "DK", "IRL": "IE", "USA": "US",
    "CAN": "CA", "CHN": "CN", "JPN": "JP", "AUS": "AU",
}  # fmt: skip


def _country(code: Any) -> str:
    return _ISO3.get(text(code, 3).upper(), "")
