"""Parcels and their way, in the carriers' own words, for every state that a parcel can be in."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from comptoir.demo.clock import Clock
from comptoir.orders.models import ParcelState as P
from comptoir.orders.models import Shipment, TrackingEvent

ABROAD = {
    "BE": "DPD",
    "DE": "DPD",
    "NL": "DPD",
    "AT": "DPD",
    "IT": "GLS",
    "ES": "DPD",
    "PT": "DPD",
    "PL": "DPD",
    "SE": "DPD",
}
OUTSIDE = {"CH": "UPS", "GB": "UPS", "US": "UPS", "IE": "DPD"}
LINKS = {
    "Colissimo": "https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    "Chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "Mondial Relay": "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition={number}",
    "DPD": "https://trace.dpd.fr/fr/trace/{number}",
    "UPS": "https://www.ups.com/track?tracknum={number}",
    "GLS": "https://gls-group.com/track/{number}",
}
HUBS = {
    "44": "Carquefou (44)",
    "35": "Le Rheu (35)",
    "69": "Saint-Priest (69)",
    "75": "Gennevilliers (92)",
    "33": "Cestas (33)",
}
RELAYS = (
    ("Tabac de la Paix", "12 rue Jean-Jaurès"), ("Librairie du Griffon", "11, rue du Griffon"),
    ("Épicerie Chardonnet", "38, rue Burdeau"), ("Fleurs du Marché", "4 place du Marché"),
    ("Pressing des Halles", "21 rue des Halles"), ("Bureau de tabac Le Longchamp", "7 avenue de la Gare"),
    ("Superette du Centre", "15 rue de la République"), ("Cave Saint-Vincent", "2 rue Saint-Vincent"),
    ("Cordonnerie Marcel", "9 rue des Carmes"), ("Presse de l’Hôtel de Ville", "1 place de la Mairie"),
)  # fmt: skip

START = ((P.ANNOUNCED, 0, "Votre colis est annoncé, en attente de prise en charge", "Atelier de Nantes (44)"),)
HANDED = (*START, (P.ACCEPTED, 6, "Remis au transporteur", "Nantes (44)"))
MOVING = (*HANDED, (P.IN_TRANSIT, 13, "Votre colis est en cours d’acheminement", "hub"))
NEAR = (*MOVING, (P.IN_TRANSIT, 30, "Arrivé à l’agence de distribution", "near"))
STEPS: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    P.ANNOUNCED: START,
    P.ACCEPTED: HANDED,
    P.IN_TRANSIT: MOVING,
    P.CUSTOMS: (*MOVING, (P.CUSTOMS, 44, "En cours de dédouanement, documents demandés", "border")),
    P.DELAYED: (*MOVING, (P.DELAYED, 40, "Retard d’acheminement : nouvelle date en cours de calcul", "hub")),
    P.OUT_FOR_DELIVERY: (*NEAR, (P.OUT_FOR_DELIVERY, 46, "En cours de livraison par votre facteur", "near")),
    P.ATTEMPT_FAILED: (
        *NEAR,
        (P.OUT_FOR_DELIVERY, 46, "En cours de livraison", "near"),
        (P.ATTEMPT_FAILED, 51, "Destinataire absent, avis de passage déposé", "home"),
    ),
    P.AVAILABLE_FOR_PICKUP: (*NEAR, (P.AVAILABLE_FOR_PICKUP, 48, "Disponible au relais", "relay")),
    P.DELIVERED: (
        *NEAR,
        (P.OUT_FOR_DELIVERY, 46, "En cours de livraison par votre facteur", "near"),
        (P.DELIVERED, 50, "Livré dans la boîte aux lettres", "home"),
    ),
    P.RETURNING: (
        *NEAR,
        (P.ATTEMPT_FAILED, 50, "Adresse incomplète ou inconnue", "home"),
        (P.RETURNING, 96, "Retour à l’expéditeur", "near"),
    ),
    P.RETURNED: (
        *NEAR,
        (P.ATTEMPT_FAILED, 50, "Non réclamé", "home"),
        (P.RETURNING, 168, "Retour à l’expéditeur", "near"),
        (P.RETURNED, 216, "Remis à l’expéditeur", "Nantes (44)"),
    ),
    P.LOST: (
        *MOVING,
        (P.DELAYED, 60, "Colis non localisé, recherche en cours", "hub"),
        (P.LOST, 220, "Enquête close : colis déclaré perdu", "hub"),
    ),
    P.UNKNOWN: HANDED,
    P.EXCEPTION: (*NEAR, (P.EXCEPTION, 44, "Colis endommagé pendant le tri, recherche en cours", "near")),
    P.CANCELLED: (*START, (P.CANCELLED, 20, "Envoi annulé par l’expéditeur", "Atelier de Nantes (44)")),
}


@dataclass(eq=False)
class Parcel:
    """A shipment being made, with its steps and the places of its lines in the order."""

    row: Shipment
    events: list[TrackingEvent] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


class Parcels:
    """Makes parcels on their way to an address."""

    def __init__(self, clock: Clock, seed: str = "alba: parcels") -> None:
        self.clock = clock
        self.random = random.Random(seed)
        self.roads = random.Random(f"{seed}: roads")  # apart, so that all else stays as it is

    def carrier(self, country: str) -> str:
        """Who takes a parcel to that country."""
        if country == "FR":
            return self.random.choices(["Colissimo", "Mondial Relay", "Chronopost", "DPD"], [48, 32, 8, 12])[0]
        return ABROAD.get(country) or OUTSIDE.get(country, "UPS")

    def send(self, address: dict[str, str], state: str, handed: datetime, *, carrier: str = "") -> Parcel:
        """A parcel in that state, announced at `handed`; steps that would still be to come are pulled before now."""
        country = address.get("country", "FR")
        if state == P.AVAILABLE_FOR_PICKUP and not carrier:
            carrier = "Mondial Relay" if country == "FR" else "DPD"
        carrier = carrier or self.carrier(country)
        if carrier == "Mondial Relay" and state in (P.ATTEMPT_FAILED, P.OUT_FOR_DELIVERY):
            carrier = "Colissimo"
        number = self.number(carrier)
        row = Shipment(carrier=carrier, number=number, state=state, url=LINKS[carrier].format(number=number))
        relay = carrier == "Mondial Relay" or state == P.AVAILABLE_FOR_PICKUP
        if relay:
            name, street = self.random.choice(RELAYS)
            row.relay = {
                "name": name,
                "street": street,
                "postcode": address.get("postcode", ""),
                "city": address["city"],
            }
        parcel = Parcel(row)
        self._walk(parcel, address, handed, relay)
        return parcel

    def _walk(self, parcel: Parcel, address: dict[str, str], handed: datetime, relay: bool) -> None:
        row, steps = parcel.row, STEPS[parcel.row.state]
        room = (self.clock.now - handed).total_seconds() / 3600
        pace = min(1.0, room / (steps[-1][1] + 2)) if steps[-1][1] else 1.0
        if row.state == P.DELIVERED:  # no two parcels of a road take the same time
            pace = min(pace, 1.0) * self.roads.triangular(0.55, 2.4, 0.9)
            pace = min(pace, room / (steps[-1][1] + 2))
        for state, hours, text, where in steps:
            moment = self.clock.past(handed + timedelta(hours=hours * pace, minutes=self.random.randint(0, 40) * pace))
            if relay and state == P.DELIVERED:
                text = "Retiré par le destinataire"
            elif relay and state == P.OUT_FOR_DELIVERY:
                state, text = P.AVAILABLE_FOR_PICKUP, "Disponible au relais"
            place = self._place(where, address, row)
            parcel.events.append(
                TrackingEvent(occurred_at=moment, state=state, code=state.upper()[:12], text=text, place=place)
            )
        moments = {event.state: event.occurred_at for event in parcel.events}
        row.shipped_at = moments.get(P.ACCEPTED)
        row.delivered_at = moments.get(P.DELIVERED)
        days = 2 if address.get("country", "FR") == "FR" else 4
        row.promised_on = (handed + timedelta(days=days)).date()
        if row.state in (P.DELAYED, P.CUSTOMS):
            row.promised_on = self.clock.today - timedelta(days=self.random.randint(1, 4))
            row.estimated_on = self.clock.today + timedelta(days=self.random.randint(2, 4))
        if row.state == P.AVAILABLE_FOR_PICKUP:
            row.relay["until"] = str(moments[P.AVAILABLE_FOR_PICKUP].date() + timedelta(days=14))

    def _place(self, where: str, address: dict[str, str], row: Shipment) -> str:
        department = address.get("postcode", "")[:2]
        near = HUBS.get(department) or (
            f"{address['city']} ({department})" if address.get("country", "FR") == "FR" else address["city"]
        )
        if where == "relay":
            return f"{row.relay.get('name', '')}, {address['city']}"
        return {
            "hub": "Clermont-Ferrand (63)" if department in {"69", "42", "38", "73", "74"} else "Orléans (45)",
            "near": near,
            "home": address["city"],
            "border": {"CH": "Genève", "GB": "Douvres", "US": "New York"}.get(
                address.get("country", ""), "Roissy (95)"
            ),
        }.get(where, where)

    def number(self, carrier: str) -> str:
        """A number as this carrier writes them."""
        digits = "".join(str(self.random.randint(0, 9)) for _ in range(11))
        shapes = {
            "Colissimo": f"6A{digits}",
            "Chronopost": f"XJ{digits[:9]}FR",
            "Mondial Relay": digits[:8],
            "DPD": f"0571{digits[:10]}",
            "UPS": f"1Z84E{digits}02"[:18],
            "GLS": f"00L9{digits[:4]}7Q"[:11],
        }
        return shapes[carrier]
