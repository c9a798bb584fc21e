"""Writing help without any model: a gentle checklist under the editor, spelling, French typography when asked."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import checking
from comptoir.agent.inbox.found import conversation_of
from comptoir.automation.actions.wording import add_word
from comptoir.automation.models import Wording
from comptoir.automation.queries.letters import phrases
from comptoir.automation.queries.manners import manners
from comptoir.automation.queries.spelling import misspellings
from comptoir.conversations.models import Conversation, MessageKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.lib.html import clean_editor, to_text
from comptoir.lib.typography import french_html
from comptoir.lib.writing import courtesy, spelling
from comptoir.lib.writing.beforehand import Letter, warnings
from comptoir.lib.writing.courtesy import Check

LONGEST = 100_000


@require_POST
@console(May.ANSWER)
def panel(request: ConsoleRequest, key: int) -> HttpResponse:
    """What the text that is being written still lacks."""
    return _panel(request, conversation_of(request, key))


@require_POST
@console(May.ANSWER)
def words(request: ConsoleRequest, key: int) -> HttpResponse:
    """Let a word of the shop's pass from now on; the panel again."""
    conversation = conversation_of(request, key)
    access.require(request.agent, May.SETTINGS)
    add_word(conversation.shop, request.POST.get("word", "").strip(), actor=Actor.of(request.agent))
    return _panel(request, conversation)


def _panel(request: ConsoleRequest, conversation: Conversation) -> HttpResponse:
    html = request.POST.get("body", "")[:LONGEST]
    text = to_text(html)
    how = manners(conversation)
    checks = courtesy.checklist(text, asked=_asked(conversation), language=how.language, address=how.address)
    country = how.culture.country if how.culture else ""
    context = {
        "opened": conversation,
        "checks": [(check, in_words(check, how.address)) for check in checks],
        "done": sum(check.done for check in checks),
        "total": len(checks),
        "words": _words(text, how.wording),
        "spelling": misspellings(conversation, request.agent, text, how, country),
        "unchecked": not spelling.can_check(how.language, country),
        "may_teach": access.can(request.agent, May.SETTINGS),
        "typography": how.language == "fr" and french_html(html) != html,
        "empty": not text.strip(),
    }
    return render(request, "agent/inbox/compose/writing.html", context)


@require_POST
@console(May.ANSWER)
def typography(request: ConsoleRequest) -> HttpResponse:
    """The text with French spaces, apostrophes and dots: {html}."""
    return JsonResponse({"html": clean_editor(french_html(request.POST.get("body", "")[:LONGEST]))})


def _asked(conversation: Conversation) -> str:
    said = conversation.messages.filter(kind=MessageKind.CUSTOMER).order_by("-pk")
    return (said.values_list("text", flat=True).first() or "")[:5_000]


def _words(text: str, wording: Wording | None) -> list[str]:
    if wording is None:
        return []
    letter = Letter(text, files=1, forbidden=phrases(wording.forbidden), promises=phrases(wording.promises))
    return [checking.in_words(warning) for warning in warnings(letter) if warning.code in ("forbidden", "promise")]


def in_words(check: Check, address: str) -> str:
    """What to do about it, or that it is done."""
    texts: dict[str, tuple[Any, Any]] = {
        "greeting": (_("Une salutation"), _("Commencez par une salutation")),
        "empathy": (_("Un mot pour l’ennui du client"), _("Un mot pour l’ennui du client : il se plaint")),
        "closing": (_("Une formule de fin"), _("Terminez par une formule")),
    }
    if check.code in texts:
        return str(texts[check.code][0 if check.done else 1])
    formal = address == courtesy.FORMAL
    if check.done:
        return _("Le vouvoiement partout") if formal else _("Le tutoiement partout")
    way = _("On vouvoie, mais le texte dit : %(words)s") if formal else _("On tutoie, mais le texte dit : %(words)s")
    return way % {"words": check.detail}
