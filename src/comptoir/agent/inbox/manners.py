"""The ways of the customer's country beside the reply, and the language in which they are answered."""

from datetime import date
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.customers.forms import name_of
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.automation.cultures import countries
from comptoir.automation.queries.manners import lines, manners
from comptoir.conversations.actions.hearing import set_language
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers.languages import LANGUAGES

MONEY = {"GB": "GBP", "US": "USD", "CH": "CHF", "PL": "PLN", "SE": "SEK"}


@console(May.ANSWER)
def panel(request: ConsoleRequest, key: int) -> HttpResponse:
    """How one writes to customers there: of their country, or of the one that `country` names."""
    conversation = conversation_of(request, key)
    wanted = request.GET.get("country", "")
    if wanted and wanted not in countries():
        raise Http404
    found = manners(conversation, country=wanted, reader=get_language() or "fr")
    culture = found.culture
    context = {
        "opened": conversation,
        "manners": found,
        "culture": culture,
        "language": name_of("languages", found.language),
        "languages": LANGUAGES,
        "countries": sorted(((code, name_of("territories", code)) for code in countries()), key=lambda pair: pair[1]),
        "may_set": access.can(request.agent, May.SETTINGS),
    }
    if culture:
        name = conversation.customer_name
        context |= {
            "country": name_of("territories", culture.country),
            "openings": lines(culture.greetings, name),
            "closings": lines(culture.closings, name),
            "channels": [str(channel_words()[channel]) for channel in culture.channels],
            "example": example(
                found.language if found.language in culture.languages else culture.languages[0], culture.country
            ),
        }
    return render(request, "agent/inbox/compose/manners.html", context)


@require_POST
@console(May.ANSWER)
def language(request: ConsoleRequest, key: int) -> HttpResponse:
    """Answer in another language from now on."""
    conversation, wanted = conversation_of(request, key), request.POST.get("language", "")
    if wanted not in dict(LANGUAGES):
        raise Http404
    set_language(conversation, wanted, actor=Actor.of(request.agent))
    return threads.refreshed(request, key, sent="", trigger={})


def channel_words() -> dict[str, str]:
    """Channels in the order of a country's liking."""
    return {
        "email": _("e-mail"), "chat": _("chat"), "phone": _("téléphone"), "whatsapp": "WhatsApp", "sms": _("SMS"),
    }  # fmt: skip


def example(spoken: str, country: str) -> str:
    """A date and an amount as they are written there."""
    try:
        locale: Locale | str = Locale.parse(f"{spoken}_{country}")
    except (UnknownLocaleError, ValueError):
        locale = spoken
    day = format_date(date(2026, 3, 9), format="short", locale=locale)
    return f"{day} · {format_currency(Decimal('1234.50'), MONEY.get(country, 'EUR'), locale=locale)}"
