"""A list in the order of a custom field of the conversation or of its customer: numbers, amounts and dates, whose index
gives the rows one after the other. Rows without a value come after all others, who waits longest first."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from comptoir.conversations.models import Conversation, ConversationValue
from comptoir.conversations.queries.orders import ORDERS, Cursor, Order
from comptoir.conversations.queries.prepared import COLUMNS, Prepared
from comptoir.core.custom import reading
from comptoir.core.custom.reading import Definition
from comptoir.customers.models import CustomerValue, Identity

KINDS = ("number", "money", "date")
MODELS: dict[str, Any] = {"conversation": ConversationValue, "customer": CustomerValue}
_CODE = re.compile(r"f(\d{1,8})(d?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldOrder(Order):
    """The order of a field's values."""

    field: Definition
    falling: bool

    def select(self, base: Prepared, after: Cursor | None, limit: int) -> tuple[str, list[Any]]:
        """The SELECT of the rows after a place, each with its value as `sorted`, and its parameters."""
        columns = ", ".join(f"b.{name}" for name in COLUMNS)
        start = self.after(after) if after is not None else None
        last = after if after is not None and after.value is None else None
        rest, values = ("AND (b.rank, b.id) > (%s, %s)", [last.place, last.key]) if last else ("", [])
        without = (
            f"SELECT {columns}, NULL::{_TYPES[self.field.column]} AS sorted FROM ({base.sql}) b "
            f"WHERE NOT EXISTS (SELECT FROM {self._beside('v.owner_id = ' + self._owner)}) {rest}"
        )
        if last:
            return f"{without} ORDER BY b.rank, b.id LIMIT %s", [*base.params, *values, limit]
        more, begun = start if start is not None else ("", [])
        sign = "DESC" if self.falling else "ASC"
        sql = (
            f"WITH valued AS MATERIALIZED (SELECT {columns}, v.{self.field.column} AS sorted FROM ({base.sql}) b "
            f"JOIN {self._joined} {more and 'WHERE ' + more} ORDER BY v.{self.field.column} {sign}, b.id {sign} LIMIT %s) "
            f"SELECT * FROM valued UNION ALL ({without} AND (SELECT count(*) FROM valued) < %s "
            "ORDER BY b.rank, b.id LIMIT %s)"
        )
        return sql, [*base.params, *begun, limit, *base.params, limit, limit]

    @property
    def _owner(self) -> str:
        if self.field.subject == "conversation":
            return "b.id"
        return f"(SELECT customer_id FROM {Identity._meta.db_table} WHERE id = b.identity_id)"

    @property
    def _joined(self) -> str:
        if self.field.subject == "conversation":
            return f"{ConversationValue._meta.db_table} v ON v.owner_id = b.id AND v.field_id = {self.field.pk}"
        return (
            f"{Identity._meta.db_table} i ON i.id = b.identity_id "
            f"JOIN {self._beside('v.owner_id = i.customer_id').replace('WHERE', 'ON')}"
        )

    def _beside(self, owned: str) -> str:
        return f"{MODELS[self.field.subject]._meta.db_table} v WHERE {owned} AND v.field_id = {self.field.pk}"


_TYPES = {"number": "numeric", "day": "date"}


def order_of(sort: str) -> Order | None:
    """The order of that code: one of ORDERS, or a field's number ("f12", falling "f12d"); None when there is none."""
    found = _CODE.fullmatch(sort)
    if found is None:
        return ORDERS.get(sort)
    key, falling = int(found[1]), bool(found[2])
    field = next((one for one in sortable() if one.pk == key), None)
    return _order(field, falling) if field else None


def sortable() -> list[Definition]:
    """The fields in use that a list can be sorted by."""
    return [one for subject in MODELS for one in reading.of(subject) if one.kind in KINDS]


def codes(field: Definition) -> tuple[str, str]:
    """How an address and a view name the two orders of a field: rising and falling."""
    return f"f{field.pk}", f"f{field.pk}d"


def place_after(row: Conversation, sort: str) -> Cursor:
    """The place right after a conversation that is not in a list."""
    order = order_of(sort)
    if not isinstance(order, FieldOrder):
        return Cursor.after(row, sort)
    owner = row.pk if order.field.subject == "conversation" else row.identity.customer_id
    held = MODELS[order.field.subject].objects.filter(owner=owner, field=order.field.pk)
    return Cursor.valued(row.rank, row.pk, held.values_list(order.field.column, flat=True).first())


def _order(field: Definition, falling: bool) -> FieldOrder:
    sign, column = ("<" if falling else ">"), field.column

    def after(place: Cursor) -> tuple[str, list[Any]] | None:
        value = _value(column, place.value)
        return (f"(v.{column}, b.id) {sign} (%s, %s)", [value, place.key]) if value is not None else None

    way, key = ("DESC NULLS LAST", "-b.id") if falling else ("ASC NULLS LAST", "b.id")
    by = f"b.sorted {way}, CASE WHEN b.sorted IS NULL THEN b.rank END, CASE WHEN b.sorted IS NULL THEN b.id ELSE {key} END"
    return FieldOrder(by, after, field, falling)


def _value(column: str, text: str | None) -> date | Decimal | None:
    try:
        return None if text is None else date.fromisoformat(text) if column == "day" else Decimal(text)
    except (ValueError, ArithmeticError):
        return None
