"""Who else has the conversation open, and who writes in it."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.found import conversation_of
from comptoir.conversations.actions import organising, presence
from comptoir.conversations.models import Conversation, InboxKind

PAGE_SHOWN_FOR = 90  # seconds since the widget was last seen open


@console()
def here(request: ConsoleRequest, key: int) -> HttpResponse:
    """The line of presence; posted every 15 s, it also says that the agent is there, what they write and have read."""
    conversation = conversation_of(request, key, sides=True)
    if request.method == "POST":
        if request.POST.get("left"):
            presence.gone(conversation, request.agent)
            return HttpResponse(status=204)
        presence.here(conversation, request.agent, writing=request.POST.get("writing", ""))
        if request.POST.get("read"):
            organising.mark_read(conversation, request.agent)
    return render(request, "agent/inbox/thread/presence.html", _line(request, conversation))


@console()
def assigned(request: ConsoleRequest, key: int) -> HttpResponse:
    """A word to whom a colleague has just given the conversation."""
    conversation = conversation_of(request, key)
    response = HttpResponse(status=204)
    if conversation.assignee_id == request.agent.pk:
        text = _("On vous confie « %(subject)s ».") % {"subject": conversation.subject or conversation.customer_name}
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": text}})
    return response


def _line(request: ConsoleRequest, conversation: Conversation) -> dict[str, Any]:
    others = presence.others(conversation, request.agent)
    seen = conversation.visitor_seen_at
    on_page = (
        conversation.channel == InboxKind.CHAT
        and seen is not None
        and (timezone.now() - seen).total_seconds() < PAGE_SHOWN_FOR
    )
    return {
        "writing": [row for row in others if row.writing],
        "reading": [row for row in others if not row.writing],
        "answering": next((row for row in others if row.writing == "reply"), None),
        "page_title": conversation.page_title if on_page else "",
        "page_url": conversation.page_url if on_page else "",
    }
