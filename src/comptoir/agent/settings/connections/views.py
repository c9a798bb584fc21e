"""Connections: the list, a new one, one with its state, and what can be done to it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.settings.connections import shown, vendors
from comptoir.agent.settings.connections.forms import NameForm, NewConnectionForm, VendorForm
from comptoir.agent.settings.page import settings_page
from comptoir.agent.spoken import spoken
from comptoir.core import access, keys, throttle
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.orders.connecting import accounts, intake, reading
from comptoir.orders.connecting.adapters import held_secrets
from comptoir.orders.connecting.showing import masked
from comptoir.orders.models import Connection, RawNotice
from comptoir.ports.errors import PortError

SECRET_ONCE = "connection_secret_once"
TRIES_A_MINUTE = 10
PORTS = dict(Connection.Port.choices)


def mine(request: ConsoleRequest) -> "QuerySet[Connection]":
    """The connections of the agent's shops."""
    return Connection.objects.filter(shop__in=access.shops(request.agent)).select_related("shop")


def one(request: ConsoleRequest, key: int) -> Connection:
    """One of them; a 404 for all others."""
    return get_object_or_404(mine(request), pk=key)


@require_safe
@console(May.SETTINGS)
def connections(request: ConsoleRequest) -> HttpResponse:
    """All connections with their state."""
    failed = Count("notices", filter=Q(notices__state=RawNotice.State.FAILED))
    rows = list(mine(request).annotate(failed=failed).order_by("shop__name", "-port", "name"))
    parts = [(label, port, [row for row in rows if row.port == port]) for port, label in PORTS.items()]
    return settings_page(request, "agent/settings/connections/list.html", {"parts": parts, "any": bool(rows)})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def connection_new(request: ConsoleRequest) -> HttpResponse:
    """Choose what to connect, then give what it asks for."""
    port = request.GET.get("port", "shop")
    port = port if port in PORTS else "shop"
    cards = vendors.cards(port)
    vendor = request.GET.get("vendor", "")
    if vendor not in {card.name for card in cards}:
        context: dict[str, Any] = {"port": port, "ports": PORTS.items(), "cards": cards}
        return settings_page(request, "agent/settings/connections/choose.html", context)
    posted = request.POST if request.method == "POST" else None
    form = NewConnectionForm(posted, agent=request.agent, name=vendors.label(vendor))
    account = VendorForm(posted, port=port, vendor=vendor)
    if posted is not None and form.is_valid() and account.is_valid():
        wanted = accounts.Account(port, vendor, form.cleaned_data["name"], account.open_values(), account.new_secrets())
        made = accounts.connect(form.cleaned_data["shop"], wanted, actor=Actor.of(request.agent))
        if accounts.OWN_SECRET in account.fields and not account.new_secrets().get(accounts.OWN_SECRET):
            request.session[SECRET_ONCE] = [made.pk, held_secrets(made)[accounts.OWN_SECRET]]
        accounts.check(made, actor=Actor.of(request.agent))
        return HttpResponseRedirect(reverse("settings-connection", args=[made.pk]))
    context = {"form": form, "account": account, "port": port, "vendor": vendor, "label": vendors.label(vendor)}
    context |= shown.abilities_of(port, vendor)
    return settings_page(request, "agent/settings/connections/new.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def connection(request: ConsoleRequest, key: int) -> HttpResponse:
    """One connection: its state, its account, what it tells and what was read."""
    row = one(request, key)
    posted = request.POST if request.method == "POST" else None
    form = NameForm(posted, initial={"name": row.name})
    try:
        account = VendorForm(posted, port=row.port, vendor=row.vendor, connection=row)
    except keys.CannotDecrypt:
        account = VendorForm(posted, port=row.port, vendor=row.vendor)
    if posted is not None and form.is_valid() and account.is_valid():
        changes = {"name": form.cleaned_data["name"], "settings": {**row.settings, **account.open_values()}}
        accounts.edit(row, changes, account.new_secrets(), actor=Actor.of(request.agent))
        messages.success(request, _("La connexion est enregistrée."))
        return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]))
    once = request.session.pop(SECRET_ONCE, None) if SECRET_ONCE in request.session else None
    context = shown.state_of(row) | {"form": form, "account": account}
    context["secret"] = once[1] if once and once[0] == row.pk else ""
    return settings_page(request, "agent/settings/connections/one.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def connection_check(request: ConsoleRequest, key: int) -> HttpResponse:
    """Try the connection now."""
    throttle.hit(f"connection-check:{request.agent.pk}", limit=TRIES_A_MINUTE, seconds=60)
    row = one(request, key)
    rights = accounts.check(row, actor=Actor.of(request.agent))
    if not rights.problems:
        intake.wake(row)
    if not is_fragment(request):
        return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]))
    return render(request, "agent/settings/connections/tests.html", shown.state_of(one(request, key)))


