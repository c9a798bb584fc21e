"""« Notifications »: what an agent hears of, on which devices, and what the console's tab shows."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.accounts.devices import device as device_name
from comptoir.agent.accounts.wishes import NotificationsForm
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.core import throttle
from comptoir.core.actors import Actor
from comptoir.core.models import AgentSession
from comptoir.lib.webpush import BadSubscription, Subscription
from comptoir.notifications import actions, queries, words
from comptoir.notifications.actions import Taken, TooManyDevices, Wishes
from comptoir.notifications.models import Device
from comptoir.orders.gestures.authority import can_approve_anything

BODY_LIMIT = 8_192  # bytes; a browser's subscription takes about 500
MAIL = ("mail_assigned", "mail_mentioned", "mail_approvals")


@require_http_methods(["GET", "HEAD", "POST"])
@console()
def notifications(request: ConsoleRequest) -> HttpResponse:
    """Events, quiet hours, mail, and the devices that ring."""
    agent, held = request.agent, queries.preferences_of(request.agent)
    approves = can_approve_anything(agent)
    start = {name: getattr(agent if name in MAIL else held, name) for name in NotificationsForm.base_fields}
    form = NotificationsForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        mail = {name: given.pop(name) for name in MAIL}
        if not approves:  # the page does not ask: the wish stands for the day when they may
            mail["mail_approvals"] = agent.mail_approvals
        actions.edit_preferences(agent, Wishes(**given), **mail)
        messages.success(request, _("Vos notifications sont réglées."))
        return HttpResponseRedirect(reverse("notifications"))
    context = {
        "form": form,
        "approves": approves,
        "devices": agent.devices.all(),
        "here": _session(request),
        "key": actions.sender().public,
        "quiet_now": queries.quiet(agent, held, timezone.now()),
    }
    return settings_page(request, "agent/accounts/notifications.html", context, status=422 if form.is_bound else 200)


@require_POST
@console()
def devices(request: ConsoleRequest) -> HttpResponse:
    """A browser names itself: `{"endpoint": ..., "keys": {"p256dh": ..., "auth": ...}}`; 204, or words with 4xx."""
    throttle.hit(f"push-devices:{request.agent.pk}", limit=30, seconds=3_600)
    session = AgentSession.objects.filter(session_key=request.session.session_key, agent=request.agent).first()
    try:
        subscription = _subscription(request.body if len(request.body) <= BODY_LIMIT else b"")
        if session is None:
            raise BadSubscription("session")
        name = device_name(request.headers.get("User-Agent", ""))
        actions.add_device(request.agent, session, subscription, name=name)
    except BadSubscription:
        return _words(_("Ce navigateur a donné une adresse de notification qui ne convient pas."), 422)
    except Taken:
        return _words(_("Cet appareil appartient à un autre compte."), 409)
    except TooManyDevices:
        return _words(_("Vous avez déjà vingt appareils : retirez-en un."), 409)
    return HttpResponse(status=204)


@require_POST
@console()
def device_removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """Let one of one's own devices ring no more."""
    actions.remove_device(get_object_or_404(Device, pk=key, agent=request.agent), actor=Actor.of(request.agent))
    messages.success(request, _("Cet appareil ne recevra plus de notifications."))
    return HttpResponseRedirect(reverse("notifications"))


@require_POST
@console()
def device_trial(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send something harmless to one of one's own devices."""
    throttle.hit(f"push-trial:{request.agent.pk}", limit=20, seconds=3_600)
    actions.try_out(get_object_or_404(Device, pk=key, agent=request.agent))
    messages.success(request, _("Un essai est parti vers cet appareil."))
    return HttpResponseRedirect(reverse("notifications"))


@require_safe
@console()
def attention(request: ConsoleRequest) -> HttpResponse:
    """What waits for the agent: how many conversations, and the newest message in words, for the tab to show or ring."""
    agent = request.agent
    wishes, waiting = queries.preferences_of(agent), queries.waiting(agent)
    newest: dict[str, Any] | None = None
    if waiting.newest is not None:
        said = words.about(waiting.newest.conversation, waiting.newest, excerpt=wishes.excerpt)
        newest = {**said, "message": waiting.newest.pk}
    return JsonResponse(
        {
            "count": waiting.count,
            "newest": newest,
            "quiet": queries.quiet(agent, wishes, timezone.now()) or not wishes.mine,
            "sound": wishes.sound,
            "rings": Device.objects.filter(agent=agent, session__session_key=_session(request)).exists(),
        }
    )


def _subscription(body: bytes) -> Subscription:
    try:
        given = json.loads(body)
        parts = (given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSubscription("body") from error
    if not all(isinstance(part, str) for part in parts):
        raise BadSubscription("body")
    return Subscription(*parts)


def _words(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _session(request: ConsoleRequest) -> str:
    return str(request.session.session_key or "")
