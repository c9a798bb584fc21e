"""FedEx, Track API v1 (https://developer.fedex.com/api/en-us/catalog/track/v1/docs.html, status codes of its guide)."""

from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import CLIENT, Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    "OC": S.ANNOUNCED, "OX": S.ANNOUNCED, "MD": S.ANNOUNCED, "EP": S.ANNOUNCED, "DS": S.ANNOUNCED,
    "PU": S.ACCEPTED, "PX": S.ACCEPTED, "AP": S.ACCEPTED, "OF": S.ACCEPTED,
    "AA": S.IN_TRANSIT, "AC": S.IN_TRANSIT, "AF": S.IN_TRANSIT, "AO": S.IN_TRANSIT, "AR": S.IN_TRANSIT,
    "AX": S.IN_TRANSIT, "CC": S.IN_TRANSIT, "CH": S.IN_TRANSIT, "DP": S.IN_TRANSIT, "EA": S.IN_TRANSIT,
    "EO": S.IN_TRANSIT, "FD": S.IN_TRANSIT, "IT": S.IN_TRANSIT, "IX": S.IN_TRANSIT, "LO": S.IN_TRANSIT,
    "OW": S.IN_TRANSIT, "PF": S.IN_TRANSIT, "PL": S.IN_TRANSIT, "PM": S.IN_TRANSIT, "SF": S.IN_TRANSIT,
    "SP": S.IN_TRANSIT, "TR": S.IN_TRANSIT, "RR": S.IN_TRANSIT, "RM": S.IN_TRANSIT, "RC": S.IN_TRANSIT,
    "CP": S.CUSTOMS, "CD": S.CUSTOMS, "CU": S.CUSTOMS,
    "DD": S.DELAYED, "DY": S.DELAYED, "PD": S.DELAYED, "PY": S.DELAYED,
    "AD": S.OUT_FOR_DELIVERY, "ED": S.OUT_FOR_DELIVERY, "OD": S.OUT_FOR_DELIVERY,
    "HL": S.AVAILABLE_FOR_PICKUP, "HP": S.AVAILABLE_FOR_PICKUP,
    "HA": S.IN_TRANSIT,  # the wish to hold it was accepted: it is not there yet
    "DL": S.DELIVERED,
    "DE": S.ATTEMPT_FAILED, "SE": S.EXCEPTION,
    "RS": S.RETURNING, "RT": S.RETURNING,
    "CA": S.CANCELLED, "RD": S.CANCELLED, "DR": S.CANCELLED,
}  # fmt: skip
_NOT_THERE = "NOTFOUND"


class FedEx(Asked):
    """One account with FedEx."""

    title = "FedEx"
    base = "https://apis.fedex.com"
    token_path = "/oauth/token"
    sample = "000000000000"
    capabilities = CarrierCapabilities(polls=True, batch=30, daily=5_000, names=("fedex", "tnt"))
    fields = CLIENT

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for at most thirty numbers."""
        asked = [{"trackingNumberInfo": {"trackingNumber": number}} for number in numbers]
        answer = self.vendor.call(
            "POST",
            "/track/v1/trackingnumbers",
            json={"includeDetailedScans": True, "trackingInfo": asked},
            headers=self.bearer() | {"X-locale": "en_US"},
        )
        return self.read(answer, numbers)

    def parse(self, body: bytes) -> Followed:
        """`output.completeTrackResults`, each with its results; or `errors`."""
        codes = reading.Codes(STATES)
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        parcels: list[ShipmentData] = []
        unknown: list[str] = []
        refusals = [text(error.get("message")) for error in items(told.get("errors"))]
        for complete in items(mapping(told.get("output")).get("completeTrackResults")):
            number = text(complete.get("trackingNumber"), 60)
            results = items(complete.get("trackResults"))
            # a number is used again after some months: the newest parcel of that name is meant
            read = [_parcel(number, each, codes) for each in results if each.get("scanEvents") or _latest(each)]
            if read:
                parcels.append(max(read, key=_newness))
            elif any(_NOT_THERE in text(mapping(each.get("error")).get("code")) for each in results):
                unknown.append(number)
            else:
                refusals += [text(mapping(each.get("error")).get("message")) for each in results]
        problem = "" if parcels or unknown else next(filter(None, refusals), "Aucun suivi dans ce message.")
        return reading.followed(parcels, codes, unknown, problem)


def _newness(parcel: ShipmentData) -> float:
    return parcel.events[0].occurred_at.timestamp() if parcel.events else 0.0


def _latest(told: Mapping[str, Any]) -> str:
    latest = mapping(told.get("latestStatusDetail"))
    return text(latest.get("derivedCode"), 4).upper() or text(latest.get("code"), 4).upper()


def _parcel(number: str, told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("scanEvents")):
        where = mapping(event.get("scanLocation"))
        spot = reading.place(
            where.get("city"), where.get("stateOrProvinceCode"), where.get("postalCode"), where.get("countryCode")
        ) or reading.place(event.get("locationType"))
        code = text(event.get("eventType"), 8)
        said = event.get("exceptionDescription") or event.get("eventDescription")
        when = reading.moment(event.get("date"), text(where.get("countryCode"), 2))
        steps.append(reading.step(when, said, codes.state(code.upper()), code, spot))
    latest = _latest(told)
    to = mapping(mapping(told.get("recipientInformation")).get("address")) or mapping(
        mapping(mapping(told.get("destinationLocation")).get("locationContactAndAddress")).get("address")
    )
    return reading.parcel(
        ShipmentData(
            carrier="FedEx",
            number=text(mapping(told.get("trackingNumberInfo")).get("trackingNumber"), 60) or number,
            estimated_on=_estimated(told),
            service=text(mapping(told.get("serviceDetail")).get("description"), 80),
            destination=reading.destination(to.get("countryCode"), to.get("postalCode")),
        ),
        steps,
        codes.state(latest) if latest else S.UNKNOWN,
    )


def _estimated(told: Mapping[str, Any]) -> Any:
    windows = [
        mapping(mapping(told.get(name)).get("window"))
        for name in ("standardTransitTimeWindow", "estimatedDeliveryTimeWindow")
    ]
    dates = {text(each.get("type")): each.get("dateTime") for each in items(told.get("dateAndTimes"))}
    guesses = [window.get("begins") or window.get("ends") for window in windows]
    return next(filter(None, map(reading.day, [*guesses, dates.get("ESTIMATED_DELIVERY")])), None)
