"""bpost, Track and Trace of the Shipping Manager (XML: `itemTracking` with a `stateInfo` for each step)."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from urllib.parse import quote

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked, one_by_one
from comptoir.lib.payload import Unreadable
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.channel import Field
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

_GROUPS: dict[S, str] = {
    S.IN_TRANSIT: "T00 R00 R01 R02 R03 R04 R05 N14",
    S.OUT_FOR_DELIVERY: "L00",  # bound to the round
    S.DELIVERED: "U00 U01 U02 U03 U04 U05 U06 U07 U08",
    S.AVAILABLE_FOR_PICKUP: "N74 R13",
    S.CUSTOMS: "B00 B01 B02",
    S.ATTEMPT_FAILED: "B04 N01 N02 N03",
    S.DELAYED: "N04 N05 N06 N07 N08 N10 N11 N12 N13 N16 N28 N32 N91 N92 N93 N94 N95 N96 P00",
    S.EXCEPTION: "B03 B05 B06 B07 B08 B09 B10 B11 B12 B13 B18 B23 B24 B28 R11 R12 T03 S00",
}
STATES = {code: state for state, codes in _GROUPS.items() for code in codes.split()}


class Bpost(Asked):
    """One account of the Shipping Manager."""

    title = "bpost"
    base = "https://api.parcel.bpost.cloud/services"
    sample = "323200000000000000000000"
    capabilities = CarrierCapabilities(polls=True, batch=1, daily=2_000, names=("bpost",))
    fields = (Field("account_id", "Compte"), Field("passphrase", "Phrase secrète", "secret"))

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for one parcel."""
        return one_by_one([self._ask(number) for number in numbers])

    def _ask(self, number: str) -> Followed:
        answer = self.vendor.call(
            "GET",
            f"/trackedmail/item/{quote(number, safe='')}/trackingInfo",
            headers={"Accept": "application/vnd.bpost.shm-trackedmail-v1+XML"},
            auth=(self.given("account_id"), self.given("passphrase")),
        )
        return self.read(answer, [number])

    def parse(self, body: bytes) -> Followed:
        """`itemTracking`, alone or within something; a systemException or businessException says why there is none."""
        codes = reading.Codes(STATES)
        try:
            root = reading.xml(body)
        except Unreadable as refusal:
            return Followed(problem=str(refusal))
        found = [root] if root.tag == "itemTracking" else list(root.iter("itemTracking"))
        parcels = [_parcel(each, codes) for each in found]
        parcels = [each for each in parcels if each.number]
        said = reading.inner(root, ".//message") or "Aucun suivi dans ce message."
        return reading.followed(parcels, codes, (), "" if parcels else " ".join(said.split()))


def _parcel(told: ElementTree.Element, codes: reading.Codes) -> ShipmentData:
    steps = []
    for info in list(told.iter("stateInfo"))[: reading.MOST]:
        code = reading.inner(info, "stateCode", 40)
        when = reading.moment(reading.inner(info, "time", 40), "BE")
        steps.append(reading.step(when, reading.inner(info, "stateDescription"), codes.state(code), code))
    to = "addressee/address/"
    return reading.parcel(
        ShipmentData(
            carrier="bpost",
            number=reading.inner(told, "itemCode", 60),
            estimated_on=reading.day(reading.inner(told, "deliveryTime", 40)),
            relay=_relay(told.find("pickupPoint")),
            destination=reading.destination(
                reading.inner(told, f"{to}countryCode", 2), reading.inner(told, f"{to}postalCode", 12)
            ),
        ),
        steps,
    )


def _relay(told: ElementTree.Element | None) -> dict[str, str]:
    street = " ".join(filter(None, (reading.inner(told, "houseNumber", 12), reading.inner(told, "streetName", 120))))
    card = {
        "name": reading.inner(told, "name", 120),
        "street": street,
        "postcode": reading.inner(told, "postalCode", 20),
        "city": reading.inner(told, "city", 80),
    }
    return {name: value for name, value in card.items() if value}
