"""What stands together with a conversation: those merged into it, those linked, and those it could be merged with."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from comptoir.conversations.models import Conversation, ConversationLink, Joining, State
from comptoir.conversations.queries import search
from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.queries import matching

OFFERED = 8
AWAY = (State.SPAM, State.TRASH, State.MERGED)


def notice(opened: Any, former: str) -> str:
    """The subject of the merged conversation whose address led here; "" when none did."""
    for row in opened.merged_list:
        if str(row["pk"]) == former:
            return row["subject"] or _("n° %(number)s") % {"number": former}
    return ""


def together(agent: Agent, opened: Any) -> dict[str, Any]:
    """For the panel: merges that can be undone, and linked conversations that the agent may see."""
    joinings = Joining.objects.filter(target=opened.pk, undone_at=None).select_related("source", "agent")
    links = ConversationLink.objects.filter(Q(one=opened.pk) | Q(other=opened.pk)).order_by("-pk")[:20]
    there = {link.other_id if link.one_id == opened.pk else link.one_id for link in links}
    linked = access.conversations(agent).filter(pk__in=there) if there else Conversation.objects.none()
    return {
        "joinings": list(joinings.order_by("-pk")[:OFFERED]) if opened.merged_list else [],
        "linked": list(linked.order_by("-last_message_at")) if there else [],
    }


def candidates(agent: Agent, conversation: Any, text: str) -> list[Conversation]:
    """Conversations that match a number, words of their subject or messages, or their customer; without a text, the
    customer's other ones, those that are open first."""
    rows = access.conversations(agent).exclude(pk=conversation.pk).exclude(state__in=AWAY)
    rows = rows.select_related("identity__customer", "assignee", "shop")
    text = text.strip()[:200]
    if not text:
        own = rows.filter(identity__customer=conversation.identity.customer_id).order_by("-last_message_at")[:40]
        return sorted(own, key=lambda row: row.state != State.OPEN)[:OFFERED]
    number = text.lstrip("#n°N ").strip()
    if number.isascii() and number.isdecimal() and len(number) < 19 and (exact := rows.filter(pk=int(number)).first()):
        return [exact]
    found = {match.conversation.pk for match in search.matching(rows, text, limit=OFFERED)}
    people = matching(access.customers(agent).filter(erased_at=None), text)[:OFFERED]
    theirs = rows.filter(identity__customer__in=[person.pk for person in people]).order_by("-last_message_at")
    keys = [*found, *(row.pk for row in theirs[:OFFERED])]
    return list(rows.filter(pk__in=keys).order_by("-last_message_at")[:OFFERED])
