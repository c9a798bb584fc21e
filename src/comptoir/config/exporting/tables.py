"""Which tables an export holds, in the order in which they can be written again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, GeneratedField, Model

# What a process or a browser keeps for the moment, and what is made again out of the rest.
LEFT_OUT = frozenset(
    {
        "core_agentsession",
        "core_filetodelete",
        "core_heartbeat",
        "core_idempotencykey",
        "core_throttlewindow",
        "conversations_lexiconprogress",
        "conversations_lexiconword",
        "conversations_presence",
        "conversations_searchentry",
        "notifications_device",
        "notifications_notice",
        "notifications_senderkey",
        "orders_customertotal",
    }
)
_SECRET = re.compile(r"secret|token|grant|password")
_ENCRYPTED = r"^[0-9]+\.gAAAA"


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns without generated ones, and the columns by which its rows are sorted."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    identity: str = ""  # the column that a sequence numbers

    @property
    def listed(self) -> str:
        """The columns as SQL."""
        return ", ".join(f'"{column}"' for column in self.columns)


@cache
def tables() -> tuple[Table, ...]:
    """Every table of ours that is exported; what a row points to stands before it."""
    models = [model for model in apps.get_models(include_auto_created=True) if _ours(model)]
    return tuple(_table(model) for model in _sorted(models))


def _ours(model: type[Model]) -> bool:
    options = model._meta
    ours = options.app_config is not None and options.app_config.name.startswith("comptoir.")
    return ours and options.managed and not options.proxy and options.db_table not in LEFT_OUT


def _sorted(models: list[type[Model]]) -> Iterator[type[Model]]:
    left = sorted(models, key=lambda model: model._meta.db_table)
    done: set[type[Model]] = set()
    while left:
        ready = [model for model in left if not (_points_to(model) & set(left)) - {model}]
        for model in ready or left[:1]:  # a circle: foreign keys are checked at the end anyway
            yield model
            done.add(model)
        left = [model for model in left if model not in done]


def _points_to(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in model._meta.local_fields if isinstance(field, ForeignKey)}


def _table(model: type[Model]) -> Table:
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, GeneratedField)]
    key = model._meta.pk
    serial = key.get_internal_type() in {"BigAutoField", "AutoField", "SmallAutoField"}
    return Table(
        model._meta.db_table,
        tuple(str(field.column) for field in fields),
        (str(key.column),),
        str(key.column) if serial else "",
    )


def encrypted() -> Iterator[tuple[str, str, str]]:
    """Table, key column and column of every text column that may hold something encrypted."""
    with connection.cursor() as cursor:
        for table in tables():
            for column in table.columns:
                if _SECRET.search(column):
                    cursor.execute(
                        "SELECT data_type FROM information_schema.columns WHERE table_schema = current_schema() "
                        "AND table_name = %s AND column_name = %s",
                        [table.name, column],
                    )
                    found = cursor.fetchone()
                    if found and found[0] in ("text", "character varying"):
                        yield table.name, table.key[0], column


def encrypted_rows(table: str, key: str, column: str) -> list[tuple[int, str]]:
    """The keys and values of that column that look encrypted."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{key}", "{column}" FROM "{table}" WHERE "{column}" ~ %s', [_ENCRYPTED])
        return list(cursor.fetchall())
