"""The tree of topics: made, renamed, moved, limited to shops, merged, archived."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console, installation_of
from comptoir.agent.settings.forms.topics import topic_choices
from comptoir.agent.settings.page import settings_page
from comptoir.conversations.actions import topics as actions
from comptoir.conversations.models import Conversation, Topic
from comptoir.conversations.queries.topics import tree
from comptoir.core import shops as house
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop

OTHERS = [(code, label) for code, label in settings.LANGUAGES if code != "fr"]


class TopicForm(forms.Form):
    """A name, its place in the tree, its names in the console's other languages, its shops."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=actions.LONGEST)
    parent = forms.ChoiceField(label=gettext_lazy("Sous"), required=False)
    shops = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Boutiques"),
        queryset=Shop.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Aucune cochée : toutes."),
    )

    def __init__(self, data: Any, row: Topic | None) -> None:
        initial: dict[str, Any] = {}
        if row is not None:
            initial = {"name": row.name, "parent": row.parent.code if row.parent else "", "shops": row.shops.all()}
        super().__init__(data, initial=initial)
        below = {code for code, node in tree().items() if row and row.code in node.branch}
        choices = topic_choices(initial.get("parent", ""), none=_("Tout en haut"))
        self.fields["parent"].choices = [pair for pair in choices if pair[0] not in below]  # type: ignore[attr-defined]
        self.fields["shops"].queryset = Shop.objects.order_by("name")  # type: ignore[attr-defined]
        for code, label in OTHERS:
            self.fields[f"name_{code}"] = forms.CharField(
                label=_("Nom en %(language)s") % {"language": str(label).lower()},
                max_length=actions.LONGEST,
                required=False,
                initial=row.names.get(code, "") if row else "",
            )

    @property
    def others(self) -> list[Any]:
        """The names in other languages."""
        return [self[f"name_{code}"] for code, _label in OTHERS]

    def names(self) -> dict[str, str]:
        """The names in other languages by their code."""
        return {code: self.cleaned_data[f"name_{code}"] for code, _label in OTHERS}


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def topics(request: ConsoleRequest, key: int | None = None) -> HttpResponse:
    """The tree, with one topic or a new one to fill in."""
    row = get_object_or_404(Topic, pk=key) if key else None
    form = TopicForm(request.POST if request.method == "POST" else None, row)
    if request.method == "GET" and request.GET.get("under") in tree():
        form.initial["parent"] = request.GET["under"]
    if request.method == "POST" and form.is_valid():
        parent = Topic.objects.filter(code=form.cleaned_data["parent"]).first() if form.cleaned_data["parent"] else None
        try:
            actions.save_topic(
                row,
                form.cleaned_data["name"],
                parent=parent,
                names=form.names(),
                shops=form.cleaned_data["shops"],
                actor=Actor.of(request.agent),
            )
            messages.success(request, _("Le thème est enregistré."))
            return HttpResponseRedirect(reverse("settings-topics"))
        except actions.CannotChange as refused:
            form.add_error("parent" if refused.code in ("deep", "circle", "merged") else "name", why(refused.code))
    context = {
        "form": form,
        "row": row,
        "nodes": list(tree().values()),
        "targets": [pair for pair in topic_choices() if row is not None and pair[0] not in ("", row.code)],
        "used": Conversation.objects.filter(topic=row.code)[:1000].count() if row else 0,
        "shop_names": dict(Shop.objects.values_list("pk", "name")),
        "required": installation_of(request).topic_required,
    }
    return settings_page(request, "agent/settings/topics.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def topic_move(request: ConsoleRequest, key: int) -> HttpResponse:
    """One place up or down among those beside it."""
    step = -1 if request.POST.get("step") == "up" else 1
    actions.move(get_object_or_404(Topic, pk=key), step, actor=Actor.of(request.agent))
    return HttpResponseRedirect(f"{reverse('settings-topics')}#topic-{key}")


@require_POST
@console(May.SETTINGS)
def topic_archiving(request: ConsoleRequest, key: int) -> HttpResponse:
    """Offer it no more, or again; a merged one stands for itself again."""
    row, actor = get_object_or_404(Topic, pk=key), Actor.of(request.agent)
    if request.POST.get("back") and row.merged_into_id:
        actions.unmerge(row, actor=actor)
        messages.success(request, _("La fusion est défaite."))
    elif actions.archive(row, archived=not request.POST.get("back"), actor=actor):
        back = _("Le thème est de nouveau proposé.")
        gone = _("Le thème n’est plus proposé ; les conversations le gardent.")
        messages.success(request, back if request.POST.get("back") else gone)
    return HttpResponseRedirect(reverse("settings-topics"))


@require_POST
@console(May.SETTINGS)
def topic_merge(request: ConsoleRequest, key: int) -> HttpResponse:
    """Let it read and count as another one."""
    row = get_object_or_404(Topic, pk=key)
    target = get_object_or_404(Topic, code=request.POST.get("target", ""))
    try:
        actions.merge(row, target, actor=Actor.of(request.agent))
        text = _("« %(one)s » compte maintenant comme « %(other)s ». Cela se défait ici.")
        messages.success(request, text % {"one": row.name, "other": target.name})
    except actions.CannotChange as refused:
        messages.error(request, why(refused.code))
    return HttpResponseRedirect(reverse("settings-topics"))


@require_POST
@console(May.SETTINGS)
def topic_required(request: ConsoleRequest) -> HttpResponse:
    """Whether closing by hand asks for a topic."""
    house.require_topic(bool(request.POST.get("required")), actor=Actor.of(request.agent))
    messages.success(request, _("C’est enregistré."))
    return HttpResponseRedirect(reverse("settings-topics"))


_WHY = {
    "no_name": gettext_lazy("Donnez-lui un nom."),
    "taken": gettext_lazy("Un autre thème a ce nom au même endroit."),
    "deep": gettext_lazy("Quatre étages suffisent : mettez-le plus haut."),
    "many": gettext_lazy("Cinq cents thèmes au plus : donnez un nouvel usage à l’un d’eux."),
    "circle": gettext_lazy("Un thème ne se range pas sous lui-même."),
    "merged": gettext_lazy("Ce thème-là est archivé ou déjà fusionné : choisissez-en un autre."),
    "self": gettext_lazy("Il ne peut pas être fusionné avec un thème rangé sous lui : déplacez-le d’abord."),
}


def why(code: str) -> str:
    """Why the tree cannot be so."""
    return str(_WHY[code])
