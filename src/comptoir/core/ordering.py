"""Rows that people put in order: `position` is their place."""

from typing import Any

from django.db.models import QuerySet


def move(rows: QuerySet[Any], key: int, step: int) -> bool:
    """Put a row one place earlier (-1) or later (1) among these, which come in their order; False at the end.

    Locks the rows, so it wants a transaction.
    """
    beside = list(rows.select_for_update())
    at = next(place for place, row in enumerate(beside) if row.pk == key)
    to = at + (1 if step > 0 else -1)
    if not 0 <= to < len(beside):
        return False
    beside[at], beside[to] = beside[to], beside[at]
    for place, row in enumerate(beside):
        row.position = place
    rows.model._default_manager.bulk_update(beside, ["position"])
    return True
