"""Django's name for this room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The look of every door."""

    name = "comptoir.ui"
    label = "ui"
    verbose_name = "Comptoir, interface"
