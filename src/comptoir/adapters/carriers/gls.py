"""GLS Group, Track and Trace API v1 (https://dev-portal.gls-group.net): `parcels` with a status and steps.

A step's code is a category and a detail with a point between them; the categories are spelt as GLS spells them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import CLIENT, Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

STATES = {
    # ParcelDTO.status
    "PREADVICE": S.ANNOUNCED, "PLANNEDPICKUP": S.ANNOUNCED, "INPICKUP": S.ANNOUNCED, "NOTPICKEDUP": S.DELAYED,
    "INTRANSIT": S.IN_TRANSIT, "INWAREHOUSE": S.IN_TRANSIT, "INDELIVERY": S.OUT_FOR_DELIVERY,
    "DELIVERED": S.DELIVERED, "FINAL": S.DELIVERED, "DELIVEREDPS": S.AVAILABLE_FOR_PICKUP,
    "NOTDELIVERED": S.ATTEMPT_FAILED, "CANCELED": S.CANCELLED,
    # codes of steps, then their categories
    "INTIAL.PREADVICE": S.ANNOUNCED, "INTIAL.E48_DATA": S.ANNOUNCED, "INTIAL.NORMAL": S.ACCEPTED,
    "DELIVD.PARCELSHOP": S.AVAILABLE_FOR_PICKUP,
    "INBOUD": S.IN_TRANSIT, "OUTBOD": S.IN_TRANSIT, "TRANSI": S.IN_TRANSIT,
    "OUTDEL": S.OUT_FOR_DELIVERY, "DELIVD": S.DELIVERED,
}  # fmt: skip


class Gls(Asked):
    """One account with GLS."""

    title = "GLS"
    base = "https://api.gls-group.net"
    token_path = "/oauth2/v2/token"
    sample = "00000000000"
    capabilities = CarrierCapabilities(polls=True, batch=10, daily=2_000, names=("gls",))
    fields = CLIENT

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for at most ten numbers."""
        wanted = ",".join(quote(number, safe="") for number in numbers)
        answer = self.vendor.call(
            "GET", f"/track-and-trace-v1/tracking/simple/trackids/{wanted}", params={"showEvents": "true"},
            headers=self.bearer() | {"Accept": "application/json"},
        )  # fmt: skip
        return self.read(answer, numbers)

    def parse(self, body: bytes) -> Followed:
        """`parcels`; one with an errorCode is not known."""
        codes = reading.Codes(STATES)
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        rows = items(told.get("parcels"))
        unknown = [text(each.get("requested"), 60) for each in rows if each.get("errorCode")]
        parcels = [_parcel(each, codes) for each in rows if not each.get("errorCode")]
        errors = items(told.get("errors")) or [dict(told)]
        said = text(errors[0].get("message") or errors[0].get("description"))
        problem = "" if parcels or unknown else said or "Aucun suivi dans ce message."
        return reading.followed([each for each in parcels if each.number], codes, unknown, problem)


def _parcel(told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("events")):
        code = text(event.get("code"), 40)
        spot = reading.place(event.get("city"), event.get("postalCode"), event.get("country"))
        when = reading.moment(event.get("eventDateTime"), text(event.get("country"), 2))
        known = code if code in STATES or code.partition(".")[0] not in STATES else code.partition(".")[0]
        steps.append(reading.step(when, event.get("description"), codes.state(known), code, spot))
    return reading.parcel(
        ShipmentData(carrier="GLS", number=text(told.get("unitno"), 60) or text(told.get("requested"), 60)),
        steps,
        codes.state(text(told.get("status"), 40).upper()),
    )
