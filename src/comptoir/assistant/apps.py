"""The room's Django application."""

from django.apps import AppConfig


class AssistantConfig(AppConfig):
    """Proposals of a language model."""

    name = "comptoir.assistant"
    label = "assistant"
