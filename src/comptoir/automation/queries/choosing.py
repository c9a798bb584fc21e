"""Which macros an agent may use, and what one says in a conversation: its language, its text, its actions."""

import hashlib
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString, mark_safe

from comptoir.automation.models import Macro
from comptoir.automation.queries.values import Values, variables
from comptoir.conversations.models import Conversation, Inbox
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.lib import placeholders
from comptoir.lib.html import clean_editor


@dataclass(frozen=True, slots=True)
class Said:
    """A macro in one conversation. `missing` are variables without a value, which still stand in the text."""

    macro: Macro
    html: SafeString
    language: str
    missing: list[str]
    acts: list[str]
    other_language: bool = False  # there is no text in the customer's language
    stale: bool = False  # the master changed since this translation
    borrowed: bool = False  # it names an order that is not the customer's own

    @property
    def digest(self) -> str:
        """Says that a text is the same one, and nothing of what it says."""
        return hashlib.sha256(f"{self.macro.pk} {self.html}".encode()).hexdigest()


def visible(agent: Agent) -> QuerySet[Macro]:
    """The agent's own macros and those that their shops share."""
    shops = access.shops(agent).order_by().values("pk")
    return Macro.objects.filter(Q(agent=agent) | Q(agent=None) & (Q(shop=None) | Q(shop__in=shops)))


def changeable(agent: Agent) -> QuerySet[Macro]:
    """The macros that the agent may change: their own; shared ones with the right to share."""
    if access.can(agent, May.SHARE_MACROS):
        return visible(agent)
    return Macro.objects.filter(agent=agent)


def usable(agent: Agent, conversation: Conversation) -> QuerySet[Macro]:
    """The active ones that may be used in that conversation."""
    rows = visible(agent).filter(active=True).filter(Q(shop=None) | Q(shop=conversation.shop_id))
    return rows.prefetch_related("translations")


def beginning(inbox: Inbox, identity: Identity | None, address: str) -> Conversation:
    """A conversation that is about to begin, as macros read it: not saved, and with nobody's past when they are unknown."""
    person = identity or Identity(kind=IdentityKind.EMAIL, value=address, customer=Customer(pk=0))
    return Conversation(pk=0, shop=inbox.shop, inbox=inbox, identity=person, channel=inbox.kind)


def language_of(conversation: Conversation) -> str:
    """The language to answer in: the conversation's, else the customer's, else the shop's; "pt-BR" as "pt"."""
    told = conversation.language or conversation.identity.customer.language or conversation.shop.language
    return told.replace("_", "-").split("-")[0].lower()


class Teller:
    """Says macros in one conversation, for one agent; what is read of the customer and the order is read once."""

    def __init__(self, conversation: Conversation, agent: Agent) -> None:
        self.conversation = conversation
        self.agent = agent
        self.language = language_of(conversation)
        self._values: dict[str, Values] = {}

    def say(self, macro: Macro, *, language: str = "") -> Said:
        """The macro's text, filled in, in the language asked for or the conversation's."""
        wanted = language or self.language
        html, spoken, stale = _text(macro, wanted)
        values = self.values(spoken)
        filled = placeholders.fill(html, values)
        note = placeholders.fill(macro.note, self.values(macro.language))
        named = {place.name.split(".")[0] for place in placeholders.places(f"{html} {macro.note}")}
        return Said(
            macro=macro,
            html=mark_safe(clean_editor(filled.html)),  # noqa: S308  # cleaned
            language=spoken,
            missing=list(dict.fromkeys([*filled.missing, *note.missing])),
            acts=[*macro.acts, *([f"note:{macro.pk}"] if macro.note else [])],
            other_language=spoken != wanted,
            stale=stale,
            borrowed=bool(named & {"order", "parcel"}) and not values.is_theirs,
        )

    def values(self, language: str) -> Values:
        """The variables' values in a language."""
        if language not in self._values:
            self._values[language] = Values(
                self.conversation, self.agent, language, like=next(iter(self._values.values()), None)
            )
        return self._values[language]


def say(macro: Macro, conversation: Conversation, agent: Agent, *, language: str = "") -> Said:
    """One macro in one conversation."""
    return Teller(conversation, agent).say(macro, language=language)


def _text(macro: Macro, wanted: str) -> tuple[str, str, bool]:
    if macro.language != wanted:
        for row in macro.translations.all():
            if row.language == wanted:
                return row.html, row.language, row.master != macro.html
    return macro.html, macro.language, False


def left_open(html: str) -> list[str]:
    """The variables that still stand in a text that is about to leave."""
    names = (place.name for place in placeholders.places(html))
    return list(dict.fromkeys(name for name in names if name in variables()))
