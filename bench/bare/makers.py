"""From a statement of Django's ORM to the objects that it would make of the rows."""

import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import Model

COLUMN = re.compile(r'"(\w+)"\."(\w+)"(?:, | FROM )')
Maker = Callable[[tuple[Any, ...]], object]


def makers(sql: str) -> list[Maker]:
    """What turns a row into objects: one maker for each model whose columns, key included, begin the SELECT list."""
    tables = {model._meta.db_table: model for model in apps.get_models()}
    position = len("SELECT ")
    runs: list[tuple[str, int, list[str]]] = []
    place = 0
    while found := COLUMN.match(sql, position):
        table, column = found.groups()
        if not runs or runs[-1][0] != table or column == "id":
            runs.append((table, place, []))
        runs[-1][2].append(column)
        position, place = found.end(), place + 1
        if found.group().endswith("FROM "):
            break
    made = []
    for table, start, columns in runs:
        model = tables.get(table)
        if model is not None and model._meta.pk.column in columns:
            made.append(_maker(model, start, columns))
    return made


def _maker(model: type[Model], start: int, columns: list[str]) -> Maker:
    by_column = {field.column: field.attname for field in model._meta.concrete_fields}
    names = [by_column[column] for column in columns]
    end = start + len(columns)
    return lambda row: model.from_db("default", names, row[start:end])
