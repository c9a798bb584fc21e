"""The roof's Django application: it hands the tables of settings to the rooms that read them."""

from django.apps import AppConfig
from django.conf import settings

from comptoir.ports import registry


class ConfigConfig(AppConfig):
    """Settings and addresses."""

    name = "comptoir.config"
    label = "config"

    def ready(self) -> None:
        """Name the adapters, and refuse network calls inside a transaction."""
        from comptoir.config import guard

        registry.configure(settings.ADAPTERS)
        guard.install()
