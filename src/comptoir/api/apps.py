"""The room's Django application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The programs' door: raw mail in, health and figures for machines."""

    name = "comptoir.api"
    label = "api"
