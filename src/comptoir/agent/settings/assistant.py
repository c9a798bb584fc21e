"""The connected language model: where it is, its key, what it may be asked for, how much a day, what it was asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.assisting import in_words
from comptoir.agent.settings.page import settings_page
from comptoir.agent.settings.programs.forms import BOXES
from comptoir.assistant.actions.connecting import connect, try_out
from comptoir.assistant.models import Engine, Use
from comptoir.assistant.queries import log, today
from comptoir.core import throttle
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.ports.errors import PortError

TRIES_A_MINUTE = 10


class EngineForm(forms.Form):
    """Where the model is and what it may do."""

    active = forms.BooleanField(label=gettext_lazy("L’assistant est en service"), required=False)
    base_url = forms.URLField(
        label=gettext_lazy("Adresse du service"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Compatible OpenAI, par exemple https://api.mistral.ai/v1."),
    )
    model = forms.CharField(label=gettext_lazy("Modèle"), max_length=120, required=False)
    key = forms.CharField(
        label=gettext_lazy("Clé"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Chiffrée, jamais montrée. Vide : celle d’avant reste."),
    )
    uses = forms.MultipleChoiceField(
        label=gettext_lazy("Ce qu’on peut lui demander"), required=False, choices=Use.choices, widget=BOXES
    )
    daily_requests = forms.IntegerField(label=gettext_lazy("Demandes par jour au plus"), min_value=1, max_value=100_000)
    daily_tokens = forms.IntegerField(
        label=gettext_lazy("Jetons par jour au plus"), min_value=1_000, max_value=1_000_000_000
    )

    def clean_base_url(self) -> str:
        """An address without a name and password in it."""
        url: str = self.cleaned_data["base_url"]
        if "@" in url or "?" in url or "#" in url:
            raise ValidationError(_("L’adresse seule, sans mot de passe ni paramètre : la clé a son champ."))
        return url.rstrip("/")

    def clean(self) -> dict[str, Any]:
        """Nothing is switched on before there is something to ask."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("active") and not (given.get("base_url") and given.get("model")):
            raise ValidationError(_("Pour mettre l’assistant en service, il faut une adresse et un modèle."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def assistant(request: ConsoleRequest) -> HttpResponse:
    """The one model of the house."""
    row = Engine.objects.filter(pk=1).first() or Engine()
    initial = {name: getattr(row, name) for name in EngineForm.base_fields if name != "key"}
    form = EngineForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        connect(form.cleaned_data, key=form.cleaned_data["key"], actor=Actor.of(request.agent))
        messages.success(request, _("L’assistant est enregistré."))
        return HttpResponseRedirect(reverse("settings-assistant"))
    requests, tokens = today()
    context = {"form": form, "engine": row, "asks": log(), "requests": requests, "tokens": tokens}
    return settings_page(request, "agent/settings/assistant.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def trial(request: ConsoleRequest) -> HttpResponse:
    """Ask the saved model something harmless now, and show how it went."""
    throttle.hit(f"assistant-trial:{request.agent.pk}", limit=TRIES_A_MINUTE, seconds=60)
    row, context = Engine.objects.filter(pk=1).first() or Engine(), {}
    try:
        context["answer"] = try_out(row).text[:200]
    except PortError as problem:
        context["problem"] = in_words(problem.code, int(problem.retry_after))
    if "HX-Request" in request.headers:
        return render(request, "agent/settings/assistant_trial.html", context)
    messages.add_message(
        request, messages.ERROR if "problem" in context else messages.SUCCESS, context.get("problem") or _("Le modèle a répondu.")
    )  # fmt: skip
    return HttpResponseRedirect(reverse("settings-assistant"))
