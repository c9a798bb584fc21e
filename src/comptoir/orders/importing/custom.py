"""Columns of a file that go into custom fields of the order and of its customer: found by their titles, or named by who
brings the file; judged with the order that they stand in."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from comptoir.core.actors import IMPORT
from comptoir.core.custom import reading, values
from comptoir.core.custom.judging import BadValue, judged, said
from comptoir.core.custom.reading import Definition
from comptoir.core.models import Origin
from comptoir.customers import actions as customers
from comptoir.customers.models import CustomerValue
from comptoir.orders import filling
from comptoir.orders.data import BadOrder
from comptoir.orders.importing.columns import key
from comptoir.orders.models import Order, OrderValue

SUBJECTS = {"order": ("order", "commande"), "customer": ("customer", "client")}
JSON = {"order": "fields", "customer": "customer_fields"}
Given = list[tuple[Definition, Any, Any]]  # a field, what was told, and the same as it is kept


def targets() -> dict[str, Definition]:
    """The fields that a column may go into, by how a file and a mapping name them: order.KEY, customer.KEY."""
    return {f"{subject}.{one.key}": one for subject in SUBJECTS for one in reading.of(subject)}


@dataclass(slots=True)
class Columns:
    """Which columns go into fields. `mapping` says so by title, "" for a column to be left aside, before titles decide.

    `found` are the columns that a fixed name does not take, each with its field or "".
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    found: list[tuple[str, str]] = field(default_factory=list)

    def recognise(self, headers: list[str], taken: Collection[int]) -> dict[int, str]:
        """The fields of the columns, by place; a field is filled by the first column that names it."""
        known, named = targets(), {key(title): code for title, code in self.mapping.items()}
        titles = _titles(known)
        places: dict[int, str] = {}
        self.found = []
        for place, header in enumerate(headers):
            if place in taken or not header.strip():
                continue
            code = named.get(key(header), titles.get(key(header), ""))
            code = code if code in known and code not in places.values() else ""
            if code:
                places[place] = code
            self.found.append((header.strip()[:80], code))
        return places


def given(record: Mapping[str, Any]) -> Given:
    """What a record says of fields. Raises BadOrder."""
    known = targets()
    told = {code: value for code, value in record.items() if code in known}
    for subject, name in JSON.items():
        held = record.get(name) or {}
        if not isinstance(held, dict):
            raise BadOrder(_("%(field)s n’est pas un objet.") % {"field": name})
        told |= {f"{subject}.{one}": value for one, value in held.items()}
    return [_judged(_known(known, code), value) for code, value in told.items()]


def fill(pairs: list[tuple[Order, Given]]) -> set[int]:
    """Write what differs; the orders that this changed, or whose customers. A person who was erased stays empty."""
    mine = [(order, *each) for order, told in pairs for each in told]
    if not mine:
        return set()
    orders = values.of_rows(OrderValue, {order.pk for order, *_each in mine})
    people = values.of_rows(CustomerValue, {order.identity.customer_id for order, *_each in mine})
    changed = set()
    for order, one, value, kept in mine:
        person, of_order = order.identity.customer, one.subject == "order"
        held = orders.setdefault(order.pk, {}) if of_order else people.setdefault(person.pk, {})
        if values.same(held.get(one.pk), kept) or (not of_order and person.erased_at):
            continue
        if of_order:
            filling.set_field(order, one, value, actor=IMPORT, origin=Origin.IMPORT)
        else:
            customers.set_field(person, one, value, actor=IMPORT, origin=Origin.IMPORT)
        held[one.pk] = kept  # a person may stand in several orders of one batch
        changed.add(order.pk)
    return changed


def _known(known: Mapping[str, Definition], code: str) -> Definition:
    if code not in known:
        raise BadOrder(_("Il n’y a pas de champ « %(name)s ».") % {"name": code[:60]})
    return known[code]


def _judged(one: Definition, value: Any) -> tuple[Definition, Any, Any]:
    if one.many and isinstance(value, str):
        value = [part.strip() for part in re.split(r"[,;|]", value) if part.strip()]
    try:
        return one, value, judged(one, value)
    except BadValue as problem:
        raise BadOrder(said(problem)) from problem


def _titles(known: Mapping[str, Definition]) -> dict[str, str]:
    """How the title of a column may name a field: by its key, its name in any language, or either behind its subject."""
    found: dict[str, str] = {}
    for code, one in known.items():
        for name in (one.key, one.title, *one.names.values()):
            for text in (name, *(f"{subject} {name}" for subject in SUBJECTS[one.subject])):
                found.setdefault(key(text), code)
    return found
