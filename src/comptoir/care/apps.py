"""The room's Django application."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    """Care of agents."""

    name = "comptoir.care"
    label = "care"
