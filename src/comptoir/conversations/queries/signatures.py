"""How an answer ends: the agent's closing, then the shop's, in the reader's language, their places filled."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from comptoir.conversations.models import Inbox, Signature
from comptoir.core.models import Agent, Shop
from comptoir.lib.html import clean_editor, from_text, to_text
from comptoir.lib.placeholders import fill, places

NAMES = ("agent.first_name", "agent.name", "shop.name", "shop.phone", "shop.email", "shop.site", "shop.address")
FIELDS = ("shop_id", "agent_id", "language", "html")
_LINE = re.compile(r"(<br\s*/?>|</div>|</p>|</li>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Closing:
    """The two parts as clean HTML, either may be empty."""

    agent: str = ""
    shop: str = ""

    @property
    def html(self) -> str:
        """Both, one under the other."""
        return "<br>".join(part for part in (self.agent, self.shop) if part)

    @property
    def words(self) -> str:
        """The same on one line."""
        return " · ".join(" ".join(to_text(part).split())[:60] for part in (self.agent, self.shop) if part)


def closing(
    inbox: Inbox, agent: Agent | None, language: str, rows: Sequence[Mapping[str, Any]] | None = None
) -> Closing:
    """What stands under a mail of that agent from that inbox to a reader of that language.

    `rows` are those of `candidates`, when the caller has them; else they cost one query.

    The inbox's own words come before the shop's. Words of the shop that name the agent stand alone: without them, and
    without words of one's own, the agent signs with their name.
    """
    shop = inbox.shop
    if rows is None:
        rows = list(candidates(shop.pk, agent).values(*FIELDS))
    shops = [row for row in rows if not row["agent_id"]]
    theirs = from_text(inbox.signature) if inbox.signature else _best(shops, language)
    own = _best([row for row in rows if row["agent_id"]], language) if agent else ""
    if agent and not own and agent.signature:
        own = from_text(agent.signature)
    if agent and not own and not any(place.name.startswith("agent.") for place in places(theirs)):
        own = from_text(agent.name)
    return Closing(filled(own, shop, agent), filled(theirs, shop, agent))


def candidates(shop: Any, agent: Agent | None) -> QuerySet[Signature]:
    """The signatures that may stand under a mail of that shop (a key, or an OuterRef to one) and that agent."""
    of_shop = Q(shop=shop, agent=None)
    return Signature.objects.filter(of_shop | Q(agent=agent) & (Q(shop=shop) | Q(shop=None)) if agent else of_shop)


def _best(rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """The one for this shop before the one for every shop, in the reader's language before the one for every language."""
    wanted = language.partition("-")[0].lower()
    fitting = [row for row in rows if row["language"].partition("-")[0].lower() in ("", wanted)]
    best = max(fitting, key=lambda row: (bool(row["language"]), row["shop_id"] is not None), default=None)
    return str(best["html"]) if best else ""


def filled(html: str, shop: Shop, agent: Agent | None) -> str:
    """The places filled; a line whose value is missing is left out, since nobody can be asked when a mail leaves."""
    values = values_of(shop, agent)
    kept = []
    pieces = _LINE.split(html)
    for text, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        done = fill(text, values.get)
        kept.append(end if done.missing and end.startswith("</") else "" if done.missing else done.html + end)
    return re.sub(r"(?:<br\s*/?>)+$", "", clean_editor("".join(kept)).strip())


def values_of(shop: Shop, agent: Agent | None) -> dict[str, str]:
    """What may stand in a signature."""
    return {
        "agent.first_name": agent.first_name if agent else "",
        "agent.name": agent.name if agent else "",
        "shop.name": shop.name,
        "shop.phone": shop.phone,
        "shop.email": shop.email,
        "shop.site": shop.site_url.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "shop.address": shop.address,
    }
