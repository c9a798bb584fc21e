"""What an inbox does by itself: the acknowledgement, and what was taught about mail that needs no answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.purposes import REASONS
from comptoir.agent.settings.page import settings_page
from comptoir.conversations import acknowledgement
from comptoir.conversations.actions import expecting, inboxes
from comptoir.conversations.hours import hours_of
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor

KINDS = (InboxKind.EMAIL, InboxKind.FORM)


class AcknowledgementForm(forms.Form):
    """Whether a new matter is acknowledged, and the shop's own text in each language."""

    acknowledges = forms.BooleanField(
        label=gettext_lazy("Accuser réception des nouvelles demandes"),
        required=False,
        help_text=gettext_lazy("Une fois par demande ; jamais à une machine, à une liste ou à nous-mêmes."),
    )

    def __init__(self, data: Any = None, *, inbox: Inbox) -> None:
        super().__init__(data, initial={"acknowledges": inbox.acknowledges})
        for code, words in acknowledgement.WORDS.items():
            self.fields[f"text_{code}"] = forms.CharField(
                label=words.name,
                required=False,
                max_length=4_000,
                initial=inbox.acknowledgement.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 5, "placeholder": words.text, "lang": code}),
            )

    def texts(self) -> dict[str, str]:
        """The shop's own texts by language; an empty one means ours."""
        found = {code: self.cleaned_data[f"text_{code}"].strip() for code in acknowledgement.WORDS}
        return {code: text for code, text in found.items() if text}


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def channel_answers(request: ConsoleRequest, key: int) -> HttpResponse:
    """The acknowledgement and the lessons of one inbox."""
    inbox = _inbox(request, key)
    form = AcknowledgementForm(request.POST if request.method == "POST" else None, inbox=inbox)
    if request.method == "POST" and form.is_valid():
        changes = {"acknowledges": form.cleaned_data["acknowledges"], "acknowledgement": form.texts()}
        inboxes.edit_inbox(inbox, changes, {}, actor=Actor.of(request.agent))
        messages.success(request, _("L’accusé de réception est enregistré."))
        return HttpResponseRedirect(reverse("settings-channel-answers", args=[inbox.pk]))
    shop = acknowledgement.language_of("", inbox.shop.language)
    hours = hours_of(inbox)
    context = {
        "inbox": inbox,
        "form": form,
        "shown": [form[f"text_{code}"] for code in dict.fromkeys((shop, "fr", "en"))],
        "others": [form[f"text_{code}"] for code in acknowledgement.WORDS if code not in (shop, "fr", "en")],
        "when": acknowledgement.when(hours, timezone.now(), shop),
        "preview": acknowledgement.text(inbox.acknowledgement.get(shop, ""), hours, timezone.now(), shop),
        "without_hours": hours is None,
        "lessons": [(row, REASONS.get(row.kind, "")) for row in inbox.lessons.select_related("agent")[:200]],
    }
    return settings_page(request, "agent/settings/channel_answers.html", context, status=422 if form.is_bound else 200)


@require_POST
@console(May.SETTINGS)
def channel_lesson(request: ConsoleRequest, key: int) -> HttpResponse:
    """Forget what was taught about one sender."""
    inbox = _inbox(request, key)
    lesson = request.POST.get("lesson", "")
    if not (lesson.isascii() and lesson.isdecimal() and len(lesson) < 19):
        raise Http404
    if expecting.forget_lesson(inbox, int(lesson), actor=Actor.of(request.agent)):
        messages.success(request, _("C’est oublié : ses messages seront jugés un à un."))
    return HttpResponseRedirect(reverse("settings-channel-answers", args=[inbox.pk]) + "#lessons")


def _inbox(request: ConsoleRequest, key: int) -> Inbox:
    rows = access.inboxes(request.agent).select_related("shop__schedule", "schedule").filter(kind__in=KINDS)
    found: Inbox = get_object_or_404(rows, pk=key)
    return found