@require_POST
@console(May.SETTINGS)
def connection_import(request: ConsoleRequest, key: int) -> HttpResponse:
    """Read everything the platform has; pause it, or let it go on."""
    row, actor = one(request, key), Actor.of(request.agent)
    act = request.POST.get("act", "start")
    try:
        if act in ("pause", "resume"):
            reading.pause(row, act == "pause", actor=actor)
        else:
            reading.start_import(row, actor=actor)
    except PortError as error:
        messages.error(request, spoken(error.message))
    if not is_fragment(request):
        return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]) + "#readings")
    return render(request, "agent/settings/connections/readings.html", shown.state_of(row))


@require_safe
@console(May.SETTINGS)
def connection_readings(request: ConsoleRequest, key: int) -> HttpResponse:
    """How far the readings are, asked for while one goes on."""
    return render(request, "agent/settings/connections/readings.html", shown.state_of(one(request, key)))


@require_POST
@console(May.SETTINGS)
def connection_subscription(request: ConsoleRequest, key: int) -> HttpResponse:
    """Ask the platform to tell us of everything."""
    row = one(request, key)
    throttle.hit(f"connection-check:{request.agent.pk}", limit=TRIES_A_MINUTE, seconds=60)
    try:
        topics = accounts.subscribe(row, actor=Actor.of(request.agent))
    except PortError as error:
        messages.error(request, spoken(error.message))
    else:
        text = ngettext(
            "La boutique préviendra de %(n)s sujet.", "La boutique préviendra de %(n)s sujets.", len(topics)
        )
        messages.success(request, text % {"n": len(topics)})
    return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]) + "#notices")


@require_POST
@console(May.SETTINGS)
def connection_replay(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take what failed once more, one or all."""
    row = one(request, key)
    only = request.POST.get("notice", "")
    chosen = int(only) if only.isascii() and only.isdecimal() and len(only) < 19 else None
    count = intake.replay(row, actor=Actor.of(request.agent), only=chosen)
    text = ngettext("%(n)s message est repris.", "%(n)s messages sont repris.", count) % {"n": count}
    messages.success(request, text if count else _("Rien à reprendre."))
    return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]) + "#notices")


@require_safe
@console(May.SETTINGS)
def connection_notice(request: ConsoleRequest, key: int, notice: int) -> HttpResponse:
    """What a webhook said, without personal values."""
    row = one(request, key)
    found = get_object_or_404(RawNotice, connection=row, pk=notice)
    context = {"connection": row, "notice": found, "text": masked(bytes(found.body)) if found.body else ""}
    return settings_page(request, "agent/settings/connections/notice.html", context)


@require_POST
@console(May.SETTINGS)
def connection_activity(request: ConsoleRequest, key: int) -> HttpResponse:
    """Pause the connection or take it up again."""
    row = one(request, key)
    active = request.POST.get("active") == "1"
    accounts.switch(row, active, actor=Actor.of(request.agent))
    if active:
        intake.wake(row)
    messages.success(
        request,
        _("La connexion est active.") if active else _("La connexion est en pause\u202f: ce qui arrive attend."),
    )
    return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]))


@require_POST
@console(May.SETTINGS)
def connection_secret(request: ConsoleRequest, key: int) -> HttpResponse:
    """A fresh secret for webhooks, shown on the next page and never again."""
    row = one(request, key)
    request.session[SECRET_ONCE] = [row.pk, accounts.renew_secret(row, actor=Actor.of(request.agent))]
    return HttpResponseRedirect(reverse("settings-connection", args=[row.pk]) + "#notices")


@require_POST
@console(May.SETTINGS)
def connection_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Disconnect; the orders stay."""
    row = one(request, key)
    accounts.disconnect(row, actor=Actor.of(request.agent))
    messages.success(request, _("«\u202f%(name)s\u202f» est déconnectée. Ses commandes restent.") % {"name": row.name})
    return HttpResponseRedirect(reverse("settings-connections"))
