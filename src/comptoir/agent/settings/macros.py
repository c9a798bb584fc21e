"""The macros: all of them by folder with their figures, one to write, its preview with real data."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.macros import in_words
from comptoir.agent.settings.forms.macros import MacroForm
from comptoir.agent.settings.page import settings_page
from comptoir.automation.actions import macros as actions
from comptoir.automation.models import Macro
from comptoir.automation.queries.choosing import changeable, language_of, say, visible
from comptoir.automation.queries.figures import figures
from comptoir.automation.queries.values import variables
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers.languages import LANGUAGES
from comptoir.lib.html import clean_editor
from comptoir.lib.html.text import to_text

SHOWN = 300
TRIED = 12  # recent conversations to try a macro on


@require_safe
@console(May.ANSWER)
def macros(request: ConsoleRequest) -> HttpResponse:
    """The macros of one's shops and one's own, by folder."""
    wanted = request.GET.get("q", "").strip()[:80]
    rows = visible(request.agent).select_related("shop").prefetch_related("translations")
    if wanted:
        parts = ("name", "shortcut", "folder", "html")
        rows = rows.filter(Q(*((f"{part}__unaccent__icontains", wanted) for part in parts), _connector=Q.OR))
    found = list(rows.order_by("folder", "name", "pk")[:SHOWN])
    context = {
        "folders": _folders(found, set(changeable(request.agent).values_list("pk", flat=True))),
        "q": wanted,
        "can_share": access.can(request.agent, May.SHARE_MACROS),
    }
    return settings_page(request, "agent/settings/macros.html", context)


def _folders(found: list[Macro], mine: set[int]) -> list[tuple[str, list[dict[str, Any]]]]:
    numbers = figures(found)
    lines: list[dict[str, Any]] = [
        {
            "row": row,
            "mine": row.pk in mine,
            "says": " ".join(to_text(row.html).split()),
            "languages": [row.language, *(text.language for text in row.translations.all())],
            "stale": any(text.master != row.html for text in row.translations.all()),
            "figures": numbers[row.pk],
            "acts": len(row.acts) + bool(row.note),
        }
        for row in found
    ]
    return [(name, list(group)) for name, group in groupby(lines, key=lambda line: line["row"].folder)]


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ANSWER)
def macro(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """One macro, or a new one. Shared ones change with the right to share; one's own are one's own."""
    row = get_object_or_404(changeable(request.agent), pk=key) if key else None
    may_share = access.can(request.agent, May.SHARE_MACROS)
    posted = request.POST if request.method == "POST" else None
    form = MacroForm(posted, agent=request.agent, may_share=may_share, macro=row)
    if posted is not None and form.is_valid():
        kept = _keep(request, form, row)
        messages.success(request, _("La macro est enregistrée."))
        return HttpResponseRedirect(
            reverse("settings-macros") if not key else reverse("settings-macro", args=[kept.pk])
        )
    context = {
        "form": form,
        "macro": row,
        "variables": variables().items(),
        "translations": [
            _translation(form, code, label, row) for code, label in LANGUAGES if not row or code != row.language
        ],
        "folders": visible(request.agent)
        .exclude(folder="")
        .order_by("folder")
        .values_list("folder", flat=True)
        .distinct(),
        "figures": figures([row])[row.pk] if row else None,
        "tried": access.conversations(request.agent).select_related("identity").order_by("-last_message_at")[:TRIED],
    }
    return settings_page(request, "agent/settings/macro.html", context, status=422 if form.is_bound else 200)


def _keep(request: ConsoleRequest, form: MacroForm, row: Macro | None) -> Macro:
    actor = Actor.of(request.agent)
    if row is None:
        owner = None if form.cleaned_data.get("shared") else request.agent
        row = actions.create_macro(form.values(), owner=owner, actor=actor)
    else:
        actions.edit_macro(row, form.values(), actor=actor)
    for language, html in form.translated():
        actions.translate(row, language, html, actor=actor)
    return row


def _translation(form: MacroForm, code: str, label: Any, row: Macro | None) -> dict[str, Any]:
    held = form.texts.get(code)
    return {
        "code": code,
        "label": label,
        "text": form[f"text_{code}"],
        "fresh": form[f"fresh_{code}"],
        "held": held,
        "stale": bool(held and row and held.master != row.html),
    }


@require_POST
@console(May.ANSWER)
def macro_preview(request: ConsoleRequest) -> HttpResponse:
    """What the form's text says in a real conversation."""
    about = request.POST.get("about", "")
    conversations = access.conversations(request.agent).select_related("identity__customer", "shop")
    chosen: Conversation | None = (
        conversations.filter(pk=int(about)).first() if about.isdecimal() and len(about) < 19 else None
    )
    if chosen is None:
        return render(request, "agent/settings/macro_preview.html", {})
    spoken = language_of(chosen)
    text = request.POST.get(f"text_{spoken}", "")[:20_000]
    master = request.POST.get("language", "")[:10]
    if master == spoken or not to_text(text).strip():
        text, spoken = request.POST.get("html", "")[:20_000], master
    tried = Macro(html=clean_editor(text), language=spoken)
    said = say(tried, chosen, request.agent, language=spoken)
    context = {
        "said": said,
        "missing": in_words(said.missing),
        "about": chosen,
        "spoken": dict(LANGUAGES).get(spoken, ""),
    }
    return render(request, "agent/settings/macro_preview.html", context)


@require_POST
@console(May.ANSWER)
def macro_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a macro away."""
    actions.delete_macro(get_object_or_404(changeable(request.agent), pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("La macro est supprimée."))
    return HttpResponseRedirect(reverse("settings-macros"))
