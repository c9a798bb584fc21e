"""DHL, Shipment Tracking – Unified: parcels of all of DHL's divisions with one key.

https://developer.dhl.com/api-reference/shipment-tracking
"""

from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.channel import Field
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    "pre-transit": S.ANNOUNCED,
    "transit": S.IN_TRANSIT,
    "delivered": S.DELIVERED,
    "failure": S.EXCEPTION,
    "unknown": S.UNKNOWN,  # DHL's own word for what it does not know
}


class Dhl(Asked):
    """DHL's unified tracking."""

    title = "DHL"
    base = "https://api-eu.dhl.com"
    sample = "00340000000000000000"
    capabilities = CarrierCapabilities(polls=True, batch=1, daily=250, names=("dhl", "dhl express", "dhl ecommerce"))
    fields = (Field("api_key", "Clé d’API (DHL-API-Key)", "secret"),)

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for one number."""
        number = numbers[0]
        answer = self.vendor.call(
            "GET",
            "/track/shipments",
            params={"trackingNumber": number, "language": "en"},
            headers={"DHL-API-Key": self.given("api_key"), "Accept": "application/json"},
        )
        return self.read(answer, [number])

    def parse(self, body: bytes) -> Followed:
        """`shipments`, one or a list of such answers; a problem (RFC 7807) otherwise."""
        codes = reading.Codes(STATES)
        try:
            told = payload.load(body)
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        answers = items(told) if isinstance(told, list) else [dict(mapping(told))]
        parcels = [_parcel(each, codes) for answer in answers for each in items(answer.get("shipments"))]
        refusals = [text(each.get("detail")) or text(each.get("title")) for each in answers]
        return reading.followed(
            [each for each in parcels if each.number], codes, (),
            "" if parcels else next(filter(None, refusals), "Aucun suivi dans ce message."),
        )  # fmt: skip


def _address(told: Any) -> Mapping[str, Any]:
    return mapping(mapping(told).get("address"))


def _state(codes: reading.Codes, told: Mapping[str, Any]) -> S:
    return codes.state(text(told.get("statusCode"), 40).lower())


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("events")):
        where = _address(event.get("location"))
        when = reading.moment(event.get("timestamp"), text(where.get("countryCode"), 2))
        said = event.get("description") or event.get("status")
        spot = reading.place(where.get("addressLocality"))
        steps.append(reading.step(when, said, _state(codes, event), event.get("statusCode"), spot))
    details, frame = mapping(told.get("details")), mapping(told.get("estimatedDeliveryTimeFrame"))
    to = _address(told.get("destination"))
    point = mapping(mapping(told.get("status")).get("location"))
    service = text(mapping(details.get("product")).get("productName"), 80)
    return reading.parcel(
        ShipmentData(
            carrier="DHL",
            number=text(told.get("id"), 60),
            url=payload.link(told.get("serviceUrl")),
            estimated_on=reading.day(told.get("estimatedTimeOfDelivery")) or reading.day(frame.get("estimatedThrough")),
            relay=_relay(mapping(point.get("servicePoint"))),
            service=service or text(told.get("service"), 80),
            destination=reading.destination(to.get("countryCode"), to.get("postalCode")),
        ),
        steps,
        _state(codes, mapping(told.get("status"))),
    )


def _relay(told: Mapping[str, Any]) -> dict[str, str]:
    name = text(told.get("label"), 120)
    return {"name": name} if name else {}
