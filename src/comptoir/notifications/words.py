"""A notification in words: who, and what they wrote only if the agent wants it shown."""

import re
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.conversations.models import Conversation, Message
from comptoir.core.models import Agent, Event
from comptoir.lib.money import format_minor
from comptoir.notifications.models import Kind, Notice
from comptoir.orders.models import Gesture

TITLE, BODY = 120, 180  # characters; phones cut earlier
_SPACE = re.compile(r"[ \t\r\n\f\v]+")  # the narrow spaces of French typography stay
REPLY = "#reply"  # the console puts the cursor into the answer


def about(conversation: Conversation, message: Message | None, *, excerpt: bool) -> dict[str, Any]:
    """What a customer wrote: the sender's name, and the first words or the shop's name. In the active language."""
    aside = message is not None and message.conversation_id != conversation.pk
    name = (not aside and conversation.customer_name) or _sender(message) or _("Un visiteur")
    if aside:
        name = _("%(name)s, à part") % {"name": name}
    words = _clean(message.text, BODY) if message is not None and excerpt else ""
    shop = _clean(conversation.shop.name, 60)
    body = words or _("Nouveau message · %(shop)s") % {"shop": shop}
    return _framed(conversation, _clean(name, TITLE), body)


def told(notice: Notice, *, excerpt: bool) -> dict[str, Any]:
    """What one notice says. In the active language."""
    conversation = notice.conversation
    if notice.kind == Kind.ENDING:
        body = _(
            "Votre session se termine bientôt. Reconnectez-vous ensuite, pour que cet appareil vous prévienne encore."
        )
        return {"title": "Comptoir", "body": body, "tag": "ending", "url": "/"}
    if notice.kind == Kind.APPROVAL:
        return _asked(notice)
    if conversation is None:
        body = _("Les notifications arrivent sur cet appareil.")
        return {"title": "Comptoir", "body": body, "tag": "trial", "url": "/account/notifications/"}
    here = Q(conversation=conversation) | Q(conversation__side__conversation=conversation)
    message = Message.objects.filter(here, pk=notice.message_id).select_related("conversation").first()
    if notice.kind not in (Kind.ASSIGNED, Kind.MENTIONED):
        return about(conversation, message, excerpt=excerpt)
    if notice.kind == Kind.ASSIGNED:
        by = _actor(notice.event_id)
        title = (
            _("%(name)s vous confie une conversation") % {"name": by} if by else _("Une conversation vous est confiée")
        )
        words = conversation.subject if excerpt else ""
    else:
        title = _("%(name)s vous nomme dans une note") % {"name": _actor(notice.event_id) or "Comptoir"}
        words = message.text if message is not None and excerpt else ""
    who = conversation.customer_name or _("Un visiteur")
    return _framed(conversation, _clean(title, TITLE), _clean(" · ".join(filter(None, [who, words])), BODY))


def _asked(notice: Notice) -> dict[str, Any]:
    """Somebody's act waits for an accord: who, what and how much; whose order it is stays unsaid."""
    row = Gesture.objects.select_related("agent").get(pk=notice.message_id)
    name = row.agent.name if row.agent else "Comptoir"
    title = _("%(name)s demande votre accord") % {"name": name}
    amount = format_minor(row.amount, row.currency, notice.device.agent.language) if row.amount else ""
    body = " · ".join(filter(None, [str(row.get_verb_display()), amount, row.reason]))
    return {"title": _clean(title, TITLE), "body": _clean(body, BODY), "tag": f"gesture:{row.pk}", "url": "/gestures/"}


def many(count: int) -> dict[str, Any]:
    """Instead of a pile: how many conversations moved. In the active language."""
    body = ngettext("%(count)d conversation à voir", "%(count)d conversations à voir", count) % {"count": count}
    return {"title": "Comptoir", "body": body, "tag": "many", "url": "/inbox/mine/"}


def _framed(conversation: Conversation, title: str, body: str) -> dict[str, Any]:
    path = f"/conversations/{conversation.pk}/"
    return {"title": title, "body": body, "tag": f"conversation:{conversation.pk}", "url": path + REPLY}


def _actor(event_id: int) -> str:
    event = Event.objects.filter(pk=event_id, actor_kind="agent").first()
    agent = Agent.objects.filter(pk=event.actor_id or 0).first() if event else None
    return agent.name if agent else ""


def _sender(message: Message | None) -> str:
    return str(message.sender.get("name") or message.sender.get("email") or "") if message else ""


def _clean(text: str, limit: int) -> str:
    words = _SPACE.sub(" ", text).strip()
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
