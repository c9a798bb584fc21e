"""The frame of a settings page."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from comptoir.agent.door import ConsoleRequest
from comptoir.agent.page import page
from comptoir.agent.settings import navigation
from comptoir.core import access
from comptoir.core.access import May


def settings_page(
    request: ConsoleRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a page that extends "agent/settings/base.html"."""
    return page(request, template, {"groups": navigation.groups(request.agent)} | (context or {}), status=status)


def first_page(agent: Any) -> str:
    """Where « Réglages » leads this agent."""
    if access.can(agent, May.SETTINGS):
        return reverse("settings-channels")
    return reverse("settings-agents") if access.can(agent, May.AGENTS) else reverse("account")
