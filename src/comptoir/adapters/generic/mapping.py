"""From a program's own payload to the fields of docs/connectors/generic.md: where each one stands, by dotted paths.

A mapping is a JSON object of texts: {"number": "reference", "lines": "items", "lines.title": "label", "states":
{"complete": "delivered"}, "amounts": "minor"}. Paths below lines, shipments, events, refunds, payments and addresses
start at their own object. What is not named stands under its own name.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATES = ("pending", "paid", "preparing", "partly_shipped", "shipped", "delivered", "cancelled", "refunded")
ADDRESS = ("name", "street", "postcode", "city", "country", "phone")
FIELDS = (
    "id", "number", "email", "name", "phone", "customer_id", "language", "placed_at", "updated_at", "currency", "total",
    "shipping", "discount", "tax", "state", "shipping_method", "payment", "note", "admin_url", "tags",
    "discount_codes",
)  # fmt: skip
PARTS: dict[str, tuple[str, ...]] = {
    "lines": (
        "id", "title", "sku", "variant", "product", "quantity", "unit_price", "total", "tax", "discount", "image",
        "refunded", "serials",
    ),
    "shipments": (
        "id", "carrier", "number", "url", "state", "shipped_at", "promised_on", "estimated_on", "delivered_at",
        "service", "lines", "events",
    ),
    "refunds": ("id", "amount", "at", "reason", "shipping", "state", "method", "lines", "key"),
    "payments": ("id", "amount", "method", "state", "at"),
}  # fmt: skip
EVENT = ("at", "text", "state", "code", "place")
LONGEST = 200  # characters of a path


class BadMapping(ValueError):
    """The mapping cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where the fields stand. `states` translates the program's own words; `minor` says that amounts are whole minor
    units instead of « 24.90 »."""

    paths: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    minor: bool = False

    @classmethod
    def read(cls, text: str) -> "Paths":
        """A mapping as it was typed; raises BadMapping."""
        if not text.strip():
            return cls()
        try:
            told = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadMapping("La correspondance n’est pas du JSON lisible.") from error
        if not isinstance(told, dict):
            raise BadMapping("La correspondance est un objet JSON\u202f: nos champs, et où ils se trouvent.")
        states = told.pop("states", {})
        amounts = told.pop("amounts", "")
        if not isinstance(states, dict) or not set(map(str, states.values())) <= set(STATES):
            raise BadMapping(f"Les états possibles sont\u202f: {', '.join(STATES)}.")
        known = known_names()
        for name, path in told.items():
            if name not in known:
                raise BadMapping(f"Le champ «\u202f{str(name)[:40]}\u202f» n’existe pas.")
            if not isinstance(path, str) or len(path) > LONGEST:
                raise BadMapping(f"Le chemin de «\u202f{name}\u202f» n’est pas un texte.")
        return cls(told, {str(word).lower(): str(state) for word, state in states.items()}, amounts == "minor")

    def record(self, payload: Any) -> dict[str, Any]:
        """The order of a payload under our own names; what is not there is None."""
        order = at(payload, self.paths.get("root", ""))
        found = {name: at(order, self.paths.get(name, name)) for name in FIELDS}
        for name in ("address", "billing_address"):
            found[name] = self._part(name, at(order, self.paths.get(name, name)), ADDRESS)
        for name, fields in PARTS.items():
            listed = at(order, self.paths.get(name, name))
            found[name] = [self._part(name, item, fields) for item in listed] if isinstance(listed, list) else []
        for parcel in found["shipments"]:
            events = parcel.get("events")
            listed = events if isinstance(events, list) else []
            parcel["events"] = [self._part("events", event, EVENT) for event in listed]
        return found

    def _part(self, part: str, item: Any, fields: tuple[str, ...]) -> dict[str, Any]:
        return {name: at(item, self.paths.get(f"{part}.{name}", name)) for name in fields}

    def state(self, word: str) -> str:
        """Our state for the program's word; "" for one that nobody has named."""
        bare = word.strip().lower()
        return self.states.get(bare) or (bare if bare in STATES else "")


def known_names() -> set[str]:
    """Every field that a mapping may name."""
    parts = PARTS | {"address": ADDRESS, "billing_address": ADDRESS, "events": EVENT}
    return {"root", *FIELDS, *parts, *(f"{part}.{name}" for part, names in parts.items() for name in names)} - {
        "events"
    }


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path ("customer.emails.0"); the value itself for "", None where there is nothing."""
    for step in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isascii() and step.isdecimal() and len(step) < 6:
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value
