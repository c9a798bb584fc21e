"""What leaves by itself, what everybody must have to come in, and the mails in our own name."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console, installation_of
from comptoir.agent.settings.page import settings_page
from comptoir.core import shops
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.outbox import actions
from comptoir.outbox.models import Mail

LONGEST_MONTHS = 120


@require_http_methods(["GET", "HEAD"])
@console(May.SETTINGS)
def sending(request: ConsoleRequest) -> HttpResponse:
    """The switches of the house and the newest mails in our own name."""
    context = {
        "installation": installation_of(request),
        "without_factor": Agent.objects.filter(is_active=True, totp_confirmed_at=None).count(),
        "mails": Mail.objects.select_related("agent").order_by("-pk")[:30],
        "by_smtp": bool(settings.SYSTEM_MAIL["smtp_url"]),
    }
    return settings_page(request, "agent/settings/sending.html", context)


@require_POST
@console(May.SETTINGS)
def pause(request: ConsoleRequest) -> HttpResponse:
    """Pause or resume everything that leaves by itself."""
    paused = request.POST.get("paused") == "1"
    shops.pause_sending(paused, actor=Actor.of(request.agent))
    messages.success(request, _("Plus rien ne part tout seul.") if paused else _("Les envois automatiques reprennent."))
    return HttpResponseRedirect(reverse("settings-sending"))


@require_POST
@console(May.SETTINGS)
def masking(request: ConsoleRequest) -> HttpResponse:
    """Hide account numbers on arrival, or let them through."""
    accounts = request.POST.get("accounts") == "1"
    shops.set_masking(accounts, actor=Actor.of(request.agent))
    words = _("Les numéros de compte seront masqués.") if accounts else _("Les numéros de compte resteront lisibles.")
    messages.success(request, words)
    return HttpResponseRedirect(reverse("settings-sending"))


@require_POST
@console(May.SETTINGS)
def two_factor(request: ConsoleRequest) -> HttpResponse:
    """Ask a second factor of the whole team, or leave it to each."""
    required = request.POST.get("required") == "1"
    shops.require_two_factor(required, actor=Actor.of(request.agent))
    words = _("Chacun devra ajouter un second facteur.") if required else _("Le second facteur redevient facultatif.")
    messages.success(request, words)
    return HttpResponseRedirect(reverse("settings-sending"))


@require_POST
@console(May.SETTINGS)
def originals(request: ConsoleRequest) -> HttpResponse:
    """How many months the originals of mails are kept; empty: always."""
    typed = request.POST.get("months", "").strip()
    months = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 3 else 0
    if typed and not 1 <= months <= LONGEST_MONTHS:
        messages.error(request, _("Écrivez un nombre de mois entre 1 et 120, ou rien pour toujours."))
    else:
        shops.keep_originals(months if typed else None, actor=Actor.of(request.agent))
        messages.success(request, _("La durée de conservation est enregistrée."))
    return HttpResponseRedirect(reverse("settings-sending") + "#originals")


@require_POST
@console(May.SETTINGS)
def mail_again(request: ConsoleRequest, key: int) -> HttpResponse:
    """Send a mail once more that failed or may not have left."""
    mail = get_object_or_404(Mail, pk=key)
    if actions.send_again(mail, actor=Actor.of(request.agent)):
        messages.success(request, _("L’e-mail repart."))
    return HttpResponseRedirect(reverse("settings-sending"))


@require_POST
@console(May.SETTINGS)
def mail_drop(request: ConsoleRequest, key: int) -> HttpResponse:
    """Give a mail up."""
    mail = get_object_or_404(Mail, pk=key)
    if actions.drop(mail, actor=Actor.of(request.agent)):
        messages.success(request, _("L’e-mail est abandonné."))
    return HttpResponseRedirect(reverse("settings-sending"))
