"""The values that stand in fields: read for rows of one room, written one field at a time, shown, told to programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comptoir.core.actors import Actor
from comptoir.core.custom.judging import Kept, judged
from comptoir.core.custom.reading import Definition, definitions
from comptoir.core.events import record
from comptoir.lib.dates.human import long_date
from comptoir.lib.money import format_minor

Values = Any  # a room's table of values: a subclass of core.models.CustomValue with its `owner`


def of_rows(model: Values, owners: Iterable[int]) -> dict[int, dict[int, Kept]]:
    """What stands in the fields of each row: {row: {field: value}}, in one query."""
    found: dict[int, list[Any]] = {}
    for row in model._default_manager.filter(owner__in=list(owners)).order_by("pk"):
        found.setdefault(row.owner_id, []).append(row)
    return {owner: _gathered(rows) for owner, rows in found.items()}


def _gathered(rows: Iterable[Any]) -> dict[int, Kept]:
    held: dict[int, Any] = {}
    for row in rows:
        if row.choice_id is not None:
            held[row.field_id] = (*held.get(row.field_id, ()), row.choice_id)
        else:
            held[row.field_id] = row.day if row.day is not None else row.number if row.number is not None else row.text
    return held


def of_row(model: Values, owner: int) -> dict[int, Kept]:
    """What stands in the fields of one row."""
    return of_rows(model, [owner]).get(owner, {})


@dataclass(frozen=True, slots=True)
class Written:
    """A field that was changed, with what stood there and what stands there now, as `core.events.record` wants them."""

    customfield: int
    before: dict[str, Any]
    after: dict[str, Any]


def write(model: Values, owner: int, definition: Definition, given: Any) -> Written | None:
    """Put a value into a field of a row that the caller has locked, nothing for None; None when it stood there already.

    Raises BadValue, and then nothing is changed. The caller records what was written.
    """
    kept = judged(definition, given)
    former = of_row(model, owner).get(definition.pk)
    if same(former, kept):
        return None
    model._default_manager.filter(owner=owner, field=definition.pk).delete()
    model._default_manager.bulk_create(_rows(model, owner, definition, kept))
    before, after = {definition.title: plain(definition, former)}, {definition.title: plain(definition, kept)}
    return Written(definition.pk, before, after)


def fill(
    model: Values,
    row: Any,
    definition: Definition,
    given: Any,
    *,
    verb: str,
    actor: Actor,
    origin: str,
    customer: int,
    shop: int | None = None,
    audiences: Iterable[str] = (),
) -> bool:
    """Write into a field of a row that the caller has locked, and record it; False when that stood there already."""
    written = write(model, row.pk, definition, given)
    if written is not None:
        record(
            row,
            verb,
            actor=actor,
            origin=origin,
            customer=customer,
            shop=shop,
            audiences=audiences,
            before=written.before,
            after=written.after,
            customfield=written.customfield,
        )
    return written is not None


def _rows(model: Values, owner: int, definition: Definition, kept: Kept) -> list[Any]:
    if kept is None:
        return []
    keys: dict[str, Any] = {"owner_id": owner, "field_id": definition.pk}
    if isinstance(kept, tuple):
        return [model(**keys, choice_id=key) for key in kept]
    return [model(**keys, **{definition.column: Decimal(1) if kept is True else kept})]


def same(former: Kept, kept: Kept) -> bool:
    """Whether what stands in a field is what would be written."""
    if isinstance(former, tuple) and isinstance(kept, tuple):
        return sorted(former) == sorted(kept)
    return former == (Decimal(1) if kept is True else kept)


def plain(definition: Definition, kept: Kept) -> Any:
    """The value as other programs read and write it: text, number, `2026-11-24`, true, names of options; null for none."""
    if kept is None:
        return False if definition.kind == "yes" else [] if definition.many else None
    if isinstance(kept, tuple):
        names = [option.name for option in definition.options if option.key in kept]
        return names if definition.many else names[0] if names else None
    if isinstance(kept, Decimal):
        if definition.kind == "yes":
            return kept == 1
        return int(kept) if kept == kept.to_integral_value() else float(kept)
    return kept.isoformat() if isinstance(kept, date) else kept


def shown(definition: Definition, kept: Kept, *, language: str = "") -> str:
    """The value as people read it, in the reader's language or the one that is given; "" for none."""
    if kept is None:
        return ""
    spoken = language or (get_language() or "fr").split("-")[0]
    if isinstance(kept, tuple):
        return ", ".join(option.name for option in definition.options if option.key in kept)
    if isinstance(kept, date):
        return long_date(kept, spoken) if language else date_format(kept, "SHORT_DATE_FORMAT")
    if isinstance(kept, Decimal):
        if definition.kind == "yes":
            return _("oui") if kept == 1 else ""
        if definition.kind == "money":
            return format_minor(int(kept), definition.currency or "EUR", spoken)
        return number_format(kept.normalize() if kept % 1 else kept.to_integral_value(), use_l10n=True)
    return str(kept)


def told(subject: str, rows: Any) -> dict[str, Any]:
    """For programs: what stands in the fields in use, by their keys. `rows` are one row's values (`row.custom_values`)."""
    known = {one.pk: one for one in definitions() if one.subject == subject and not one.archived}
    held = _gathered(rows.all()) if known else {}
    return {known[pk].key: plain(known[pk], value) for pk, value in held.items() if pk in known}


def move(model: Values, source: int, target: int) -> list[int]:
    """Give to `target` what only `source` had; the keys of the rows that moved. Where both have a value, each keeps its own."""
    theirs = model._default_manager.filter(owner=target).values("field")
    rows = model._default_manager.filter(owner=source).exclude(field__in=theirs)
    keys = list(rows.values_list("pk", flat=True))
    model._default_manager.filter(pk__in=keys).update(owner=target)
    return keys


def give_back(model: Values, keys: Iterable[int], source: int, target: int) -> None:
    """Take rows that had moved back to `source`, where they still stand as they came."""
    model._default_manager.filter(pk__in=list(keys), owner=target).update(owner=source)


def exported(model: Values, owner: int) -> dict[str, str]:
    """For a person's copy: every value, of archived fields too, by the field's name."""
    known = {one.pk: one for one in definitions()}
    return {known[pk].title: shown(known[pk], kept) for pk, kept in of_row(model, owner).items() if pk in known}


def given_by_key(subject: str, given: Mapping[str, Any]) -> list[tuple[Definition, Any]]:
    """The fields in use that keys name, with what was given for each; raises KeyError with a key that names none."""
    known = {one.key: one for one in definitions() if one.subject == subject and not one.archived}
    return [(known[key], value) for key, value in given.items()]
