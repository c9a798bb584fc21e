"""The room's Django application."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notifications of agents."""

    name = "comptoir.notifications"
    label = "notifications"
