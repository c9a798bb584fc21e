"""A carrier that plays scenarios, for the demo and for tests: normal, late, lost, relay, returned, customs and others.

Its file under the installation's home says which number plays what since when. Steps up to the moment from which one
watches happened at their own hours; those after it come faster, by `pace`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from comptoir.adapters.carriers import reading
from comptoir.adapters.carriers.asked import Asked
from comptoir.lib import payload
from comptoir.lib.payload import items, mapping, text
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ParcelState as S
from comptoir.ports.parcels import ShipmentData

FILE = "simulator/parcels.json"
_BEGIN = ((0, S.ANNOUNCED), (6, S.ACCEPTED), (14, S.IN_TRANSIT), (30, S.IN_TRANSIT))
# hours after the announcement
SCENARIOS: dict[str, tuple[tuple[int, S], ...]] = {
    "normal": (*_BEGIN, (46, S.OUT_FOR_DELIVERY), (50, S.DELIVERED)),
    "late": (*_BEGIN[:3], (84, S.DELAYED), (120, S.IN_TRANSIT), (144, S.OUT_FOR_DELIVERY), (150, S.DELIVERED)),
    "silent": _BEGIN[:3],
    "lost": (*_BEGIN[:3], (60, S.EXCEPTION), (240, S.LOST)),
    "relay": (*_BEGIN, (48, S.AVAILABLE_FOR_PICKUP), (96, S.DELIVERED)),
    "returned": (*_BEGIN, (46, S.OUT_FOR_DELIVERY), (50, S.ATTEMPT_FAILED), (96, S.RETURNING), (168, S.RETURNED)),
    "customs": (*_BEGIN[:3], (36, S.CUSTOMS), (84, S.IN_TRANSIT), (120, S.OUT_FOR_DELIVERY), (126, S.DELIVERED)),
    "attempt": (*_BEGIN, (46, S.OUT_FOR_DELIVERY), (50, S.ATTEMPT_FAILED), (72, S.OUT_FOR_DELIVERY), (76, S.DELIVERED)),
    "exception": (*_BEGIN, (44, S.EXCEPTION)),
    "cancelled": ((0, S.ANNOUNCED), (20, S.CANCELLED)),
}
WORDS = {
    S.ANNOUNCED: "Votre colis est annoncé, en attente de prise en charge",
    S.ACCEPTED: "Remis au transporteur",
    S.IN_TRANSIT: "Votre colis est en cours d’acheminement",
    S.CUSTOMS: "En cours de dédouanement",
    S.DELAYED: "Retard d’acheminement\u202f: nouvelle date en cours de calcul",
    S.OUT_FOR_DELIVERY: "En cours de livraison",
    S.ATTEMPT_FAILED: "Destinataire absent, avis de passage déposé",
    S.AVAILABLE_FOR_PICKUP: "Disponible au relais",
    S.DELIVERED: "Livré",
    S.EXCEPTION: "Incident pendant le transport\u202f: recherche en cours",
    S.RETURNING: "Retour à l’expéditeur",
    S.RETURNED: "Remis à l’expéditeur",
    S.LOST: "Enquête close\u202f: colis déclaré perdu",
    S.CANCELLED: "Envoi annulé par l’expéditeur",
}


@dataclass(frozen=True, slots=True)
class Play:
    """What a number plays: announced at `started`, watched from `watched` on at `pace` seconds for an hour."""

    scenario: str
    started: str
    watched: str
    carrier: str = "Colissimo"
    pace: float = 5.0


def write(home: Path, plays: Mapping[str, Play]) -> None:
    """Begin anew with these numbers."""
    path = home / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({number: asdict(play) for number, play in plays.items()}), encoding="utf-8")


def shown(number: str, play: Play, now: datetime) -> ShipmentData:
    """The parcel as it stands now. Pure."""
    began, watched = (datetime.fromisoformat(moment) for moment in (play.started, play.watched))
    steps = []
    for hours, state in SCENARIOS[play.scenario]:
        moment = began + timedelta(hours=hours)
        if moment > watched:
            moment = watched + (moment - watched) / 3600 * play.pace
        if moment <= now:
            steps.append(reading.step(moment, WORDS[state], state, state.upper()))
    return reading.parcel(ShipmentData(carrier=play.carrier, number=number), steps)


class Simulator(Asked):
    """The simulated carrier."""

    title = "Le simulateur"
    capabilities = CarrierCapabilities(polls=True, batch=50, every=10)
    fields = ()

    def check(self) -> list[str]:
        """It always answers."""
        return []

    def track(self, numbers: Sequence[str]) -> Followed:
        """What the numbers play, as it stands now."""
        plays = self._plays()
        now = datetime.now(UTC)
        known = [number for number in numbers if number in plays]
        return Followed(
            tuple(shown(number, plays[number], now) for number in known),
            tuple(number for number in numbers if number not in plays),
        )

    def parse(self, body: bytes) -> Followed:
        """{"parcels": [{"number", "carrier", "steps": [{"at", "state", "text", "place"}]}]}: states by our own names."""
        codes = reading.Codes({str(state): state for state in S})
        try:
            told = mapping(payload.load(body))
        except payload.Unreadable as refusal:
            return Followed(problem=str(refusal))
        parcels = []
        for each in items(told.get("parcels")):
            steps = [
                reading.step(
                    reading.moment(step.get("at")),
                    step.get("text"),
                    codes.state(text(step.get("state"), 40)),
                    text(step.get("code"), 40) or text(step.get("state"), 40).upper(),
                    reading.place(step.get("place")),
                )
                for step in items(each.get("steps"))
            ]
            number = text(each.get("number"), 60)
            if number:
                told_data = ShipmentData(
                    carrier=text(each.get("carrier"), 60) or "Colissimo", number=number,
                    estimated_on=reading.day(each.get("estimated")),
                )  # fmt: skip
                parcels.append(reading.parcel(told_data, steps))
        return reading.followed(parcels, codes, (), "" if parcels else "Aucun suivi dans ce message.")

    def _plays(self) -> dict[str, Play]:
        path = Path(self.settings.get("home", "")) / FILE
        if not path.is_file():
            return {}
        return {number: Play(**play) for number, play in json.loads(path.read_text(encoding="utf-8")).items()}
