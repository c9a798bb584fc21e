"""Lists of steps that conversations are given, by topic."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.duties import why
from comptoir.agent.settings.forms.topics import topic_choices
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.actions import duties
from comptoir.conversations.models import Checklist
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop


class ChecklistForm(forms.Form):
    """A name, when it is offered first, and a step a line."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    topic = forms.ChoiceField(
        label=gettext_lazy("Thème"),
        required=False,
        help_text=gettext_lazy("Proposée d’abord pour ce thème."),
    )
    shop = forms.ModelChoiceField(
        label=gettext_lazy("Boutique"),
        queryset=Shop.objects.none(),
        required=False,
        empty_label=gettext_lazy("Toutes les boutiques"),
    )
    steps = forms.CharField(
        label=gettext_lazy("Étapes, une par ligne"), widget=forms.Textarea(attrs={"rows": 8}), max_length=10_100
    )

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.fields["topic"].choices = topic_choices(self.initial.get("topic", ""))  # type: ignore[attr-defined]
        self.fields["shop"].queryset = Shop.objects.order_by("name")  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def checklists(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """All lists, with one of them or a new one to fill in."""
    row = get_object_or_404(Checklist, pk=key) if key else None
    initial = (
        {"name": row.name, "topic": row.topic, "shop": row.shop_id, "steps": "\n".join(row.steps)} if row else None
    )
    form = ChecklistForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"steps": form.cleaned_data["steps"].splitlines()}
        try:
            duties.save_checklist(row, values, actor=Actor.of(request.agent))
            messages.success(request, _("La liste est enregistrée."))
            return HttpResponseRedirect(reverse("settings-checklists"))
        except duties.CannotAdd as refused:
            form.add_error("steps", why(refused.code))
    context = {"form": form, "row": row, "lists": Checklist.objects.select_related("shop")}
    return settings_page(request, "agent/settings/checklists.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def checklist_deletion(request: ConsoleRequest, key: int) -> HttpResponse:
    """Offer it no more."""
    duties.delete_checklist(get_object_or_404(Checklist, pk=key), actor=Actor.of(request.agent))
    messages.success(request, _("La liste est supprimée ; les conversations gardent leurs étapes."))
    return HttpResponseRedirect(reverse("settings-checklists"))
