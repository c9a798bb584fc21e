"""Asendia Sync, tracking of its own parcels (https://www.asendia-sync.com)."""

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
    "PENDING": S.ANNOUNCED, "CREATED": S.ANNOUNCED, "LABEL_PRINTED": S.ANNOUNCED,
    "ACCEPTED": S.ACCEPTED, "PICKED_UP": S.ACCEPTED, "COLLECTED": S.ACCEPTED, "COLLECTION": S.ACCEPTED, "PU": S.ACCEPTED,
    "IN_TRANSIT": S.IN_TRANSIT, "IT": S.IN_TRANSIT, "TRANSIT": S.IN_TRANSIT, "DEPARTED": S.IN_TRANSIT,
    "ARRIVED": S.IN_TRANSIT, "PROCESSED": S.IN_TRANSIT, "CLEARED": S.IN_TRANSIT, "CUSTOMS": S.CUSTOMS,
    "OUT_FOR_DELIVERY": S.OUT_FOR_DELIVERY, "OFD": S.OUT_FOR_DELIVERY, "WITH_COURIER": S.OUT_FOR_DELIVERY,
    "DELIVERED": S.DELIVERED, "DL": S.DELIVERED, "DELIVERY_CONFIRMED": S.DELIVERED,
    "READY_FOR_PICKUP": S.AVAILABLE_FOR_PICKUP, "AT_LOCATION": S.AVAILABLE_FOR_PICKUP,
    "ON_HOLD": S.EXCEPTION, "HELD": S.EXCEPTION,
    "DELAYED": S.DELAYED, "DELAY": S.DELAYED, "RESCHEDULED": S.DELAYED,
    "DELIVERY_FAILED": S.ATTEMPT_FAILED, "FAILED": S.ATTEMPT_FAILED, "UNDELIVERABLE": S.EXCEPTION,
    "RTS": S.RETURNING, "RETURNED": S.RETURNED,
    "LOST": S.LOST, "DAMAGED": S.EXCEPTION,
}  # fmt: skip


class Asendia(Asked):
    """What shops read of Asendia parcels. Its sign-in is by contract, so it is read where an answer is handed over."""

    title = "Asendia"
    capabilities = CarrierCapabilities(names=("asendia",))
    fields = ()

    def check(self) -> list[str]:
        """There is nothing to try."""
        return []

    def parse(self, body: bytes) -> Followed:
        """A parcel with `trackingEvents`, or a list of such."""
        codes = reading.Codes(STATES)
        try:
            told = payload.load(body)
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        answers = items(told) if isinstance(told, list) else [dict(mapping(told))]
        found = [each for each in answers if text(each.get("trackingNumber"), 60)]
        parcels = [_parcel(each, codes) for each in found if each.get("trackingEvents") is not None]
        unknown = [text(each.get("trackingNumber"), 60) for each in found if each.get("trackingEvents") is None]
        said = [text(each.get("detail")) or text(each.get("message")) or text(each.get("title")) for each in answers]
        problem = "" if found else next(filter(None, said), "Aucun suivi dans ce message.")
        return reading.followed(parcels, codes, unknown, problem)

    def track(self, numbers: Sequence[str]) -> Followed:
        """Not asked from here."""
        return Followed(unknown=tuple(numbers))


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("trackingEvents")):
        code, country = text(event.get("code"), 40), text(event.get("locationCountry"), 2)
        spot = reading.place(event.get("locationName"), country)
        when = reading.moment(event.get("time"), country)
        said = event.get("carrierEventDescription") or event.get("description")
        steps.append(reading.step(when, said, codes.state(code.upper()), code, spot))
    return reading.parcel(ShipmentData(carrier="Asendia", number=text(told.get("trackingNumber"), 60)), steps)
