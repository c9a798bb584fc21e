"""Custom fields as conditions of views and filters."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q

from comptoir.core.custom.reading import Definition, definitions
from comptoir.core.filters import Field
from comptoir.core.models import Agent

KINDS = {
    "text": "text", "long": "text", "link": "text", "number": "decimal", "money": "money", "date": "date", "yes": "yes",
    "choice": "choices", "choices": "tags",
}  # fmt: skip


class _Label:
    """A field's name in the language of whoever reads it."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def __str__(self) -> str:
        return self.definition.name


def name_of(definition: Definition) -> str:
    """How a kept condition names the field: by its number, which no other field will ever have."""
    return f"{definition.subject}.field_{definition.pk}"


def fields_of(subject: str, model: Any) -> Callable[[], list[Field]]:
    """The conditions that a room offers: found by keys where few match, looked up row by row where many do.

    Archived fields are among them, so that a view that asks one goes on; `retired` keeps them from being offered.
    """
    held: tuple[Any, list[Field]] = ((), [])

    def offered() -> list[Field]:
        nonlocal held
        if held[0] is not definitions():
            held = (definitions(), [_field(one, model) for one in definitions() if one.subject == subject])
        return held[1]

    return offered


def _field(definition: Definition, model: Any) -> Field:
    made = _made(definition)

    def build(value: Any, agent: Agent) -> Q:
        wanted, there = made(value)
        found = Q(pk__in=_all(model, definition, wanted).values("owner"))
        return found if there else ~found

    def probe(value: Any, agent: Agent) -> Q:
        wanted, there = made(value)
        held = model._default_manager.filter(owner=OuterRef("pk"), field=definition.pk)
        return Q(_each(held, wanted)) if there else ~Q(_each(held, wanted))

    return Field(
        name_of(definition), _Label(definition), KINDS[definition.kind], build, definition.subject,
        _options(definition) if definition.chosen else None, probe, retired=definition.archived,
    )  # fmt: skip


def _all(model: Any, definition: Definition, wanted: list[Q]) -> Any:
    """The rows' values that hold; several conditions are of one owner."""
    rows = model._default_manager.filter(field=definition.pk).order_by()
    found = rows.filter(wanted[0])
    for more in wanted[1:]:
        found = found.filter(owner__in=rows.filter(more).values("owner"))
    return found


def _each(held: Any, wanted: list[Q]) -> Q:
    made = Q()
    for one in wanted:
        made &= Q(Exists(held.filter(one)))
    return made


def _made(definition: Definition) -> Callable[[Any], tuple[list[Q], bool]]:
    """What holds for a value of that kind, each Q of a row of its own; and whether there is to be such a row at all."""

    def chosen(value: Any) -> tuple[list[Q], bool]:
        op, names = value if isinstance(value, tuple) else ("is", value)
        keys = [int(name) for name in names if name.isdecimal() and len(name) < 19] or [0]
        return ([Q(choice=key) for key in keys], True) if op == "all" else ([Q(choice__in=keys)], True)

    def yes(value: bool) -> tuple[list[Q], bool]:
        return [Q(number=1)], value

    def number(pair: tuple[str, Any]) -> tuple[list[Q], bool]:
        how = "gte" if pair[0] == "at_least" else "lte"
        return [Q(**{f"number__{how}": Decimal(pair[1])})], True

    def day(pair: tuple[str, str]) -> tuple[list[Q], bool]:
        how = {"before": "lt", "after": "gt"}.get(pair[0], "exact")
        return [Q(**{f"day__{how}": date.fromisoformat(pair[1])})], True

    def text(value: str) -> tuple[list[Q], bool]:
        return [~Q(text="") & Q(text__icontains=value)], True

    makers: dict[str, Any] = {
        "choice": chosen, "choices": chosen, "yes": yes, "number": number, "money": number, "date": day,
    }  # fmt: skip
    return cast(Callable[[Any], tuple[list[Q], bool]], makers.get(definition.kind, text))


def _options(definition: Definition) -> Callable[[Agent], list[tuple[str, Any]]]:
    return lambda agent: [(str(option.key), option.name) for option in definition.options]
