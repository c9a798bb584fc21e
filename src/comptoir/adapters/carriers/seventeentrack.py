"""17TRACK: a service that follows parcels of two thousand carriers, told by push and asked by API (v2.2 and later).

https://api.17track.net/en/doc?version=v2.2
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked, key_of
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    "NotFound": S.UNKNOWN, "NotFound_Other": S.UNKNOWN, "NotFound_InvalidCode": S.UNKNOWN,
    "InfoReceived": S.ANNOUNCED,
    "InTransit": S.IN_TRANSIT, "InTransit_Other": S.IN_TRANSIT, "InTransit_PickedUp": S.ACCEPTED,
    "InTransit_Departure": S.IN_TRANSIT, "InTransit_Arrival": S.IN_TRANSIT,
    "InTransit_CustomsProcessing": S.CUSTOMS, "InTransit_CustomsReleased": S.IN_TRANSIT,
    "InTransit_CustomsRequiringInformation": S.CUSTOMS,
    "Expired": S.DELAYED, "Expired_Other": S.DELAYED,  # on its way for longer than such parcels ever are
    "AvailableForPickup": S.AVAILABLE_FOR_PICKUP, "AvailableForPickup_Other": S.AVAILABLE_FOR_PICKUP,
    "OutForDelivery": S.OUT_FOR_DELIVERY, "OutForDelivery_Other": S.OUT_FOR_DELIVERY,
    "DeliveryFailure": S.ATTEMPT_FAILED, "DeliveryFailure_Other": S.ATTEMPT_FAILED,
    "DeliveryFailure_NoBody": S.ATTEMPT_FAILED, "DeliveryFailure_Security": S.ATTEMPT_FAILED,
    "DeliveryFailure_Rejected": S.ATTEMPT_FAILED, "DeliveryFailure_InvalidAddress": S.ATTEMPT_FAILED,
    "Delivered": S.DELIVERED, "Delivered_Other": S.DELIVERED,
    "Exception": S.EXCEPTION, "Exception_Other": S.EXCEPTION, "Exception_NoBody": S.EXCEPTION,
    "Exception_Security": S.EXCEPTION, "Exception_Damage": S.EXCEPTION, "Exception_Rejected": S.EXCEPTION,
    "Exception_Destroyed": S.EXCEPTION, "Exception_Returning": S.RETURNING, "Exception_Returned": S.RETURNED,
    "Exception_Delayed": S.DELAYED, "Exception_Lost": S.LOST, "Exception_Cancel": S.CANCELLED,
    # stages of steps and milestones
    "PickedUp": S.ACCEPTED, "Departure": S.IN_TRANSIT, "Arrival": S.IN_TRANSIT,
    "Returning": S.RETURNING, "Returned": S.RETURNED,
}  # fmt: skip
KNOWN_ALREADY = -18019901  # the number is registered


class SeventeenTrack(Asked):
    """One account with 17TRACK."""

    title = "17TRACK"
    base = "https://api.17track.net/track/v2.2"
    capabilities = CarrierCapabilities(polls=True, webhooks=True, registers=True, batch=40, daily=0)
    fields = (Field("api_key", "Clé d’API (17token)", "secret", help="La même clé signe les messages de 17TRACK."),)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`sign` is the SHA-256, in hexadecimal, of the body, a slash and the key."""
        key = self.settings.get("api_key", "")
        if not key:
            return False
        proof = hashlib.sha256(body + b"/" + key.encode()).hexdigest()
        return hmac.compare_digest(proof.encode(), headers.get("sign", "").strip().lower().encode())

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """17TRACK names no delivery: its bytes do. The topic is TRACKING_UPDATED or TRACKING_STOPPED."""
        try:
            return key_of(body), text(mapping(payload.load(body)).get("event"), 60)
        except payload.Unreadable:
            return key_of(body), ""

    def parse(self, body: bytes) -> Followed:
        """A push of one parcel, or an answer with those that were accepted and rejected."""
        codes = reading.Codes(STATES)
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        data = mapping(told.get("data"))
        rejected = [text(each.get("number"), 60) for each in items(data.get("rejected"))]
        found = [dict(data)] if text(data.get("number"), 60) else items(data.get("accepted"))
        parcels = [_parcel(each, codes) for each in found if text(each.get("number"), 60)]
        problem = "" if parcels or rejected or "data" in told else "Aucun suivi dans ce message."
        if payload.whole(told.get("code")) != 0:
            errors = items(data.get("errors"))
            problem = text((errors[0] if errors else told).get("message")) or "17TRACK refuse."
        return reading.followed(parcels, codes, rejected, problem)

    def follow(self, numbers: Sequence[str]) -> None:
        """Register numbers, at most forty at once; those that it has already are no error."""
        answer = self._ask("/register", numbers, acts=True)
        data = mapping(answer.get("data"))
        for refused in items(data.get("rejected")):
            error = mapping(refused.get("error"))
            if payload.whole(error.get("code")) != KNOWN_ALREADY and len(numbers) == 1:
                said = self.vendor.said(error.get("message"))
                raise PortError(f"17TRACK refuse ce numéro\u202f: {said}", permanent=True, code="refused")

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for at most forty numbers that are registered."""
        answer = self.vendor.call(
            "POST", "/gettrackinfo", json=[{"number": number} for number in numbers], headers=self._headers()
        )
        return self.read(answer, numbers)

    def _headers(self) -> dict[str, str]:
        return {"17token": self.given("api_key")}

    def _ask(self, path: str, numbers: Sequence[str], *, acts: bool) -> Mapping[str, Any]:
        answer = self.vendor.call(
            "POST", path, json=[{"number": number} for number in numbers], headers=self._headers(), acts=acts
        )
        try:
            told = mapping(payload.load(answer.body))
        except payload.Unreadable as error:
            raise PortError("17TRACK a répondu autre chose que des données.", code="protocol") from error
        if payload.whole(told.get("code")) != 0:
            said = self.vendor.said(told.get("message") or told.get("data"))
            raise PortError(f"17TRACK refuse\u202f: {said}", permanent=True, code="refused")
        return told


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    info = mapping(told.get("track_info"))
    providers = items(mapping(info.get("tracking")).get("providers"))
    events = [event for provider in providers for event in items(provider.get("events"))]
    if not events and info.get("latest_event"):
        events = [dict(mapping(info.get("latest_event")))]
    latest = mapping(info.get("latest_status"))
    named = mapping(mapping(providers[0] if providers else {}).get("provider"))
    to = mapping(mapping(info.get("shipping_info")).get("recipient_address"))
    expected = mapping(mapping(info.get("time_metrics")).get("estimated_delivery_date"))
    return reading.parcel(
        ShipmentData(
            carrier=text(named.get("name"), 60) or text(told.get("carrier"), 60),
            number=text(told.get("number"), 60),
            estimated_on=reading.day(expected.get("to") or expected.get("from")),
            service=text(mapping(info.get("misc_info")).get("service_type"), 80),
            destination=reading.destination(to.get("country"), to.get("postal_code")),
        ),
        [_step(event, codes) for event in events],
        codes.state(text(latest.get("sub_status"), 60), text(latest.get("status"), 60)),
    )


def _step(event: Mapping[str, Any], codes: reading.Codes) -> Any:
    code = text(event.get("sub_status"), 40) or text(event.get("stage"), 40)
    where = mapping(event.get("address"))
    when = reading.moment(event.get("time_iso")) or reading.moment(event.get("time_utc"))
    spot = reading.place(event.get("location")) or reading.place(where.get("city"), where.get("country"))
    state = codes.state(text(event.get("sub_status"), 40), text(event.get("stage"), 40))
    return reading.step(when, event.get("description"), state, code, spot)
