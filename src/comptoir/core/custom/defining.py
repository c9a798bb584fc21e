"""Every write about the fields themselves. Nothing is deleted: a field is archived, a choice leaves the list, values stay."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptoir.core import ordering
from comptoir.core.actors import Actor
from comptoir.core.custom.reading import definitions
from comptoir.core.events import record
from comptoir.core.models import CustomChoice, CustomField, FieldKind, FieldSubject, Shop
from comptoir.core.shops import changed_fields
from comptoir.lib.text import one_line, unaccent

MOST, OPTIONS = 200, 200
KEY = re.compile(r"[a-z][a-z0-9_]{0,29}")


class CannotDefine(ValueError):
    """There can be no such field; `code` says why: no_name, bad_key, taken, many, no_options, too_many_options, twice."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field as somebody wants it. `kept` are names of options that there are by their key; `added` are new ones."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    help: str = ""
    currency: str = ""
    required: bool = False
    shops: Sequence[Shop] = ()
    kept: Mapping[int, str] = field(default_factory=dict)
    added: Sequence[str] = ()


def key_of(name: str) -> str:
    """The key that a name suggests: « Numéro de série » gives numero_de_serie."""
    bare = re.sub(r"[^a-z0-9]+", "_", unaccent(name)).strip("_")
    return re.sub(r"^[^a-z]+", "", bare)[:30].strip("_")


@transaction.atomic
def define(subject: str, kind: str, key: str, wanted: Wanted, *, actor: Actor) -> CustomField:
    """Make a field. Raises CannotDefine."""
    if subject not in FieldSubject.values or kind not in FieldKind.values or not KEY.fullmatch(key):
        raise CannotDefine("bad_key")
    beside = CustomField.objects.select_for_update().filter(subject=subject)
    if any(row.key == key for row in beside):
        raise CannotDefine("taken")
    if len(beside) >= MOST:
        raise CannotDefine("many")
    last = beside.aggregate(last=Max("position"))["last"]
    row = CustomField(subject=subject, kind=kind, key=key, position=0 if last is None else last + 1)
    _fill(row, wanted)
    row.save()
    row.shops.set(wanted.shops)
    _offer(row, wanted)
    record(row, "field.created", actor=actor, after={"name": row.name})
    definitions.changed()
    return row


@transaction.atomic
def redefine(row: CustomField, wanted: Wanted, *, actor: Actor) -> None:
    """Change everything of a field but its key, subject and kind. Raises CannotDefine."""
    row = CustomField.objects.select_for_update().get(pk=row.pk)
    before, after = changed_fields(row, _cleaned(row, wanted))
    former = sorted(row.shops.values_list("name", flat=True))
    shops = sorted(shop.name for shop in wanted.shops)
    options = list(row.options.filter(archived_at=None).values_list("name", flat=True))
    row.save()
    row.shops.set(wanted.shops)
    _offer(row, wanted)
    now = list(row.options.filter(archived_at=None).values_list("name", flat=True))
    for name, was, becomes in (("shops", former, shops), ("options", options, now)):
        if was != becomes:
            before[name], after[name] = was, becomes
    if after:
        record(row, "field.edited", actor=actor, before=before, after=after)
    definitions.changed()


@transaction.atomic
def archive(row: CustomField, *, archived: bool, actor: Actor) -> bool:
    """Show it nowhere, or again with the values that it kept; False when it was so already."""
    row = CustomField.objects.select_for_update().get(pk=row.pk)
    if (row.archived_at is not None) == archived:
        return False
    row.archived_at = timezone.now() if archived else None
    row.save(update_fields=["archived_at"])
    record(row, "field.archived" if archived else "field.restored", actor=actor)
    definitions.changed()
    return True


@transaction.atomic
def move(row: CustomField, step: int, *, actor: Actor) -> bool:
    """One place up (-1) or down (1) among its subject's; False at the end."""
    beside = CustomField.objects.filter(subject=row.subject, archived_at=None).order_by("position", "pk")
    if row.archived_at or not ordering.move(beside, row.pk, step):
        return False
    record(row, "field.moved", actor=actor)
    definitions.changed()
    return True


def _cleaned(row: CustomField, wanted: Wanted) -> dict[str, object]:
    name = one_line(wanted.name).strip()[:60]
    if not name:
        raise CannotDefine("no_name")
    return {
        "name": name,
        "names": {code: text for code, given in wanted.names.items() if (text := one_line(given).strip()[:60])},
        "help": one_line(wanted.help).strip()[:200],
        "currency": wanted.currency if row.kind == FieldKind.MONEY else "",
        "required": wanted.required and row.subject == FieldSubject.CONVERSATION,
    }


def _fill(row: CustomField, wanted: Wanted) -> None:
    for name, value in _cleaned(row, wanted).items():
        setattr(row, name, value)


def _offer(row: CustomField, wanted: Wanted) -> None:
    """Rename, take away and add options; one that is added again under its former name is the former one."""
    if row.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        return
    held = {option.pk: option for option in CustomChoice.objects.select_for_update().filter(field=row)}
    by_name = {unaccent(option.name): option for option in held.values()}
    names = {key: one_line(name).strip()[:60] for key, name in wanted.kept.items() if key in held}
    added = [text for name in wanted.added if (text := one_line(name).strip()[:60])]
    listed = [*(name for name in names.values() if name), *added]
    if not listed:
        raise CannotDefine("no_options")
    if len(listed) > OPTIONS:
        raise CannotDefine("too_many_options")
    if len({unaccent(name) for name in listed}) < len(listed):
        raise CannotDefine("twice")
    for option in held.values():
        option.archived_at = None if names.get(option.pk) else option.archived_at or timezone.now()
        option.name = names.get(option.pk) or option.name
        option.save(update_fields=["name", "archived_at"])
    place = max((option.position for option in held.values()), default=-1)
    for name in added:
        former = by_name.get(unaccent(name))
        if former is not None and former.archived_at:
            former.name, former.archived_at = name, None
            former.save(update_fields=["name", "archived_at"])
        else:
            place += 1
            CustomChoice.objects.create(field=row, name=name, position=place)
