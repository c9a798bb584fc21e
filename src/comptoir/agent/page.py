"""A page of the console: its template with the rail, the command bar and what holds everywhere."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from comptoir.agent.door import ConsoleRequest, installation_of
from comptoir.core import access
from comptoir.core.access import May
from comptoir.ui.navigation import RailLink


def page(
    request: ConsoleRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render a whole page that extends "agent/base.html"."""
    return render(request, template, frame(request) | (context or {}), status=status)


def frame(request: ConsoleRequest) -> dict[str, Any]:
    """What the console's frame shows: the rail's links, the menu of the signed-in agent, the pause of sending."""
    return {
        "rail_links": _links(
            RailLink(_url("inbox"), "inbox", _("Boîte"), "g b", prefix="/inbox/"),
            RailLink(_url("parcels"), "box", _("Colis"), "g l", prefix="/parcels/"),
            RailLink(_url("customers"), "people", _("Clients"), "g k", prefix="/customers/"),
            RailLink(_url("orders"), "bag", _("Commandes"), "g o", prefix="/orders/", on_phone=False),
            RailLink(_url("gestures"), "refund", _("Gestes"), "g j", prefix="/gestures/", on_phone=False),
            RailLink(_url("proactive"), "megaphone", _("Messages"), "g y", prefix="/proactive/", on_phone=False),
            RailLink(_url("outgoing"), "send", _("Courrier parti"), "g d", prefix="/outgoing/", on_phone=False)
            if installation_of(request).demo
            else None,
        ),
        "rail_tools": _links(
            RailLink(_url("settings"), "gear", _("Réglages"), "g s", prefix="/settings/", on_phone=False)
            if access.can(request.agent, May.SETTINGS) or access.can(request.agent, May.AGENTS)
            else None
        ),
        "command_url": _url("command"),
        "me_url": _url("account"),
        "agent_menu": "agent/accounts/menu.html",
        "sending_paused": installation_of(request).automatic_sending_paused,
    }


def _links(*links: RailLink | None) -> list[RailLink]:
    return [link for link in links if link is not None and link.url]


def _url(name: str) -> str:
    """The address of that name, empty while no page has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
