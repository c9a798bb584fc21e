"""Custom fields in the search box: `taille:42`, `garantie:<31/12/2026`, `coloris:bleu`, by the field's key."""

import re
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from django.db.models import Q

from comptoir.conversations.models import ConversationOrder, ConversationValue
from comptoir.conversations.queries.search import asking, values
from comptoir.conversations.queries.search.asking import Asked, Problem
from comptoir.core.custom.judging import BadValue, judged
from comptoir.core.custom.reading import Definition, definitions
from comptoir.core.models import FieldSubject
from comptoir.customers.models import CustomerValue
from comptoir.lib.text import unaccent
from comptoir.orders.models import OrderValue

_COMPARED = re.compile(r"(?P<how>[<>]=?)?(?P<value>.+)", re.DOTALL)
_HOW = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte", None: "exact"}


def keys() -> frozenset[str]:
    """The keys that name a field in use."""
    return frozenset(one.key for one in definitions() if not one.archived)


def read(text: str, *, typing: bool = False) -> Asked:
    """Take a text apart (see `asking.read`), the fields that there are being filters too."""
    return asking.read(text, typing=typing, fields=keys())


def condition(name: str, value: str) -> Any:
    """The conversations whose field of that key, or whose customer's or order's, says so; or a Problem."""
    made, wrong = Q(), None
    for definition in definitions():
        if definition.key == unaccent(name) and not definition.archived:
            found = _rows(definition, value)
            if isinstance(found, Problem):
                wrong = wrong or found
            else:
                made |= _lifted(definition, found)
    return made if made else wrong or Problem("unknown_value", value)


def offered(name: str) -> list[str]:
    """What a field may be asked for: its options, yes."""
    found: list[str] = []
    for definition in definitions():
        if definition.key == unaccent(name) and not definition.archived:
            found += ["oui"] if definition.kind == "yes" else [option.name for option in definition.options]
    return found


def _rows(definition: Definition, value: str) -> Any:
    """What must hold of a value's row."""
    held = Q(field=definition.pk)
    if definition.chosen:
        plain = unaccent(value)
        options = [option for option in definition.options if unaccent(option.name).startswith(plain)]
        exact = [option.key for option in options if unaccent(option.name) == plain]
        chosen = exact or [option.key for option in options]
        return held & Q(choice__in=chosen) if chosen else _unknown(definition, value)
    if definition.kind == "yes":
        wanted = {"oui": True, "yes": True, "1": True}.get(unaccent(value))
        return held & Q(number=1) if wanted else Problem("unknown_value", value, "oui")
    if definition.column == "text":
        return held & ~Q(text="") & Q(text__icontains=value)
    asked = _COMPARED.fullmatch(value.strip())
    how, text = (_HOW[asked["how"]], asked["value"]) if asked else ("exact", value)
    if definition.kind == "date":
        day = values.day(text)
        return held & Q(**{f"day__{how}": day.date()}) if day else Problem("no_date", value)
    try:
        number = judged(definition, text)
    except (BadValue, InvalidOperation):
        return Problem("unknown_value", value)
    return held & Q(**{f"number__{how}": number}) if isinstance(number, Decimal) else Problem("unknown_value", value)


def _unknown(definition: Definition, value: str) -> Problem:
    near = get_close_matches(unaccent(value), [unaccent(option.name) for option in definition.options], 1, 0.6)
    names = {unaccent(option.name): option.name for option in definition.options}
    return Problem("unknown_value", value, names[near[0]] if near else "")


def _lifted(definition: Definition, held: Q) -> Q:
    if definition.subject == FieldSubject.CONVERSATION:
        return Q(pk__in=ConversationValue.objects.filter(held).order_by().values("owner"))
    if definition.subject == FieldSubject.CUSTOMER:
        return Q(identity__customer__in=CustomerValue.objects.filter(held).order_by().values("owner"))
    orders = OrderValue.objects.filter(held).order_by().values("owner")
    return Q(pk__in=ConversationOrder.objects.filter(order__in=orders).order_by().values("conversation"))
