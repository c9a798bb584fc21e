"""The room's Django application."""

from django.apps import AppConfig


class AgentDoorConfig(AppConfig):
    """The team's workspace: inbox, conversation, customers, settings."""

    name = "comptoir.agent"
    label = "agent_door"
