"""What rows of a list may show beyond the usual: facts of the conversation, and custom fields of it, of its customer and of
the orders beside it. Each is an expression in the list's one query, so that a column costs no query of its own."""

from functools import cache
from typing import Any

from comptoir.conversations.models import ConversationOrder, ConversationValue
from comptoir.core.custom import reading, values
from comptoir.core.custom.filters import name_of
from comptoir.core.custom.reading import Definition
from comptoir.customers.models import CustomerValue
from comptoir.orders.models import Order, OrderValue

MOST = 8  # custom fields that a row shows
LONGEST = 80  # characters of a text in a row
USUAL = ("preview", "tags", "waiting", "assignee")
FACTS = {
    "topic": "c.topic",
    "team": "(SELECT name FROM core_team x WHERE x.id = c.team_id)",
    "shop": "(SELECT name FROM core_shop x WHERE x.id = c.shop_id)",
    "inbox": "(SELECT name FROM conversations_inbox x WHERE x.id = c.inbox_id)",
    "language": "c.language",
    "messages": "c.message_count",
    "created": "c.created_at",
    "orders": "(SELECT array_agg(o.number ORDER BY o.placed_at DESC) FROM conversations_conversationorder x "
    "JOIN orders_order o ON o.id = x.order_id WHERE x.conversation_id = c.id)",
    "country": "(SELECT country FROM customers_customer x WHERE x.id = i.customer_id)",
}


def offered() -> list[Definition]:
    """The custom fields that may be columns: those in use."""
    return [one for subject in ("conversation", "customer", "order") for one in reading.of(subject)]


def chosen(names: object) -> list[str]:
    """What of these names a view keeps, in the house's order: facts, then custom fields, MOST of them."""
    wanted = set(names) if isinstance(names, list | tuple) else set()
    custom = [name for one in offered() if (name := name_of(one)) in wanted]
    return [*(name for name in (*USUAL, *FACTS) if name in wanted), *custom[:MOST]]


def further(names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns among a view's names that stand below the usual ones, as far as they can be shown now."""
    return tuple(name for name in chosen(names) if name not in USUAL)


def expressions(names: tuple[str, ...]) -> list[str]:
    """The SQL of such columns, of a conversation `c` whose identity is `i`."""
    return [FACTS[name] if name in FACTS else _values(_field(name)) for name in names]


def in_words(name: str, held: list[Any]) -> tuple[str, str]:
    """A field's name and what stands in it (several orders may each say something), in the reader's words."""
    field = _field(name)
    said = (values.shown(field, (value,) if field.chosen else value) for value in held)
    return field.name, ", ".join(dict.fromkeys(text for text in said if text))


def is_box(name: str) -> bool:
    """Whether the column is a tick box: its name says all."""
    return _field(name).kind == "yes"


def _field(name: str) -> Definition:
    """The field, archived since or not."""
    return next(one for one in reading.definitions() if name_of(one) == name)


def _values(field: Definition) -> str:
    value = f"left(v.text, {LONGEST})" if field.column == "text" else f"v.{_column(field.column)}"
    rows, ordered = _rows(field.subject)
    return f"(SELECT array_agg({value} ORDER BY {ordered}v.id) FROM {rows} AND v.field_id = {field.pk})"


def _column(name: str) -> str:
    return "choice_id" if name == "choice" else name


@cache
def _rows(subject: str) -> tuple[str, str]:
    """Where the values of a subject stand beside a conversation, and what sorts them before their own order."""
    if subject == "order":
        links, orders = ConversationOrder._meta.db_table, Order._meta.db_table
        joined = (
            f"{links} x JOIN {orders} o ON o.id = x.order_id JOIN {OrderValue._meta.db_table} v ON v.owner_id = o.id"
        )
        return f"{joined} WHERE x.conversation_id = c.id", "o.placed_at DESC, "
    if subject == "customer":
        return f"{CustomerValue._meta.db_table} v WHERE v.owner_id = i.customer_id", ""
    return f"{ConversationValue._meta.db_table} v WHERE v.owner_id = c.id", ""
