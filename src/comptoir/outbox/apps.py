"""The room's Django application."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Mail in our own name."""

    name = "comptoir.outbox"
    label = "outbox"
