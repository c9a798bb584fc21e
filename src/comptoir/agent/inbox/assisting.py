"""Proposals of the connected model beside a conversation: asked for, waited for, looked at. Putting one in is the
agent's own act, in the page."""

import uuid
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comptoir.agent.customers.forms import name_of
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.found import conversation_of, message_of
from comptoir.assistant.actions import asking
from comptoir.assistant.actions.asking import OPEN, CannotAsk
from comptoir.assistant.models import Ask, AskState, Use
from comptoir.assistant.prompts import strange_numbers
from comptoir.assistant.queries import kept_summary, kept_translation, newest
from comptoir.core import access
from comptoir.core.access import May
from comptoir.lib.html import from_text, to_text

REPLY_USES = (Use.REWRITE, Use.SHORTEN, Use.TRANSLATE_REPLY)
COMPARED = 600  # words of a text whose changes are marked


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the model made of a draft: the change marked, the text as HTML to put in, numbers that nobody wrote."""

    before: SafeString
    after: SafeString
    html: SafeString
    numbers: str


@require_POST
@console(May.ANSWER)
def replies(request: ConsoleRequest, key: int) -> HttpResponse:
    """Ask for the draft in other words (`use`: rewrite, shorten, translate)."""
    conversation, use = conversation_of(request, key), request.POST.get("use", "")
    if use not in REPLY_USES:
        raise Http404
    text = to_text(request.POST.get("body", "")[:500_000])
    try:
        row = asking.ask(use, conversation, agent=request.agent, text=text)
    except CannotAsk as refused:
        return _told(request, refused.code)
    return _shown(request, row)


@require_POST
@console(May.ANSWER)
def translation(request: ConsoleRequest, key: int) -> HttpResponse:
    """A customer's message in the agent's language, beside its own words."""
    message, spoken = message_of(request, key), _reader()
    kept = kept_translation(message, spoken)
    if kept is not None:
        return _beside(request, message.text, kept.text)
    try:
        row = asking.ask(
            Use.TRANSLATE_MESSAGE, message.conversation, agent=request.agent, message=message, language=spoken
        )
    except CannotAsk as refused:
        return _told(request, refused.code)
    return _shown(request, row)


@require_POST
@console(May.ANSWER)
def summary(request: ConsoleRequest, key: int) -> HttpResponse:
    """The conversation in a few lines: what is kept of it while it is whole, a new one when asked `again`."""
    conversation, spoken = conversation_of(request, key), _reader()
    kept = kept_summary(conversation, spoken)
    if kept is not None and not request.POST.get("again"):
        context = {"opened": conversation, "kept": kept, "old": kept.upto != newest(conversation)}
        return render(request, "agent/inbox/assistant/summary.html", context)
    try:
        row = asking.ask(Use.SUMMARISE, conversation, agent=request.agent, language=spoken)
    except CannotAsk as refused:
        return _told(request, refused.code)
    return _shown(request, row)


@require_GET
@console(May.ANSWER)
def asked(request: ConsoleRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far a request of one's own came."""
    return _shown(request, _own(request, public_id))


@require_POST
@console(May.ANSWER)
def cancellation(request: ConsoleRequest, public_id: uuid.UUID) -> HttpResponse:
    """Wait no more."""
    asking.cancel(_own(request, public_id))
    return HttpResponse("")


def _own(request: ConsoleRequest, public_id: uuid.UUID) -> Ask:
    rows = Ask.objects.filter(agent=request.agent, conversation__in=access.conversations(request.agent))
    return get_object_or_404(rows.select_related("conversation", "message"), public_id=public_id)


def _shown(request: ConsoleRequest, row: Ask) -> HttpResponse:
    if row.state in OPEN:
        return render(request, "agent/inbox/assistant/waiting.html", {"ask": row})
    if row.state == AskState.CANCELLED:
        return HttpResponse("")
    if row.state == AskState.FAILED or not row.proposal:
        return _told(request, row.error or "lost", wait=row.wait)
    if row.use == Use.TRANSLATE_MESSAGE and row.message is not None:
        return _beside(request, row.message.text, row.proposal)
    if row.use == Use.SUMMARISE:
        assert row.conversation is not None
        kept = kept_summary(row.conversation, row.language)
        return render(request, "agent/inbox/assistant/summary.html", {"opened": row.conversation, "kept": kept})
    context = {"ask": row, "proposal": _proposal(row), "translated": row.use == Use.TRANSLATE_REPLY}
    return render(request, "agent/inbox/assistant/proposal.html", context)


def _proposal(row: Ask) -> Proposal:
    before, after = row.given.strip(), row.proposal
    html = mark_safe(from_text(after))  # noqa: S308 (from_text escapes)
    numbers = ", ".join(strange_numbers(before, after))
    if row.use == Use.TRANSLATE_REPLY:
        return Proposal(_lines(before), _lines(after), html, numbers)
    return Proposal(*compared(before, after), html, numbers)


def _beside(request: ConsoleRequest, original: str, translated: str) -> HttpResponse:
    context = {"original": original, "translated": translated, "language": name_of("languages", _reader())}
    return render(request, "agent/inbox/assistant/beside.html", context)


def _told(request: ConsoleRequest, code: str, *, wait: int = 0) -> HttpResponse:
    return render(request, "agent/inbox/assistant/refused.html", {"text": in_words(code, wait)})


def compared(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Two texts as HTML, what went and what came marked word by word; very long ones unmarked."""
    old, new = _words(before), _words(after)
    if len(old) > COMPARED or len(new) > COMPARED:
        return _lines(before), _lines(after)
    left, right = [], []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = escape("".join(old[i:j])), escape("".join(new[k:m]))
        left.append(gone if kind == "equal" or not gone.strip() else f"<del>{gone}</del>")
        right.append(come if kind == "equal" or not come.strip() else f"<ins>{come}</ins>")
    return mark_safe("".join(left)), mark_safe("".join(right))  # noqa: S308 (escaped above)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        found += [f"{word} " for word in line.rstrip("\n").split(" ")]
        found[-1] = found[-1][:-1] + ("\n" if line.endswith("\n") else "")
    return found


def _lines(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308


def _reader() -> str:
    return (get_language() or "fr")[:2]


def in_words(code: str, wait: int = 0) -> str:
    """Why there is no proposal, and what to do. The draft is as it was."""
    texts = {
        "off": _("L’assistant n’est plus relié. Votre texte est intact."),
        "empty": _("Il n’y a rien à proposer : le texte ou la réponse du modèle est vide."),
        "too_long": _("Ce texte est trop long pour le modèle (12 000 caractères au plus)."),
        "limit": _("La limite du jour est atteinte. Elle se règle dans Réglages, Assistant."),
        "busy": _("Le service est saturé. Réessayez dans %(n)s s.") % {"n": wait or 30},
        "slow": _("Le modèle n’a pas répondu à temps. Réessayez."),
        "refused": _("Le service refuse la clé. L’administrateur la change dans Réglages, Assistant."),
        "forbidden": _("Cette adresse est dans votre réseau privé. L’administrateur peut l’ouvrir par COMPTOIR_PRIVATE_HOSTS."),
        "address": _("Le service ne connaît pas cette demande : vérifiez l’adresse et le modèle."),
        "unreadable": _("La réponse du modèle est illisible. Réessayez."),
        "too_large": _("La réponse du modèle est trop grande : elle n’est pas lue."),
        "server": _("Le service est en panne. Réessayez plus tard."),
        "network": _("Le service est injoignable. Réessayez plus tard."),
        "lost": _("La demande s’est perdue. Réessayez."),
    }  # fmt: skip
    return texts.get(code, texts["lost"])
