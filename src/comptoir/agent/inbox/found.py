"""What an address names, among what the agent may see; 404 for the rest."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from comptoir.agent.door import ConsoleRequest
from comptoir.conversations.models import Conversation, Message
from comptoir.conversations.queries import thread
from comptoir.conversations.threading import leading
from comptoir.core import access


def conversation_of(request: ConsoleRequest, key: int, *, sides: bool = False) -> Conversation:
    """The row alone, for an action; threads aside only with `sides`."""
    rows = _rows(request, sides).select_related("shop", "inbox", "identity")
    found: Conversation | None = rows.filter(pk=key).first()
    if found is not None and found.merged_into_id:  # a page that was open before the merge
        found = rows.filter(pk=leading(key)).first()
    if found is None:
        raise Http404
    return found


def opened_of(request: ConsoleRequest, key: int, *, sides: bool = False) -> Any:
    """The conversation with what its page shows; threads aside only with `sides`."""
    found = thread.find(_rows(request, sides), request.agent, key)
    if found is not None and found.merged_into_id:
        found = thread.find(access.conversations(request.agent), request.agent, leading(key))
    if found is None:
        raise Http404
    return found


def side_of(request: ConsoleRequest, key: int) -> Conversation:
    """A thread aside, with its side and the matter that it belongs to."""
    rows = access.threads(request.agent).filter(side__isnull=False).select_related("shop", "inbox", "identity")
    found: Conversation | None = rows.select_related("side__conversation__identity").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _rows(request: ConsoleRequest, sides: bool) -> QuerySet[Any]:
    return access.threads(request.agent) if sides else access.conversations(request.agent)


def message_of(request: ConsoleRequest, key: int) -> Message:
    """A message of a conversation that the agent may see, or of a thread aside of it."""
    rows = Message.objects.filter(conversation__in=access.threads(request.agent))
    found = rows.select_related("conversation__shop", "conversation__identity", "inbox", "agent").filter(pk=key).first()
    if found is None:
        raise Http404
    return found
