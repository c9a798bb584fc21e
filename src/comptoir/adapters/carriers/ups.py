"""UPS, Tracking API v1 (https://developer.ups.com/api/reference?loc=en_US#operation/getSingleTrackResponseUsingGET).

A step has a type (one letter or two), a code and a three-digit status. The type is the documented sort of step; the
status says more within it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import CLIENT, Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

TYPES = {
    "M": S.ANNOUNCED,  # manifest: billing information received
    "MV": S.CANCELLED,  # manifest voided
    "P": S.ACCEPTED,  # pickup
    "I": S.IN_TRANSIT,
    "O": S.OUT_FOR_DELIVERY,
    "D": S.DELIVERED,
    "X": S.EXCEPTION,
    "RS": S.RETURNED,  # returned to shipper
    "DO": S.IN_TRANSIT,  # delivered to the origin freight station
    "DD": S.IN_TRANSIT,  # delivered to the destination freight station
    "W": S.EXCEPTION,  # warehousing
    "NA": S.UNKNOWN,
}
# within a type, the three-digit status (the Tracking API's list of status codes)
REFINED = {
    ("I", "021"): S.OUT_FOR_DELIVERY, ("I", "006"): S.OUT_FOR_DELIVERY, ("I", "072"): S.OUT_FOR_DELIVERY,
    ("I", "012"): S.CUSTOMS, ("I", "060"): S.CUSTOMS,
    ("I", "017"): S.AVAILABLE_FOR_PICKUP, ("I", "040"): S.AVAILABLE_FOR_PICKUP,
    ("I", "035"): S.RETURNING, ("I", "036"): S.RETURNING, ("I", "033"): S.RETURNING,
    ("I", "046"): S.DELAYED, ("I", "048"): S.DELAYED, ("I", "049"): S.DELAYED,
    ("D", "034"): S.RETURNED,
    ("D", "040"): S.AVAILABLE_FOR_PICKUP,  # left at an access point, where the customer collects it
    ("X", "012"): S.CUSTOMS, ("X", "060"): S.CUSTOMS,
    ("X", "017"): S.AVAILABLE_FOR_PICKUP, ("X", "040"): S.AVAILABLE_FOR_PICKUP,
    ("X", "022"): S.ATTEMPT_FAILED, ("X", "023"): S.ATTEMPT_FAILED, ("X", "024"): S.ATTEMPT_FAILED,
    ("X", "062"): S.ATTEMPT_FAILED, ("X", "063"): S.ATTEMPT_FAILED, ("X", "064"): S.ATTEMPT_FAILED,
    ("X", "032"): S.DELAYED, ("X", "046"): S.DELAYED, ("X", "048"): S.DELAYED, ("X", "049"): S.DELAYED,
    ("X", "051"): S.DELAYED, ("X", "052"): S.DELAYED, ("X", "053"): S.DELAYED, ("X", "055"): S.DELAYED,
    ("X", "033"): S.RETURNING, ("X", "035"): S.RETURNING, ("X", "036"): S.RETURNING, ("X", "034"): S.RETURNED,
}  # fmt: skip
_NOT_THERE = frozenset({"151044", "151062", "TW0001"})  # no information found


class Ups(Asked):
    """One account with UPS."""

    title = "UPS"
    base = "https://onlinetools.ups.com"
    token_path = "/security/v1/oauth/token"
    sample = "1Z0000000000000000"
    capabilities = CarrierCapabilities(polls=True, batch=1, daily=5_000, names=("ups",))
    fields = CLIENT

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for one number."""
        number = numbers[0]
        headers = self.bearer(basic=True) | {"transId": number, "transactionSrc": "Comptoir"}
        path = f"/api/track/v1/details/{number}" if number.isalnum() else "/api/track/v1/details/0"
        return self.read(self.vendor.call("GET", path, params={"locale": "en_US"}, headers=headers), [number])

    def parse(self, body: bytes) -> Followed:
        """`trackResponse`: shipments with packages; or `response.errors`."""
        codes = reading.Codes(TYPES)
        try:
            told = payload.load(body)
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        answers = items(told) if isinstance(told, list) else [dict(mapping(told))]
        parcels: list[ShipmentData] = []
        unknown: list[str] = []
        refusals: list[str] = []
        for answer in answers:
            for error in items(mapping(answer.get("response")).get("errors")):
                refusals.append(text(error.get("message")))
            for shipment in items(mapping(answer.get("trackResponse")).get("shipment")):
                packages = items(shipment.get("package"))
                parcels += [_parcel(each, shipment, codes) for each in packages]
                missing = [each for each in items(shipment.get("warnings")) if text(each.get("code")) in _NOT_THERE]
                if missing and not packages:
                    unknown.append(text(shipment.get("inquiryNumber"), 60))
        problem = "" if parcels or unknown else next(filter(None, refusals), "Aucun suivi dans ce message.")
        return reading.followed(parcels, codes, unknown, problem)


def _state(codes: reading.Codes, told: Mapping[str, Any]) -> S:
    kind, status = text(told.get("type"), 4), text(told.get("statusCode"), 4)
    if (kind, status) in REFINED:
        return REFINED[kind, status]
    return codes.state(kind, text(told.get("code"), 20))


def _parcel(told: Mapping[str, Any], shipment: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for activity in items(told.get("activity")):
        status, where = mapping(activity.get("status")), mapping(mapping(activity.get("location")).get("address"))
        country = where.get("country") or where.get("countryCode")
        spot = reading.place(where.get("city"), where.get("stateProvince"), where.get("postalCode"), country)
        when = reading.compact(
            activity.get("date"), activity.get("time"), activity.get("gmtOffset"), text(where.get("countryCode"), 2)
        ) or reading.compact(activity.get("date"), activity.get("time"))
        steps.append(reading.step(when, status.get("description"), _state(codes, status), status.get("code"), spot))
    days = {text(each.get("type"), 8): reading.day(each.get("date")) for each in items(told.get("deliveryDate"))}
    to = next((each for each in items(told.get("packageAddress")) if each.get("type") == "DESTINATION"), {})
    address = mapping(mapping(to).get("address"))
    code = address.get("countryCode") or address.get("country")
    return reading.parcel(
        ShipmentData(
            carrier="UPS",
            number=text(told.get("trackingNumber"), 60) or text(shipment.get("inquiryNumber"), 60),
            shipped_at=reading.compact(shipment.get("pickupDate"), "000000"),
            estimated_on=days.get("DEL") or days.get("RDD") or days.get("SDD"),
            relay=_relay(mapping(told.get("accessPointInformation")), told),
            service=text(mapping(told.get("service")).get("description"), 80),
            destination=reading.destination(code, address.get("postalCode")),
        ),
        steps,
    )


def _relay(point: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, str]:
    until = reading.day(point.get("pickupByDate"))
    place = next((each for each in items(told.get("packageAddress")) if "ACCESS" in text(each.get("type"))), {})
    address = mapping(mapping(place).get("address"))
    card = {
        "name": text(mapping(place).get("name"), 120),
        "street": text(address.get("addressLine1"), 120),
        "postcode": text(address.get("postalCode"), 20),
        "city": text(address.get("city"), 80),
        "until": until.isoformat() if until else "",
    }
    return {name: value for name, value in card.items() if value} if card["name"] or until else {}
