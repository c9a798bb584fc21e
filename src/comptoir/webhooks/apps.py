"""The room's Django application."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks that leave."""

    name = "comptoir.webhooks"
    label = "webhooks"
