"""The room's Django application."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Proactive messages."""

    name = "comptoir.campaigns"
    label = "campaigns"
