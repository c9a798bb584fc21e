"""The room's Django application."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shops, agents, events."""

    name = "comptoir.core"
    label = "core"
