"""Channels: the inboxes, one inbox, its account, its doors, and the mails that could not be read."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console, is_fragment
from comptoir.agent.settings.forms.channels import AccountForm, InboxForm, NewInboxForm
from comptoir.agent.settings.mailboxes import account_context
from comptoir.agent.settings.messengers import reading_context
from comptoir.agent.settings.page import first_page, settings_page
from comptoir.conversations.actions import domains, inboxes
from comptoir.conversations.models import Inbox, InboxKind, RawMessage
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor

SECRET_ONCE = "webhook_secret_once"
KINDS = {
    InboxKind.EMAIL: ("mail", gettext_lazy("Une adresse que vos clients connaissent : IMAP et SMTP.")),
    InboxKind.CHAT: ("chat", gettext_lazy("Une fenêtre sur votre site, par une ligne de script.")),
    InboxKind.FORM: ("doc", gettext_lazy("Une page de contact, avec sujet et pièces jointes.")),
    InboxKind.PHONE: ("phone", gettext_lazy("Des notes d’appel ou de visite, à la main.")),
}
# a shop's own messages are switched on at its connection
ICONS = {kind: icon for kind, (icon, _words) in KINDS.items()} | {InboxKind.SHOP: "store"}


@console()
def home(request: ConsoleRequest) -> HttpResponse:
    """« Réglages » : the first page that the reader may open."""
    return HttpResponseRedirect(first_page(request.agent))


@require_http_methods(["GET", "HEAD"])
@console(May.SETTINGS)
def channels(request: ConsoleRequest) -> HttpResponse:
    """All inboxes with their state."""
    failed = Count("raw_messages", filter=Q(raw_messages__state=RawMessage.State.FAILED))
    rows = access.inboxes(request.agent).select_related("shop", "team", "grant", "connection").annotate(failed=failed)
    rows = rows.order_by("shop__name", "kind", "name")
    return settings_page(request, "agent/settings/channels.html", {"inboxes": rows, "kinds": _kinds()})


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def channel_new(request: ConsoleRequest) -> HttpResponse:
    """Choose a kind, then say what it is called and where it listens."""
    kind = request.GET.get("kind", InboxKind.EMAIL)
    if kind not in KINDS:
        kind = InboxKind.EMAIL
    form = NewInboxForm(request.POST if request.method == "POST" else None, agent=request.agent, kind=kind)
    if request.method == "POST" and form.is_valid():
        inbox = inboxes.create_inbox({**form.cleaned_data, "kind": kind}, actor=Actor.of(request.agent))
        if inbox.adapter == "email" and (found := domains.servers_for(inbox.address).settings):
            inboxes.preset_inbox(inbox, found, actor=Actor.of(request.agent))
        messages.success(request, _("Le canal est créé. Complétez-le, puis essayez-le."))
        return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]))
    context = {"form": form, "kind": kind, "kinds": _kinds()}
    return settings_page(request, "agent/settings/channel_new.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def channel(request: ConsoleRequest, key: int) -> HttpResponse:
    """One inbox: what it is, the account that carries it, who answers."""
    inbox = _inbox(request, key)
    posted = request.POST if request.method == "POST" else None
    form = InboxForm(posted, agent=request.agent, inbox=inbox)
    account = AccountForm(posted, inbox=inbox)
    if posted is not None and form.is_valid() and account.is_valid():
        changes = dict(form.cleaned_data)
        # Another carrier has other fields: the ones on the page were the old one's.
        same = changes.get("adapter", inbox.adapter) == inbox.adapter
        if same and account.declared:
            changes["settings"] = account.open_values()
        actor = Actor.of(request.agent)
        inboxes.edit_inbox(inbox, changes, account.new_secrets() if same else {}, actor=actor)
        messages.success(request, _("Le canal est enregistré."))
        return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]))
    context = _channel_context(request, inbox) | {"form": form, "account": account}
    return settings_page(request, "agent/settings/channel.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def channel_check(request: ConsoleRequest, key: int) -> HttpResponse:
    """Try the account now; the result comes back beside the form."""
    inbox = _inbox(request, key)
    if inbox.kind != InboxKind.EMAIL:
        raise Http404
    inboxes.check_inbox(inbox, actor=Actor.of(request.agent))
    if not is_fragment(request):
        return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]))
    return render(request, "agent/settings/channel_tests.html", _channel_context(request, _inbox(request, key)))


@require_POST
@console(May.SETTINGS)
def channel_activity(request: ConsoleRequest, key: int) -> HttpResponse:
    """Pause the inbox or take it up again."""
    inbox = _inbox(request, key)
    active = request.POST.get("active") == "1"
    inboxes.switch_inbox(inbox, active, actor=Actor.of(request.agent))
    messages.success(request, _("Le canal est actif.") if active else _("Le canal est en pause : rien n’y est lu."))
    return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]))


@require_POST
@console(May.SETTINGS)
def channel_secret(request: ConsoleRequest, key: int) -> HttpResponse:
    """A fresh secret for the signed HTTP door, shown on the next page and never again."""
    inbox = _inbox(request, key)
    request.session[SECRET_ONCE] = [inbox.pk, inboxes.new_webhook_secret(inbox, actor=Actor.of(request.agent))]
    return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]) + "#door")


@require_POST
@console(May.SETTINGS)
def channel_replay(request: ConsoleRequest, key: int) -> HttpResponse:
    """Try the mails that could not be read once more, all or one."""
    inbox = _inbox(request, key)
    only = request.POST.get("raw", "")
    count = inboxes.replay_failed(
        inbox, actor=Actor.of(request.agent), only=int(only) if only.isascii() and only.isdecimal() else None
    )
    words = ngettext("%(count)s message est relu.", "%(count)s messages sont relus.", count) % {"count": count}
    messages.success(request, words)
    return HttpResponseRedirect(reverse("settings-channel", args=[inbox.pk]) + "#failed")


def _inbox(request: ConsoleRequest, key: int) -> Inbox:
    found: Inbox = get_object_or_404(
        access.inboxes(request.agent).select_related("shop", "grant", "connection"), pk=key
    )
    return found


def _channel_context(request: ConsoleRequest, inbox: Inbox) -> dict[str, Any]:
    failed = inbox.raw_messages.filter(state=RawMessage.State.FAILED).order_by("-pk").defer("content")
    once = request.session.pop(SECRET_ONCE, None) if SECRET_ONCE in request.session else None
    base, slug = settings.PUBLIC_URL, inbox.shop.slug
    shown = {
        "inbox": inbox,
        "icon": ICONS[InboxKind(inbox.kind)],
        "problems": [line for line in inbox.problem.splitlines() if line],
        "last_arrival": inbox.raw_messages.order_by("-pk").values_list("arrived_at", flat=True).first(),
        "failed": failed[:20],
        "failed_count": failed.count(),
        "secret": once[1] if once and once[0] == inbox.pk else "",
        "door": f"{base}/api/inboxes/{inbox.public_id}/mail",
        "snippet": f'<script src="{base}/s/{slug}/chat.js" data-inbox="{inbox.public_id}" async></script>',
        "page": f"{base}/s/{slug}/contact/",
    }
    return shown | account_context(inbox) | reading_context(inbox)


def _kinds() -> list[tuple[str, str, str, str]]:
    return [(kind.value, str(kind.label), icon, str(words)) for kind, (icon, words) in KINDS.items()]
