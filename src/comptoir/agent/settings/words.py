"""Words of the house: canned texts and tags."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.forms.house import CannedForm, TagForm
from comptoir.agent.settings.page import settings_page
from comptoir.automation.models import Macro as CannedText
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import tags as tag_actions
from comptoir.customers.models import Tag
from comptoir.lib.html.text import to_text


@require_safe
@console(May.ANSWER)
def canned(request: ConsoleRequest) -> HttpResponse:
    """The shared texts of one's shops and one's own."""
    rows = _texts(request).select_related("shop").order_by("agent", "name")
    wanted = request.GET.get("q", "").strip()[:80]
    if wanted:
        rows = rows.filter(Q(name__icontains=wanted) | Q(shortcut__icontains=wanted) | Q(html__icontains=wanted))
    return settings_page(
        request,
        "agent/settings/canned.html",
        {
            "texts": [(row, " ".join(to_text(row.html).split())) for row in rows[:300]],
            "q": wanted,
            "can_share": access.can(request.agent, May.SETTINGS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ANSWER)
def canned_text(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """One canned text, or a new one. Shared ones are the owner's to change; one's own are one's own."""
    me, actor = request.agent, Actor.of(request.agent)
    shares = access.can(me, May.SETTINGS)
    row = get_object_or_404(_changeable(request), pk=key) if key else None
    initial: dict[str, Any] = {"language": me.language, "shared": shares}
    if row:
        initial = {
            "name": row.name,
            "shortcut": row.shortcut,
            "language": row.language,
            "shop": row.shop_id,
            "html": row.html,
        }
    posted = request.POST if request.method == "POST" else None
    form = CannedForm(posted, agent=me, shared=shares and row is None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        shared = values.pop("shared", False)
        if row:
            canned_actions.edit_canned(row, values, actor=actor)
        else:
            canned_actions.create_canned(values, owner=None if shared else me, actor=actor)
        messages.success(request, _("Le texte est enregistré."))
        return HttpResponseRedirect(reverse("settings-canned"))
    context = {"form": form, "text": row}
    return settings_page(request, "agent/settings/canned_text.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.ANSWER)
def canned_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a canned text away."""
    canned_actions.delete_canned(get_object_or_404(_changeable(request), pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("Le texte est supprimé."))
    return HttpResponseRedirect(reverse("settings-canned"))


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def tags(request: ConsoleRequest) -> HttpResponse:
    """All tags; a new one by its name."""
    form = TagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            tag_actions.create_tag(
                form.cleaned_data["name"].strip(), form.cleaned_data["tone"], actor=Actor.of(request.agent)
            )
            return HttpResponseRedirect(reverse("settings-tags"))
        except tag_actions.TagExists:
            form.add_error("name", _("Cette étiquette existe."))
    rows = Tag.objects.annotate(
        people=Count("customers", distinct=True), matters=Count("conversations", distinct=True)
    ).order_by("name")
    context = {"form": form, "tags": [{"row": row, "form": TagForm(tag=row)} for row in rows]}
    return settings_page(request, "agent/settings/tags.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def tag(request: ConsoleRequest, key: int) -> HttpResponse:
    """Rename a tag or change its colour."""
    row = get_object_or_404(Tag, pk=key)
    form = TagForm(request.POST, tag=row)
    if form.is_valid():
        try:
            name = form.cleaned_data["name"].strip()
            tag_actions.edit_tag(row, name, form.cleaned_data["tone"], actor=Actor.of(request.agent))
            messages.success(request, _("L’étiquette est enregistrée."))
        except tag_actions.TagExists:
            messages.error(request, _("Une autre étiquette a ce nom."))
    else:
        messages.error(request, _("Une étiquette a un nom de 40 caractères au plus."))
    return HttpResponseRedirect(reverse("settings-tags"))


@require_POST
@console(May.SETTINGS)
def tag_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take a tag off everything."""
    tag_actions.delete_tag(get_object_or_404(Tag, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("L’étiquette est supprimée."))
    return HttpResponseRedirect(reverse("settings-tags"))


def _texts(request: ConsoleRequest) -> QuerySet[CannedText]:
    shared = Q(agent=None) & (Q(shop=None) | Q(shop__in=access.shops(request.agent)))
    return CannedText.objects.filter(shared | Q(agent=request.agent))


def _changeable(request: ConsoleRequest) -> QuerySet[CannedText]:
    mine = CannedText.objects.filter(agent=request.agent)
    return _texts(request) if access.can(request.agent, May.SETTINGS) else mine
