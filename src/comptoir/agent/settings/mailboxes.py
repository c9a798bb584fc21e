"""The account behind a mail inbox: its provider, the sign-in at Google's or Microsoft's page, its domain's records."""

import hmac
import secrets
import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.settings.domain_words import Line, lines
from comptoir.conversations.actions import domains, grants, inboxes
from comptoir.conversations.models import DomainCheck, Inbox, InboxKind, MailboxGrant
from comptoir.core import access, throttle
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.lib import oauth
from comptoir.lib.mailboxes.providers import OTHER, PROVIDERS, provider

STATE = "mail_sign_in"  # of the agent's session: what must come back, once
MINUTES = 15
LONGEST = 4_000  # characters of a code


@require_POST
@console(May.SETTINGS)
def channel_provider(request: ConsoleRequest, key: int) -> HttpResponse:
    """Fill in a provider's servers and limits."""
    inbox = mail_inbox(request, key)
    chosen = request.POST.get("provider", "")
    known = provider(chosen)
    values = known.settings(inbox.address) if known else {"provider": OTHER} if chosen == OTHER else {}
    if chosen == "find":
        found = domains.servers_for(inbox.address)
        values = found.settings
        if not values:
            messages.error(request, _("Les serveurs n’ont pas été trouvés : demandez-les à votre hébergeur."))
    if values:
        inboxes.preset_inbox(inbox, values, actor=Actor.of(request.agent))
        messages.success(request, _("Les serveurs sont remplis. Il reste le mot de passe, puis l’essai."))
    return _back(inbox, "account")


@require_GET
@console(May.SETTINGS)
def channel_sign_in(request: ConsoleRequest, key: int) -> HttpResponse:
    """Off to the provider's own page, with a state that only this session can bring back."""
    inbox = mail_inbox(request, key)
    name = request.GET.get("provider", "")
    client = grants.client_of(name)
    if client is None:
        messages.error(
            request, _("Comptoir n’est pas encore inscrit chez ce fournisseur : suivez les étapes ci-dessous.")
        )
        return _back(inbox, "account")
    state, verifier = secrets.token_urlsafe(32), oauth.new_verifier()
    request.session[STATE] = {
        "state": state, "verifier": verifier, "inbox": inbox.pk, "provider": name, "until": time.time() + MINUTES * 60,
    }  # fmt: skip
    url = oauth.authorization_url(
        client, redirect_uri=redirect_uri(), state=state, verifier=verifier, hint=inbox.address
    )
    return HttpResponseRedirect(url)


@require_GET
@console(May.SETTINGS)
def sign_in_return(request: ConsoleRequest) -> HttpResponse:
    """Back from the provider with a code, or with a refusal."""
    kept: dict[str, Any] = request.session.pop(STATE, None) or {}
    given = request.GET.get("state", "")
    if not kept or not hmac.compare_digest(given.encode(), str(kept["state"]).encode()) or time.time() > kept["until"]:
        messages.error(
            request, _("Cette autorisation n’a pas été demandée ici, ou il y a trop longtemps. Recommencez.")
        )
        return HttpResponseRedirect(reverse("settings-channels"))
    inbox = mail_inbox(request, kept["inbox"])
    problem = _exchange(request, inbox, kept)
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, _("La boîte est reliée. Essayez la connexion."))
    return _back(inbox, "account")


def _exchange(request: ConsoleRequest, inbox: Inbox, kept: dict[str, Any]) -> str:
    """Take the tokens; what went wrong in words, empty when all is well."""
    client, code = grants.client_of(kept["provider"]), request.GET.get("code", "")[:LONGEST]
    if request.GET.get("error") or not code or client is None:
        if request.GET.get("error") == "access_denied":
            return _("Vous n’avez pas donné l’autorisation : rien n’a changé.")
        said = request.GET.get("error_description") or request.GET.get("error") or ""
        return _("Le fournisseur n’a pas donné l’autorisation. %(said)s") % {"said": said[:200]}
    try:
        tokens = oauth.exchange(client, code=code, verifier=kept["verifier"], redirect_uri=redirect_uri())
        grants.keep_grant(inbox, kept["provider"], tokens, actor=Actor.of(request.agent))
    except oauth.Unavailable:
        return _("Le fournisseur n’a pas répondu. Rien n’a changé : recommencez dans un instant.")
    except oauth.Revoked:
        return _("L’autorisation a expiré avant d’être utilisée. Recommencez.")
    except oauth.Refused as error:
        said = f"{error.code} {error.said}".strip()
        return _("Le fournisseur refuse l’inscription de Comptoir : %(said)s") % {"said": said}
    except grants.NoRefreshToken:
        return _("Le fournisseur n’a donné qu’un accès d’une heure. Retirez Comptoir de ses accès, puis recommencez.")
    return ""


@require_POST
@console(May.SETTINGS)
def channel_sign_out(request: ConsoleRequest, key: int) -> HttpResponse:
    """Back to a password: the tokens are thrown away."""
    inbox = mail_inbox(request, key)
    if grants.forget_grant(inbox, actor=Actor.of(request.agent)):
        messages.success(
            request, _("L’autorisation est oubliée. Donnez un mot de passe, ou reliez la boîte à nouveau.")
        )
    return _back(inbox, "account")


@require_POST
@console(May.SETTINGS)
def channel_domain(request: ConsoleRequest, key: int) -> HttpResponse:
    """Ask the DNS about the domain now; the result comes back in its place."""
    inbox = mail_inbox(request, key)
    throttle.hit(f"domain:{request.agent.pk}", limit=20, seconds=60)
    domains.check_domain(inbox, actor=Actor.of(request.agent))
    if not is_fragment(request):
        return _back(inbox, "domain")
    return render(request, "agent/settings/channel_domain.html", {"inbox": inbox} | domain_context(inbox))


def mail_inbox(request: ConsoleRequest, key: int) -> Inbox:
    """A mail inbox that the agent may set."""
    rows = access.inboxes(request.agent).filter(kind=InboxKind.EMAIL).select_related("shop")
    found: Inbox = get_object_or_404(rows, pk=key)
    return found


def account_context(inbox: Inbox) -> dict[str, Any]:
    """What the page of a mail inbox shows of its provider and sign-in."""
    if inbox.kind != InboxKind.EMAIL or inbox.adapter == "outbox":
        return {}
    chosen = str(inbox.settings.get("provider", "")) or OTHER
    known = provider(chosen)
    grant = MailboxGrant.objects.filter(inbox=inbox).first()
    sign_in = grant.provider if grant else known.sign_in if known else ""
    return {
        "providers": [*((row.key, row.name) for row in PROVIDERS), (OTHER, _("Autre"))],
        "chosen": chosen,
        "grant": grant,
        "young": grant is not None and grants.died_young(grant),
        "sign_in": sign_in,
        "sign_in_name": grants.NAMES.get(sign_in, ""),
        "registered": grants.client_of(sign_in) is not None,
        "redirect_uri": redirect_uri(),
    } | domain_context(inbox)


def domain_context(inbox: Inbox) -> dict[str, Any]:
    """The domain and what is known of it."""
    domain = domains.domain_of(inbox)
    check = DomainCheck.objects.filter(domain=domain).first()
    found: list[Line] = lines(check.findings) if check else []
    return {"domain": domain, "shared_domain": domains.is_providers_own(inbox), "check": check, "lines": found}


def redirect_uri() -> str:
    """Where providers send people back to; it must stand in our registration word for word."""
    return f"{settings.PUBLIC_URL}{reverse('settings-sign-in')}"


def _back(inbox: Inbox, place: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('settings-channel', args=[inbox.pk])}#{place}")
