"""What an address names, among what the agent may see; 404 for the rest."""

from typing import Any

from django.http import Http404

from comptoir.agent.door import ConsoleRequest
from comptoir.conversations.models import Conversation, Message
from comptoir.conversations.queries import thread
from comptoir.conversations.threading import leading
from comptoir.core import access


def conversation_of(request: ConsoleRequest, key: int) -> Conversation:
    """The row alone, for an action."""
    rows = access.conversations(request.agent).select_related("shop", "inbox", "identity")
    found: Conversation | None = rows.filter(pk=key).first()
    if found is not None and found.merged_into_id:  # a page that was open before the merge
        found = rows.filter(pk=leading(key)).first()
    if found is None:
        raise Http404
    return found


def opened_of(request: ConsoleRequest, key: int) -> Any:
    """The conversation with what its page shows."""
    found = thread.find(access.conversations(request.agent), request.agent, key)
    if found is not None and found.merged_into_id:
        found = thread.find(access.conversations(request.agent), request.agent, leading(key))
    if found is None:
        raise Http404
    return found


def message_of(request: ConsoleRequest, key: int) -> Message:
    """A message of a conversation that the agent may see."""
    rows = Message.objects.filter(conversation__in=access.conversations(request.agent))
    found = rows.select_related("conversation__shop", "conversation__identity", "inbox", "agent").filter(pk=key).first()
    if found is None:
        raise Http404
    return found
