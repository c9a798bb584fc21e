"""Pages and lists to go to."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from comptoir.agent import links
from comptoir.agent.inbox.places import AWAY, OWN
from comptoir.agent.search.hits import Hit
from comptoir.agent.search.moments import fold
from comptoir.conversations.queries.places import surroundings
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent

SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Place:
    icon: str
    name: Any
    url: str
    keys: str = ""
    words: str = ""


def going(agent: Agent, text: str) -> list[Hit]:
    """The places whose name begins with the words; without words, the lists of every day."""
    words = fold(text).split()
    fixed = [*_lists(), *_pages(agent)]
    if not words:
        return [_hit(place) for place in fixed[:SHOWN]]
    around = surroundings(agent)
    named = [
        *(
            _Place(row.detail or "list", row.name, links.to("list", f"view-{row.key}"))
            for row in (*around.shared, *around.own)
        ),
        *(
            _Place("store" if row.detail == "store" else "people", row.name, links.to("list", f"team-{row.key}"))
            for row in around.teams
        ),
    ]
    return [_hit(place) for place in (*fixed, *named) if place.url and _fits(f"{place.name} {place.words}", words)][
        :SHOWN
    ]


def _lists() -> list[_Place]:
    return [_Place(place.icon, place.name, links.to("list", place.slug), place.keys) for place in (*OWN, *AWAY)]


def _pages(agent: Agent) -> list[_Place]:
    pages = [
        _Place("people", _("Clients"), links.to("customers"), "g k", "customers"),
        _Place("box", _("Commandes"), links.to("orders"), "", "orders colis parcels"),
        _Place("refund", _("Gestes"), links.to("gestures"), "g j", "gestes remboursements refunds ledger registre"),
        _Place("pencil", _("Nouveau message"), links.to("new-message"), "c", "ecrire new message compose"),
        _Place("person", _("Mon compte"), links.to("account"), "", "account profil"),
        _Place("bell", _("Mes notifications"), links.to("notifications"), "", "notifications push"),
        _Place("shield", _("Sécurité, appareils"), links.to("security"), "", "security"),
    ]
    if access.can(agent, May.SETTINGS) or access.can(agent, May.AGENTS):
        pages.append(_Place("gear", _("Réglages"), links.to("settings"), "g s", "settings"))
    return [place for place in pages if place.url]


def _fits(name: str, words: list[str]) -> bool:
    parts = fold(name).replace("-", " ").replace("’", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _hit(place: _Place) -> Hit:
    return Hit(place.icon, place.name, url=place.url, keys=place.keys)
