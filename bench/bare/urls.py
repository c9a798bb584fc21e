"""`/N/`: run the statements of page N of BENCH_STATEMENTS and answer with the rows of the largest as JSON.

What Django's ORM would make objects of, it makes objects of here too; nobody is asked who they are, nothing is drawn.
"""

import json
import os
import pickle
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.bare import tracking
from bench.bare.makers import Maker, makers


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
urlpatterns = [path("<int:number>/", page), path("tracking/<int:order>/", tracking.page)]
