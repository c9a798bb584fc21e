"""The shop itself: its teams, agents, roads and words."""

import random
import tomllib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from comptoir.automation.models import Macro, Translation
from comptoir.conversations.models import Inbox, InboxKind, View
from comptoir.core import files, keys
from comptoir.core.models import Agent, File, Installation, Schedule, Shop, Team, TeamKind
from comptoir.customers.models import Tag
from comptoir.demo.clock import Clock
from comptoir.lib.typography import french

DATA = Path(__file__).parent / "data"
PASSWORD = "comptoir-demo"
OWNER = "ines@maison-alba.example"
DOMAIN = "maison-alba.example"
TOPICS = [
    "Livraison",
    "Retour ou échange",
    "Casse ou défaut",
    "Produit",
    "Facture",
    "Paiement",
    "Boutique",
    "Entreprise",
    "Autre",
]
DAYS_OFF = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


@dataclass(frozen=True, slots=True)
class House:
    """What everything else hangs on, by the short names of data/house.toml."""

    shop: Shop
    teams: dict[str, Team]
    agents: dict[str, Agent]
    tags: dict[str, Tag]
    inboxes: dict[str, Inbox]


def build(clock: Clock) -> House:
    """Make the shop, saved."""
    data = tomllib.loads((DATA / "house.toml").read_text("utf-8"))
    schedule = Schedule.objects.create(name="Service client", hours=_hours(clock))
    shop = Shop.objects.create(
        name="Maison Alba",
        slug="maison-alba",
        email=f"bonjour@{DOMAIN}",
        phone="+33261914012",
        address="14, rue Crébillon, 44000 Nantes",
        accent="#6a3a52",
        accent_dark="#d6a8be",
        order_pattern=r"MA-\d{5}",
        schedule=schedule,
    )
    Installation.objects.update_or_create(pk=1, defaults={"demo": True, "set_up_at": clock.now})
    teams = {row["name"]: _team(row, shop, schedule, place) for place, row in enumerate(data["team"])}
    agents = _agents(data["agent"], teams, clock)
    tags = {row["name"]: Tag(name=row["name"], tone=row.get("tone", "")) for row in data["tag"]}
    Tag.objects.bulk_create(tags.values())
    _words(data, shop, agents)
    return House(shop, teams, agents, tags, _inboxes(shop, teams, schedule, clock))


def _hours(clock: Clock) -> dict[str, Any]:
    """Monday to Saturday, 9:30 to 19:00, closed on public holidays of this year and the next."""
    years = (clock.today.year, clock.today.year + 1)
    closed = [f"{year}-{month:02}-{day:02}" for year in years for month, day in DAYS_OFF]
    return {"zone": "Europe/Paris", "week": [[["09:30", "19:00"]]] * 6 + [[]], "closed": closed, "special": {}}


def _team(row: dict[str, Any], shop: Shop, schedule: Schedule, place: int) -> Team:
    return Team.objects.create(
        name=row["name"],
        kind=TeamKind.STORE if row.get("store") else TeamKind.TEAM,
        shop=shop,
        address=row.get("address", ""),
        phone=row.get("phone", ""),
        schedule=schedule,
        position=place,
    )


def _agents(rows: list[dict[str, Any]], teams: dict[str, Team], clock: Clock) -> dict[str, Agent]:
    password = make_password(PASSWORD)  # one digest for all: each costs a tenth of a second
    agents: dict[str, Agent] = {}
    for row in rows:
        agent = Agent.objects.create(
            email=f"{row['key']}@{DOMAIN}",
            name=row["name"],
            role=row["role"],
            password=password,
            signature=row["signature"],
            away=row.get("away", False),
            photo=_face(row["face"]) if "face" in row else None,
            last_seen_at=clock.now if row["key"] in {"camille", "thomas", "sophie"} else clock.ago(timedelta(hours=2)),
        )
        agent.teams.set([teams[name] for name in row["teams"]])
        agents[row["key"]] = agent
    Agent.objects.update(created_at=clock.day(700, 9))
    return agents


def _face(name: str) -> File:
    """A drawn portrait. Visitors get its shapes, never the file, which our address for files gives as a download."""
    content = (DATA / "faces" / name).read_bytes()
    return files.save(content, name=name, content_type="image/svg+xml")


def _inboxes(shop: Shop, teams: dict[str, Team], schedule: Schedule, clock: Clock) -> dict[str, Inbox]:
    """Mail into the outbox folder, chat, form and telephone. Nothing of the demo ever leaves the machine."""
    dice = random.Random("alba: inboxes")
    common = {"shop": shop, "team": None, "schedule": schedule, "sender_name": shop.name}
    mail = Inbox.objects.create(
        **common,
        public_id=uuid.UUID(int=dice.getrandbits(128), version=4),
        name="Bonjour",
        kind=InboxKind.EMAIL,
        address=f"bonjour@{DOMAIN}",
        aliases=[f"contact@{DOMAIN}", f"vieprivee@{DOMAIN}"],
        adapter="outbox",
        settings={"directory": str(settings.OUTBOX_DIRECTORY)},
        signature=french("Maison Alba, 14, rue Crébillon, 44000 Nantes"),
        webhook_secret=keys.encrypt(uuid.UUID(int=dice.getrandbits(128), version=4).hex),
        checked_at=clock.now,
    )
    made = {"email": mail}
    for kind, name in (
        (InboxKind.CHAT, "Chat du site"),
        (InboxKind.FORM, "Formulaire"),
        (InboxKind.PHONE, "Téléphone"),
    ):
        made[kind] = Inbox.objects.create(
            **common,
            public_id=uuid.UUID(int=dice.getrandbits(128), version=4),
            name=name,
            kind=kind,
            mail_inbox=mail if kind != InboxKind.PHONE else None,
            topics=TOPICS if kind == InboxKind.FORM else [],
        )
    return made


def _words(data: dict[str, Any], shop: Shop, agents: dict[str, Agent]) -> None:
    View.objects.bulk_create(
        View(
            name=row["name"], icon=row["icon"], filters=row["filters"], position=place,
            agent=agents[row["agent"]] if "agent" in row else None,
        )
        for place, row in enumerate(data["view"])
    )  # fmt: skip
    macros = Macro.objects.bulk_create(
        Macro(
            shop=shop, name=french(row["name"]), shortcut=row["shortcut"], folder=row.get("folder", ""),
            html=french(row["html"]), note=row.get("note", ""), acts=row.get("acts", []), used=row["used"],
        )
        for row in data["macro"]
    )  # fmt: skip
    Translation.objects.bulk_create(
        Translation(macro=macro, language=language, html=html, master=macro.html)
        for macro, row in zip(macros, data["macro"], strict=True)
        for language, html in row.get("texts", {}).items()
    )
