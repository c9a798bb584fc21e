"""Words of the house: tags."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.forms.house import TagForm
from comptoir.agent.settings.page import settings_page
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import tags as tag_actions
from comptoir.customers.models import Tag


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
