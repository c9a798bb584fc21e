"""How one writes to customers of a country: facts kept as data (data/cultures.toml), which a shop may say otherwise."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from comptoir.lib.language import short

DATA = Path(__file__).parent / "data" / "cultures.toml"
# The country that a language alone means; a shop in another country of that language means its own.
HOME = {
    "fr": "FR", "en": "GB", "de": "DE", "es": "ES", "it": "IT", "nl": "NL", "pt": "PT", "pl": "PL", "sv": "SE",
}  # fmt: skip
OWN = ("address", "greeting", "closing", "note")  # what a shop may say of a country


@dataclass(frozen=True, slots=True)
class Culture:
    """One country. `words` are form, tone, avoid, answer and rhythm in the reader's language; `note` is the shop's own."""

    country: str
    languages: tuple[str, ...]
    address: str
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    channels: tuple[str, ...]
    words: Mapping[str, str]
    note: str = ""


def countries() -> list[str]:
    """The countries of which something is known."""
    return list(_data())


def culture(country: str, *, reader: str = "fr", own: Mapping[str, str] | None = None) -> Culture:
    """What is known of a country, with what a shop says of it (`own`, of OWN). Raises KeyError for an unknown one."""
    row = _data()[country]
    found = Culture(
        country=country,
        languages=tuple(row["languages"]),
        address=row["address"],
        greetings=tuple(row["greetings"]),
        closings=tuple(row["closings"]),
        channels=tuple(row["channels"]),
        words=row["fr" if reader.startswith("fr") else "en"],
    )
    own = own or {}
    return replace(
        found,
        address=own.get("address") or found.address,
        greetings=_first(own.get("greeting", ""), found.greetings),
        closings=_first(own.get("closing", ""), found.closings),
        note=own.get("note", ""),
    )


def country_for(language: str, *, customer: str = "", shop: str = "") -> str:
    """Whose ways count for somebody who writes in that language: their country's when it speaks it, else the shop's,
    else the language's home; "" when nothing is known of any."""
    spoken = short(language)
    for country in (customer.upper(), shop.upper()):
        if country in _data() and (not spoken or spoken in _data()[country]["languages"]):
            return country
    return HOME.get(spoken, "")


def _first(own: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return (own, *(line for line in known if line != own)) if own else known


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text())
