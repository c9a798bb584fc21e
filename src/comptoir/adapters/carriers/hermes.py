"""Hermes Germany, shipment information (https://hermesapi.docs.apiary.io, `shipmentinfo`)."""

from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    "0000": S.ANNOUNCED,
    "1000": S.IN_TRANSIT,
    "2000": S.IN_TRANSIT,
    "3000": S.OUT_FOR_DELIVERY,
    "3500": S.DELIVERED,
    "4000": S.ATTEMPT_FAILED,
    "4500": S.ATTEMPT_FAILED,
    "5000": S.AVAILABLE_FOR_PICKUP,
    "6000": S.EXCEPTION,
    "7000": S.DELAYED,
}
_ISO3 = {"DEU": "DE", "AUT": "AT", "FRA": "FR", "NLD": "NL", "BEL": "BE", "ITA": "IT", "ESP": "ES", "POL": "PL"}


class Hermes(Asked):
    """What shops read of Hermes parcels. Its sign-in is by contract, so it is read where an answer is handed over."""

    title = "Hermes"
    sample = "H0000000000000000000"
    capabilities = CarrierCapabilities(names=("hermes",))
    fields = ()

    def check(self) -> list[str]:
        """There is nothing to try."""
        return []

    def parse(self, body: bytes) -> Followed:
        """`shipmentinfo`: parcels, or for each the reason why there is nothing (`result`)."""
        codes = reading.Codes(STATES)
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        rows = items(told.get("shipmentinfo"))
        parcels = [_parcel(each, codes) for each in rows if each.get("status")]
        unknown = [text(each.get("shipmentID"), 60) for each in rows if not each.get("status")]
        said = [text(mapping(each.get("result")).get("message")) for each in rows]
        problem = "" if parcels or any(unknown) else next(filter(None, said), "Aucun suivi dans ce message.")
        return reading.followed([each for each in parcels if each.number], codes, unknown, problem)

    def track(self, numbers: Sequence[str]) -> Followed:
        """Not asked from here."""
        return Followed(unknown=tuple(numbers))


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("status")):
        unit, code = mapping(event.get("scanningUnit")), text(event.get("code"), 40)
        country = text(unit.get("countryCode"), 3)
        when = reading.moment(event.get("timestamp"), _ISO3.get(country, country))
        spot = reading.place(unit.get("city"), country)
        steps.append(reading.step(when, event.get("description"), codes.state(code), code, spot))
    to = mapping(told.get("receiverAddress"))
    country = text(to.get("countryCode"), 3)
    return reading.parcel(
        ShipmentData(
            carrier="Hermes",
            number=text(told.get("shipmentID"), 60),
            url=payload.link(told.get("trackingLink")),
            estimated_on=reading.day(mapping(told.get("deliveryForecast")).get("date")),
            destination=reading.destination(_ISO3.get(country, country), to.get("zipCode")),
        ),
        steps,
    )
