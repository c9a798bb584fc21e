"""The fields that there are. They are few and seldom change: kept for seconds."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from comptoir.core.models import CustomChoice, CustomField
from comptoir.core.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Option:
    """What may be chosen; `gone`: chosen where it was, offered no more."""

    key: int
    name: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A field as pages, programs and filters read it."""

    pk: int
    subject: str
    key: str
    kind: str
    title: str
    names: dict[str, str] = field(hash=False, compare=False)
    help: str = ""
    currency: str = ""
    required: bool = False
    shops: frozenset[int] = frozenset()
    archived: bool = False
    options: tuple[Option, ...] = ()

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.names.get((get_language() or "fr").split("-")[0]) or self.title

    @property
    def many(self) -> bool:
        """Whether several may be chosen."""
        return self.kind == "choices"

    @property
    def chosen(self) -> bool:
        """Whether its values are options."""
        return self.kind in ("choice", "choices")

    @property
    def column(self) -> str:
        """Where its values stand in CustomValue."""
        columns = {"number": "number", "money": "number", "yes": "number", "date": "day"}
        return "choice" if self.chosen else columns.get(self.kind, "text")


def _read() -> tuple[Definition, ...]:
    rows = list(CustomField.objects.order_by("subject", "position", "pk"))
    if not rows:
        return ()
    options: dict[int, list[Option]] = {}
    for choice in CustomChoice.objects.order_by("position", "pk"):
        options.setdefault(choice.field_id, []).append(Option(choice.pk, choice.name, choice.archived_at is not None))
    shops: dict[int, set[int]] = {}
    for key, shop in CustomField.shops.through.objects.values_list("customfield_id", "shop_id"):
        shops.setdefault(key, set()).add(shop)
    return tuple(
        Definition(
            row.pk, row.subject, row.key, row.kind, row.name, row.names, row.help, row.currency, row.required,
            frozenset(shops.get(row.pk, ())), row.archived_at is not None, tuple(options.get(row.pk, ())),
        )
        for row in rows
    )  # fmt: skip


definitions = Remembered(_read)


def of(subject: str, shops: Iterable[int] | None = None) -> list[Definition]:
    """The fields of a subject that are in use, in their order; those of at least one of these shops, if any are given."""
    wanted = None if shops is None else set(shops)
    found = (one for one in definitions() if one.subject == subject and not one.archived)
    return [one for one in found if wanted is None or not one.shops or one.shops & wanted]


def find(subject: str, key: str) -> Definition | None:
    """The field of that key, in use or not."""
    return next((one for one in definitions() if one.subject == subject and one.key == key), None)
