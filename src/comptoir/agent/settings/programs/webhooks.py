"""Webhooks: addresses, their log, a try, telling again."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.agent.settings.programs.forms import EndpointForm
from comptoir.core import throttle
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.webhooks import actions, sending
from comptoir.webhooks.models import DeliveryState, Endpoint, WebhookDelivery

SECRET_ONCE = "webhook_endpoint_once"
LINES = 50
TRIES_A_MINUTE = 10


@require_safe
@console(May.SETTINGS)
def webhooks(request: ConsoleRequest) -> HttpResponse:
    """All addresses, and how they fare."""
    late = Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED))
    rows = Endpoint.objects.annotate(given_up=late, told=Max("deliveries__delivered_at"))
    return settings_page(request, "agent/settings/webhooks.html", {"endpoints": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def webhook(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """One address with its log, or a new one."""
    row = get_object_or_404(Endpoint.objects.select_related("agent"), pk=key) if key else None
    form = EndpointForm(request.POST if request.method == "POST" else None, endpoint=row)
    actor = Actor.of(request.agent)
    if request.method == "POST" and form.is_valid():
        if row:
            actions.edit_endpoint(row, form.cleaned_data, actor=actor)
            messages.success(request, _("Le webhook est enregistré."))
        else:
            row, secret = actions.create_endpoint(form.cleaned_data, agent=request.agent, actor=actor)
            request.session[SECRET_ONCE] = [row.pk, secret]
        return HttpResponseRedirect(reverse("settings-webhook", args=[row.pk]))
    once = request.session.pop(SECRET_ONCE, None) if row else None
    context: dict[str, Any] = {"form": form, "endpoint": row}
    if row:
        context |= _log(request, row) | {"secret": once[1] if once and once[0] == row.pk else ""}
    return settings_page(request, "agent/settings/webhook.html", context, status=422 if form.is_bound else 200)


@require_safe
@console(May.SETTINGS)
def webhook_log(request: ConsoleRequest, key: int) -> HttpResponse:
    """More lines of the log."""
    row = get_object_or_404(Endpoint, pk=key)
    return render(request, "agent/settings/webhook_lines.html", _log(request, row) | {"endpoint": row})


@require_POST
@console(May.SETTINGS)
def webhook_test(request: ConsoleRequest, key: int) -> HttpResponse:
    """Tell the address something harmless now, and show what it answered."""
    throttle.hit(f"webhook-test:{request.agent.pk}", limit=TRIES_A_MINUTE, seconds=60)
    row = get_object_or_404(Endpoint, pk=key)
    attempt = sending.try_out(row)
    if "HX-Request" in request.headers:
        return render(request, "agent/settings/webhook_test.html", {"attempt": attempt})
    told = _("L’adresse a bien reçu l’essai.") if attempt.told else _("L’adresse n’a pas pris l’essai.")
    messages.add_message(request, messages.SUCCESS if attempt.told else messages.ERROR, told)
    return HttpResponseRedirect(reverse("settings-webhook", args=[row.pk]))


@require_POST
@console(May.SETTINGS)
def webhook_activity(request: ConsoleRequest, key: int) -> HttpResponse:
    """Pause, or go on."""
    row = get_object_or_404(Endpoint, pk=key)
    actions.set_active(row, request.POST.get("active") == "1", actor=Actor.of(request.agent))
    return HttpResponseRedirect(reverse("settings-webhook", args=[row.pk]))


@require_POST
@console(May.SETTINGS)
def webhook_secret(request: ConsoleRequest, key: int) -> HttpResponse:
    """A fresh secret, shown on the next page and never again."""
    row = get_object_or_404(Endpoint, pk=key)
    request.session[SECRET_ONCE] = [row.pk, actions.renew_secret(row, actor=Actor.of(request.agent))]
    return HttpResponseRedirect(reverse("settings-webhook", args=[row.pk]))


@require_POST
@console(May.SETTINGS)
def webhook_replay(request: ConsoleRequest, key: int) -> HttpResponse:
    """Tell one delivery again, or all that were given up."""
    row = get_object_or_404(Endpoint, pk=key)
    only = request.POST.get("delivery", "")
    rows = row.deliveries.all()
    known = only.isascii() and only.isdecimal() and len(only) < 19
    chosen = rows.filter(pk=int(only)) if known else rows.filter(state=DeliveryState.FAILED)
    count = actions.replay(chosen)
    text = ngettext("%(n)s envoi repart.", "%(n)s envois repartent.", count) % {"n": count}
    messages.success(request, text if count else _("Rien à renvoyer, ou le webhook est en pause."))
    return HttpResponseRedirect(reverse("settings-webhook", args=[row.pk]) + "#log")


@require_POST
@console(May.SETTINGS)
def webhook_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take an address away, with its log."""
    actions.delete_endpoint(get_object_or_404(Endpoint, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("Le webhook est supprimé."))
    return HttpResponseRedirect(reverse("settings-webhooks"))


def _log(request: ConsoleRequest, row: Endpoint) -> dict[str, Any]:
    before = request.GET.get("before", "")
    rows = WebhookDelivery.objects.filter(endpoint=row).order_by("-pk")
    state = request.GET.get("state", "")
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: LINES + 1])
    return {
        "lines": found[:LINES],
        "more": found[LINES - 1].pk if len(found) > LINES else None,
        "given_up": row.deliveries.filter(state=DeliveryState.FAILED).count(),
    }
