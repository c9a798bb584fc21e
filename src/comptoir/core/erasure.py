"""Customer-data hooks: each room exports, erases and merges what it holds on a person (settings.CUSTOMER_DATA).

A hook is a module with `export(customer_key) -> dict`, `erase(customer_key)` and `merge(source_key, target_key)`.
"""

from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings

from comptoir.core.models import Erasure, Event, EventDetail


def hooks() -> list[ModuleType]:
    """The rooms' hooks, highest room first."""
    return [import_module(dotted) for dotted in settings.CUSTOMER_DATA]


def export(customer_key: int) -> dict[str, Any]:
    """All that the installation holds on a customer, by room."""
    data: dict[str, Any] = {}
    for hook in hooks():
        data |= hook.export(customer_key)
    return data


def erase(customer_key: int) -> None:
    """Erase a person from every room; call it inside a transaction. Doing it twice does no harm."""
    for hook in hooks():
        hook.erase(customer_key)
    EventDetail.objects.filter(customer_key=customer_key).delete()
    events = Event.objects.filter(customer_key=customer_key).values("pk")
    EventDetail.objects.filter(event_id__in=events).delete()
    Erasure.objects.get_or_create(customer_key=customer_key)


def merge(source_key: int, target_key: int) -> None:
    """Let every room move what it keyed by customer from `source` to `target`; inside a transaction."""
    for hook in hooks():
        hook.merge(source_key, target_key)
