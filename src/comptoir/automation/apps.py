"""The room's Django application."""

from django.apps import AppConfig


class AutomationConfig(AppConfig):
    """Macros and what they do."""

    name = "comptoir.automation"
    label = "automation"
