"""The fields of one row as its page draws them."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from comptoir.conversations.models import ConversationValue
from comptoir.core import access
from comptoir.core.custom import reading, values
from comptoir.core.custom.judging import Kept
from comptoir.core.custom.reading import Definition
from comptoir.core.models import Agent
from comptoir.customers.models import CustomerValue
from comptoir.lib.money import to_decimal
from comptoir.orders.models import OrderValue

MODELS: dict[str, Any] = {"conversation": ConversationValue, "customer": CustomerValue, "order": OrderValue}
SHOWN = {"conversation": 6, "customer": 0, "order": 4}  # more than these fold away while nothing stands in them


@dataclass(frozen=True, slots=True)
class Slot:
    """A field with what stands in it: as a control wants it, and as one reads it."""

    definition: Definition
    typed: str
    shown: str
    options: tuple[tuple[str, str, bool], ...] = ()
    error: str = ""

    @property
    def on(self) -> bool:
        """A ticked box."""
        return self.typed == "1"


def section(subject: str, row: Any, agent: Agent, *, may: bool, wrong: Slot | None = None) -> dict[str, Any]:
    """What the template of the fields needs; without fields, nothing is read."""
    shops = [row.shop_id] if subject != "customer" else None
    known = reading.of(subject, shops)
    if shops is None and any(one.shops for one in known):
        known = reading.of(subject, access.shops(agent).values_list("pk", flat=True))
    held = values.of_row(MODELS[subject], row.pk) if known else {}
    slots = [slot(one, held.get(one.pk)) for one in known]
    slots = [wrong if wrong and wrong.definition.pk == one.definition.pk else one for one in slots]
    filled = [
        one for at, one in enumerate(slots) if at < SHOWN[subject] or one.shown or one.error or one.definition.required
    ]
    if not may:
        filled = [one for one in slots if one.shown]
    return {
        "subject": subject,
        "key": row.pk,
        "slots": filled,
        "folded": [one for one in slots if may and one not in filled],
        "may": may,
    }


def slot(definition: Definition, kept: Kept) -> Slot:
    """A field with its value."""
    chosen = kept if isinstance(kept, tuple) else ()
    options = tuple(
        (f"#{option.key}", option.name, option.key in chosen)
        for option in definition.options
        if not option.gone or option.key in chosen
    )
    return Slot(definition, _typed(definition, kept), values.shown(definition, kept), options)


def refused(definition: Definition, typed: list[str], error: str) -> Slot:
    """A field with what was typed in vain."""
    made = slot(definition, None)
    options = tuple((code, name, code in typed) for code, name, _on in made.options)
    return replace(made, typed=typed[0] if typed else "", options=options, error=error)


def _typed(definition: Definition, kept: Kept) -> str:
    if kept is None or isinstance(kept, tuple):
        return ""
    if isinstance(kept, Decimal):
        if definition.kind == "money":
            return str(to_decimal(int(kept), definition.currency or "EUR")).replace(".", ",")
        return f"{kept.normalize():f}".replace(".", ",")
    return str(kept)
