"""Signatures: a shop's in each language, and one's own; what a customer will read is shown beside."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.actions.signatures import BadSignature, save_signature
from comptoir.conversations.models import Signature
from comptoir.conversations.queries.signatures import filled
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers.languages import LANGUAGES
from comptoir.lib.html import clean_editor, to_text

PLACES = (
    ("agent.first_name", gettext_lazy("Prénom")),
    ("agent.name", gettext_lazy("Nom complet")),
    ("shop.name", gettext_lazy("Boutique")),
    ("shop.phone", gettext_lazy("Téléphone")),
    ("shop.email", gettext_lazy("E-mail")),
    ("shop.site", gettext_lazy("Site")),
    ("shop.address", gettext_lazy("Adresse postale")),
)


@dataclass(frozen=True, slots=True)
class Which:
    """The signature that an address names: whose, for which shop, in which language."""

    own: bool
    shop: Shop | None
    language: str


@require_safe
@console(May.ANSWER)
def signatures(request: ConsoleRequest) -> HttpResponse:
    """The shops' signatures (for who runs the house) and one's own."""
    house, shops = access.can(request.agent, May.SETTINGS), list(access.shops(request.agent))
    rows = Signature.objects.filter(agent=request.agent)
    rows = rows | Signature.objects.filter(agent=None, shop__in=[shop.pk for shop in shops]) if house else rows
    lines: dict[tuple[bool, int | None], list[dict[str, Any]]] = {}
    for row in rows.order_by("language"):
        words = " ".join(to_text(row.html).split())
        line = {"language": _language(row.language), "code": row.language, "words": words}
        lines.setdefault((row.agent_id is not None, row.shop_id), []).append(line)
    context = {
        "shops": [(shop, lines.get((False, shop.pk), [])) for shop in shops] if house else [],
        "own": [(None, lines.get((True, None), []))] + [(s, lines.get((True, s.pk), [])) for s in shops],
    }
    return settings_page(request, "agent/settings/signatures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ANSWER)
def signature(request: ConsoleRequest) -> HttpResponse:
    """One signature; saved empty, it is taken away."""
    which = _which(request, request.GET)
    owner = request.agent if which.own else None
    row = Signature.objects.filter(shop=which.shop, agent=owner, language=which.language).first()
    html, wrong = row.html if row else "", ""
    if request.method == "POST":
        html = request.POST.get("signature", "")
        try:
            save_signature(html, shop=which.shop, owner=owner, language=which.language, actor=Actor.of(request.agent))
            messages.success(request, _("La signature est enregistrée."))
            return HttpResponseRedirect(reverse("settings-signatures"))
        except BadSignature as bad:
            wrong = _said(bad)
    taken = Signature.objects.filter(shop=which.shop, agent=owner).values_list("language", flat=True)
    context = {
        "which": which,
        "title": _title(which),
        "language": _language(which.language),
        "html": clean_editor(html),
        "wrong": wrong,
        "languages": [("", _("Toutes les langues")), *LANGUAGES],
        "taken": set(taken),
        "places": PLACES,
        "try_shop": which.shop or access.shops(request.agent).first(),
    }
    return settings_page(request, "agent/settings/signature.html", context, status=422 if wrong else 200)


@require_POST
@console(May.ANSWER)
def preview(request: ConsoleRequest) -> HttpResponse:
    """The words as a customer will read them."""
    which = _which(request, request.GET)
    shop = which.shop or access.shops(request.agent).first()
    html = filled(clean_editor(request.POST.get("signature", "")[:20_000]), shop, request.agent) if shop else ""
    return render(request, "agent/settings/signature_preview.html", {"html": html})


def _which(request: ConsoleRequest, given: QueryDict) -> Which:
    """Checked: a shop that may be seen, a shop's own words only by who runs the house, a language that we know."""
    key, language, own = given.get("shop", ""), given.get("language", ""), given.get("own", "1") == "1"
    shop = None
    if key:
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            raise Http404
        shop = access.shops(request.agent).filter(pk=int(key)).first()
    if (key and shop is None) or (language and language not in dict(LANGUAGES)):
        raise Http404
    if not own:
        access.require(request.agent, May.SETTINGS)
        if shop is None:
            raise Http404
    return Which(own, shop, language)


def _title(which: Which) -> str:
    if not which.own and which.shop:
        return _("Signature de %(shop)s") % {"shop": which.shop.name}
    return _("Ma signature pour %(shop)s") % {"shop": which.shop.name} if which.shop else _("Ma signature")


def _language(code: str) -> str:
    return str(dict(LANGUAGES).get(code, _("Toutes les langues")))


def _said(bad: BadSignature) -> str:
    first = bad.found[0]
    text = _("« %(written)s » n’est pas une variable de signature.") % {"written": first.written}
    near = _("Vouliez-vous %(name)s ?") % {"name": "{{ " + first.nearest + " }}"} if first.nearest else ""
    return f"{text} {near}".strip()
