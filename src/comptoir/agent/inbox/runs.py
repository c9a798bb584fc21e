"""One macro for many conversations: choose, read what would leave for each, send, follow."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.macros import in_words
from comptoir.agent.page import page
from comptoir.automation.actions import runs
from comptoir.automation.actions.runs import Previewed
from comptoir.automation.acts import BadAct
from comptoir.automation.models import Macro, Run, RunItem
from comptoir.automation.queries.choosing import Said, say, visible
from comptoir.automation.queries.described import chips
from comptoir.conversations.models import Conversation
from comptoir.core import access
from comptoir.core.access import May

SHOWN = 50  # refusals on the page of a run


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation of the preview: what would leave, or why nothing can."""

    row: Conversation
    said: Said
    newest: int
    refused: str


@console(May.ANSWER)
def start(request: ConsoleRequest) -> HttpResponse:
    """From the list's chosen rows to the preview."""
    keys = [str(key) for key in _keys(request.GET.getlist("conversations"))]
    response = HttpResponse(status=204)
    if keys:
        response.headers["HX-Redirect"] = f"{reverse('macro-runs')}?{urlencode({'conversations': ','.join(keys)})}"
    return response


@console(May.ANSWER)
def answers(request: ConsoleRequest) -> HttpResponse:
    """The preview: a macro, and its text in each conversation; posted, the chosen ones are sent."""
    if request.method == "POST":
        return _send(request)
    keys = _keys(request.GET.get("conversations", "").split(","))
    rows = (
        access.conversations(request.agent).filter(pk__in=keys).select_related("identity__customer", "shop").distinct()
    )
    chosen = list(rows.order_by("-last_message_at"))
    macros = visible(request.agent).filter(active=True).exclude(html="").prefetch_related("translations")
    macro = macros.filter(pk=_key(request.GET.get("macro", ""))).first()
    lines = [_line(macro, row, request) for row in chosen if macro.shop_id in (None, row.shop_id)] if macro else []
    context = {
        "chosen": chosen,
        "keys": ",".join(str(key) for key in keys),
        "macros": macros.order_by("-used", "name")[:300],
        "macro": macro,
        "chips": chips([*macro.acts, *([f"note:{macro.pk}"] if macro.note else [])]) if macro else [],
        "lines": lines,
        "ready": sum(not line.refused for line in lines),
        "elsewhere": len(chosen) - len(lines) if macro else 0,
    }
    if "HX-Request" in request.headers:
        return render(request, "agent/inbox/runs/preview.html", context)
    return page(request, "agent/inbox/runs/page.html", context)


def _line(macro: Macro, row: Conversation, request: ConsoleRequest) -> Line:
    said = say(macro, row, request.agent)
    code = runs.held_back(said)
    refused = (
        _("Il manque : %(names)s.") % {"names": ", ".join(in_words(said.missing))} if code == "missing" else why(code)
    )
    return Line(row, said, runs.newest(row), refused)


def _send(request: ConsoleRequest) -> HttpResponse:
    macro = get_object_or_404(visible(request.agent).filter(active=True), pk=_key(request.POST.get("macro", "")))
    chosen = [
        Previewed(key, request.POST.get(f"digest-{key}", ""), _key(request.POST.get(f"newest-{key}", "")))
        for key in _keys(request.POST.getlist("conversation"))
    ]
    if not chosen:
        return HttpResponseRedirect(reverse("inbox"))
    try:
        run = runs.start_run(macro, chosen, request.POST.getlist("act"), agent=request.agent)
    except BadAct:
        raise Http404 from None
    return HttpResponseRedirect(reverse("macro-run", args=[run.pk]))


@console(May.ANSWER)
def answer(request: ConsoleRequest, key: int) -> HttpResponse:
    """How far it came; asked again each second while it works."""
    run = get_object_or_404(Run.objects.select_related("macro"), pk=key, agent=request.agent)
    context = _progress(run)
    if "HX-Request" in request.headers:
        return render(request, "agent/inbox/runs/progress.html", context)
    return page(request, "agent/inbox/runs/run.html", context)


@require_POST
@console(May.ANSWER)
def stop(request: ConsoleRequest, key: int) -> HttpResponse:
    """What waits does not leave."""
    run = get_object_or_404(Run, pk=key, agent=request.agent)
    runs.stop_run(run, agent=request.agent)
    return HttpResponseRedirect(reverse("macro-run", args=[run.pk]))


def _progress(run: Run) -> dict[str, Any]:
    states = list(run.items.values_list("state", flat=True))
    refused = run.items.filter(state=RunItem.State.REFUSED).select_related("conversation")[:SHOWN]
    return {
        "run": run,
        "total": len(states),
        "sent": states.count(RunItem.State.SENT),
        "refused": [(item, why(item.reason)) for item in refused],
        "waiting": states.count(RunItem.State.WAITING),
        "working": run.finished_at is None and run.stopped_at is None,
    }


def why(code: str) -> str:
    """Why a conversation gets no answer, in words; "" for no reason."""
    if not code:
        return ""
    texts = {
        "missing": _("Une valeur manque."),
        "borrowed": _("La commande est celle de quelqu’un d’autre."),
        "empty": _("Le texte est vide."),
        "gone": _("La conversation ou la macro n’est plus là."),
        "changed": _("Le texte a changé depuis l’aperçu."),
        "newer": _("Un message est arrivé entre-temps."),
        "no_recipient": _("Il n’y a pas d’adresse."),
        "no_mail_inbox": _("La boutique n’a pas de boîte aux lettres d’où répondre."),
        "no_files": _("La messagerie de la boutique ne prend pas de fichiers."),
    }
    return texts.get(code, _("Le message ne peut pas partir."))


def _keys(texts: list[str]) -> list[int]:
    keys = [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 19]
    return list(dict.fromkeys(keys))[: runs.MOST]


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
