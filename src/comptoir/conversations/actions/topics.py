"""Every write about the tree of topics. Merging and archiving change the tree alone, never a conversation: both are undone whole."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from comptoir.conversations.models import Topic
from comptoir.conversations.queries.topics import tree
from comptoir.core import ordering
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.core.shops import changed_fields
from comptoir.lib.text import one_line, unaccent

DEEPEST = 4
MOST = 500
LONGEST = 60


class CannotChange(ValueError):
    """The tree cannot be so; `code` says why: no_name, taken, deep, many, circle, merged, self."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def save_topic(
    row: Topic | None, name: str, *, parent: Topic | None, names: Mapping[str, str], shops: Iterable[Shop], actor: Actor
) -> Topic:
    """Make a topic, or rename it, put it elsewhere in the tree, limit it to shops. Raises CannotChange."""
    name = one_line(name).strip()[:LONGEST]
    others = {code: text for code, given in names.items() if (text := one_line(given).strip()[:LONGEST])}
    rows = {one.pk: one for one in Topic.objects.select_for_update().order_by("pk")}
    _check(row, name, parent, rows)
    limited = sorted({shop.pk for shop in shops})
    if row is None:
        last = Topic.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
        place = 0 if last is None else last + 1
        row = Topic.objects.create(code=_free_code(name, rows), name=name, names=others, parent=parent, position=place)
        row.shops.set(limited)
        record(row, "topic.created", actor=actor, after={"name": name})
    else:
        before, after = changed_fields(row, {"name": name, "names": others, "parent": parent})
        former = sorted(row.shops.values_list("pk", flat=True))
        if former != limited:
            row.shops.set(limited)
            before["shops"], after["shops"] = former, limited
        row.save(update_fields=["name", "names", "parent"])
        if after:
            record(row, "topic.edited", actor=actor, before=before, after=after)
    _settle()
    return row


def named(names: Iterable[str], *, actor: Actor) -> None:
    """Make roots of the names that no topic bears yet: the lines of a contact form are topics."""
    for name in names:
        if not any(unaccent(row.name) == unaccent(name) or row.code == name for row in Topic.objects.all()):
            save_topic(None, name, parent=None, names={}, shops=(), actor=actor)


@transaction.atomic
def move(row: Topic, step: int, *, actor: Actor) -> bool:
    """One place up (-1) or down (1) among those beside it; False at the end."""
    beside = Topic.objects.filter(parent=row.parent_id, merged_into=None, archived_at=None).order_by("position", "pk")
    if row.archived_at or row.merged_into_id or not ordering.move(beside, row.pk, step):
        return False
    record(row, "topic.moved", actor=actor)
    _settle()
    return True


@transaction.atomic
def archive(row: Topic, *, archived: bool, actor: Actor) -> bool:
    """Offer it and what stands below it no more, or again; conversations keep it. False when it was so already."""
    row = Topic.objects.select_for_update().get(pk=row.pk)
    if (row.archived_at is not None) == archived:
        return False
    row.archived_at = timezone.now() if archived else None
    row.save(update_fields=["archived_at"])
    record(row, "topic.archived" if archived else "topic.restored", actor=actor)
    _settle()
    return True


@transaction.atomic
def merge(row: Topic, target: Topic, *, actor: Actor) -> None:
    """From now on the one reads and counts as the other, what stands below it too. Raises CannotChange."""
    rows = {one.pk: one for one in Topic.objects.select_for_update().order_by("pk")}
    row, target = rows[row.pk], rows[target.pk]
    if row.pk == target.pk or row.pk in _above(target, rows):
        raise CannotChange("self")
    if row.merged_into_id or target.merged_into_id or target.archived_at:
        raise CannotChange("merged")
    if len(_above(target, rows)) + _height(row, rows) > DEEPEST:
        raise CannotChange("deep")
    row.merged_into = target
    row.save(update_fields=["merged_into"])
    record(row, "topic.merged", actor=actor, topic=target.pk)
    _settle()


@transaction.atomic
def unmerge(row: Topic, *, actor: Actor) -> bool:
    """It stands for itself again; False when it does."""
    row = Topic.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.merged_into_id is None:
        return False
    row.merged_into = None
    row.save(update_fields=["merged_into"])
    record(row, "topic.unmerged", actor=actor)
    _settle()
    return True


def _check(row: Topic | None, name: str, parent: Topic | None, rows: dict[int, Topic]) -> None:
    if not name:
        raise CannotChange("no_name")
    if row is None and len(rows) >= MOST:
        raise CannotChange("many")
    if parent is not None and (parent.merged_into_id or parent.pk not in rows):
        raise CannotChange("merged")
    above = _above(parent, rows) if parent is not None else []
    if row is not None and row.pk in above:
        raise CannotChange("circle")
    if len(above) + (_height(row, rows) if row else 1) > DEEPEST:
        raise CannotChange("deep")
    beside = [one for one in rows.values() if one.parent_id == (parent.pk if parent else None)]
    mine = row.pk if row else None
    if any(one.pk != mine and not one.merged_into_id and unaccent(one.name) == unaccent(name) for one in beside):
        raise CannotChange("taken")


def _above(row: Topic, rows: dict[int, Topic]) -> list[int]:
    """The row and those that it hangs on, merged ones read as what they are now."""
    found: list[int] = []
    at: int | None = row.pk
    while at is not None and at not in found:
        found.append(at)
        held = rows[at]
        at = held.merged_into_id or held.parent_id
    return found


def _height(row: Topic, rows: dict[int, Topic]) -> int:
    below = [one for one in rows.values() if row.pk in (one.parent_id, one.merged_into_id)]
    return max((_height(one, rows) + (one.parent_id == row.pk) for one in below), default=1)


def _free_code(name: str, rows: dict[int, Topic]) -> str:
    taken = {row.code for row in rows.values()}
    base = slugify(unaccent(name))[: LONGEST - 4] or "topic"
    codes = (base, *(f"{base}-{number}" for number in range(2, MOST + 3)))
    return next(code for code in codes if code not in taken)


def _settle() -> None:
    """Write down by which codes each topic is found, and let every process read the tree anew."""
    rows = {row.pk: row for row in Topic.objects.order_by("pk")}
    for row in rows.values():
        codes = []
        for key in _above(row, rows):
            codes += [rows[key].code, *(one.code for one in rows.values() if one.merged_into_id == key)]
        row.branch = sorted(dict.fromkeys(codes))
    Topic.objects.bulk_update(rows.values(), ["branch"])
    tree.changed()
