"""La Poste, Suivi v2: Colissimo, Chronopost and mail with one key (https://developer.laposte.fr/products/suivi/2).

Codes as several independent public clients have them. It is asked only: La Poste tells nothing by itself.
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
    "DR1": S.ANNOUNCED,  # déclaratif réceptionné
    "DR2": S.DELAYED,  # problème de préparation : l'envoi n'est pas encore remis
    "PC1": S.ACCEPTED,
    "PC2": S.ACCEPTED,  # dans le pays d'expédition
    "ET1": S.IN_TRANSIT,
    "ET2": S.IN_TRANSIT,  # dans le pays d'expédition
    "ET3": S.IN_TRANSIT,  # dans le pays de destination
    "ET4": S.IN_TRANSIT,  # dans un pays de transit
    "EP1": S.IN_TRANSIT,  # en attente de présentation
    "DO1": S.CUSTOMS,
    "DO2": S.IN_TRANSIT,  # sorti de douane
    "DO3": S.CUSTOMS,  # retenu en douane
    "PB1": S.EXCEPTION,
    "PB2": S.IN_TRANSIT,  # problème résolu
    "MD2": S.OUT_FOR_DELIVERY,
    "ND1": S.ATTEMPT_FAILED,
    "AG1": S.AVAILABLE_FOR_PICKUP,
    "RE1": S.RETURNING,
    "DI0": S.DELIVERED,  # distribué avec d'autres
    "DI1": S.DELIVERED,
    "DI2": S.RETURNED,  # remis à l'expéditeur
    "DI3": S.UNKNOWN,  # seen in answers, meaning not documented: kept, never guessed
    "ID0": S.UNKNOWN,  # information that says nothing of where it is
}
_HOLDERS = {"1": "La Poste", "2": "La Poste", "3": "Chronopost", "4": "Colissimo"}


class LaPoste(Asked):
    """La Poste's own tracking."""

    title = "La Poste"
    base = "https://api.laposte.fr/suivi/v2"
    sample = "6A00000000000"
    capabilities = CarrierCapabilities(
        polls=True, batch=10, daily=5_000,
        names=("colissimo", "la poste", "laposte", "chronopost", "lettre suivie", "courrier"),
    )  # fmt: skip
    fields = (
        Field("api_key", "Clé Okapi", "secret", help="Sur developer.laposte.fr : votre application, produit Suivi v2."),
        Field(
            "language", "Langue des libellés", "choice", required=False, default="fr_FR",
            choices=(
                ("fr_FR", "Français"), ("en_GB", "Anglais"), ("de_DE", "Allemand"), ("es_ES", "Espagnol"),
                ("it_IT", "Italien"), ("nl_NL", "Néerlandais"),
            ),
        ),
    )  # fmt: skip

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for at most ten numbers at once."""
        wanted = [number for number in numbers if number.isalnum()]
        refused = tuple(number for number in numbers if not number.isalnum())
        if not wanted:
            return Followed(unknown=refused)
        answer = self.vendor.call(
            "GET",
            f"/idships/{','.join(wanted)}",
            params={"lang": self.settings.get("language") or "fr_FR"},
            headers={"X-Okapi-Key": self.given("api_key"), "Accept": "application/json"},
        )
        told = self.read(answer, wanted)
        return Followed(told.parcels, (*told.unknown, *refused), told.codes, told.problem)

    def parse(self, body: bytes) -> Followed:
        """One answer or a list of them; each with its own returnCode."""
        codes = reading.Codes(STATES)
        try:
            told = payload.load(body)
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        answers = items(told) if isinstance(told, list) else [dict(mapping(told))]
        parcels, unknown, problem = [], [], ""
        for answer in answers:
            shipment = mapping(answer.get("shipment"))
            number = text(shipment.get("idShip") or answer.get("idShip"), 60)
            if number and (shipment.get("event") or shipment.get("isFinal") is not None or shipment.get("timeline")):
                parcels.append(_parcel(number, shipment, codes))
            elif number:
                unknown.append(number)
            else:
                problem = problem or text(answer.get("returnMessage") or answer.get("message")) or "Réponse sans envoi."
        return reading.followed(parcels, codes, unknown, "" if parcels or unknown else problem)


def _parcel(number: str, told: Mapping[str, Any], codes: reading.Codes) -> ShipmentData:
    steps = []
    for event in items(told.get("event")):
        code = text(event.get("code"), 40).upper()
        steps.append(reading.step(reading.moment(event.get("date"), "FR"), event.get("label"), codes.state(code), code))
    context = mapping(told.get("contextData"))
    # `deliveryDate` is said of parcels on their way as well: only a step of delivery proves it
    return reading.parcel(
        ShipmentData(
            carrier=_carrier(told),
            number=number,
            url=payload.link(told.get("url")),
            shipped_at=reading.moment(told.get("entryDate"), "FR"),
            estimated_on=reading.day(told.get("estimDate")),
            relay=_relay(mapping(context.get("removalPoint"))),
            service=text(told.get("product"), 80),
            destination=reading.destination(context.get("arrivalCountry")),
        ),
        steps,
    )


def _carrier(told: Mapping[str, Any]) -> str:
    product = text(told.get("product"), 40).lower()
    if "chronopost" in product:
        return "Chronopost"
    if "colissimo" in product:
        return "Colissimo"
    return _HOLDERS.get(text(told.get("holder"), 4), "La Poste")


def _relay(told: Mapping[str, Any]) -> dict[str, str]:
    card = {"name": text(told.get("name"), 120), "city": text(told.get("city"), 80)}
    return {name: value for name, value in card.items() if value}
