"""`/N/`: run the statements of page N of BENCH_STATEMENTS and answer with the rows of the largest as JSON.

What Django's ORM would make objects of, it makes objects of here too; nobody is asked who they are, nothing is drawn.
"""

import json
import os
import pickle
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path

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


def page(request: HttpRequest, number: int) -> HttpResponse:
    """The view."""
    largest: list[Any] = []
    with connection.cursor() as cursor:
        for sql, params, objects in PAGES[number]:
            cursor.execute(sql, params)
            rows = cursor.fetchall() if cursor.description else []
            for make in objects:
                for row in rows:
                    make(row)
            if len(rows) > len(largest):
                largest = rows
    body = json.dumps(largest, default=str).encode()
    return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})


def _loaded(pages: Iterable[list[tuple[str, Any]]]) -> list[list[tuple[str, Any, list[Maker]]]]:
    return [[(sql, params, makers(sql)) for sql, params in statements] for statements in pages]


PAGES = _loaded(pickle.loads(Path(os.environ["BENCH_STATEMENTS"]).read_bytes()))
urlpatterns = [path("<int:number>/", page)]
