"""The room's Django application."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Inboxes, conversations, messages."""

    name = "comptoir.conversations"
    label = "conversations"
