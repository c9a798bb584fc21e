"""Messages and notes: read, written, taken back; what a form of one's own received."""

import uuid
from typing import Any

from django.http import Http404
from ninja import Query, Router

from comptoir.api.v1 import content, pages, results
from comptoir.api.v1.conversations import conversation_of
from comptoir.api.v1.door import ProgramRequest, needs, writes
from comptoir.api.v1.filters import MessageFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.conversations import MessageOut, MessagePage, NewNote, NewReply, NewRequest
from comptoir.automation.actions import applying
from comptoir.conversations import representation
from comptoir.conversations.actions import answering
from comptoir.conversations.actions.forms import FormRequest, receive_form
from comptoir.conversations.models import Message
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.programs import Scope

router = Router(tags=["Messages"])
NEWEST, OLDEST = Sort("newest", "pk", falling=True), Sort("oldest", "pk")


@router.get("/conversations/{int:key}/messages", response=MessagePage, **needs(Scope.READ_CONVERSATIONS))
def messages(request: ProgramRequest, key: int, given: Query[MessageFilters]) -> dict[str, Any]:
    """The messages and notes of a conversation, oldest first."""
    rows = representation.messages_with_all(Message.objects.filter(conversation=conversation_of(request, key)))
    return pages.page(rows, NEWEST if given.newest_first else OLDEST, given, representation.message)


@router.get("/messages/{int:key}", response=MessageOut, **needs(Scope.READ_CONVERSATIONS))
def message(request: ProgramRequest, key: int) -> Any:
    """One message."""
    return results.shown(request.agent, "message", key)


@router.post("/conversations/{int:key}/replies", response={201: MessageOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("message", May.ANSWER)
def reply(request: ProgramRequest, key: int, payload: NewReply) -> tuple[int, int]:
    """Answer the customer. Mail is held for the agent's undo time, then leaves; a chat answer goes at once."""
    words = content.written(
        request.agent,
        payload,
        subject=payload.subject,
        based_on=payload.based_on,
        then=payload.then,
    )
    return answering.reply(conversation_of(request, key), words, agent=request.agent).pk, 201


@router.post("/conversations/{int:key}/notes", response={201: MessageOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("message", May.ANSWER)
def note(request: ProgramRequest, key: int, payload: NewNote) -> tuple[int, int]:
    """Write for the team only."""
    words = content.written(request.agent, payload)
    return answering.note(conversation_of(request, key), words, agent=request.agent).pk, 201


@router.post("/messages/{int:key}/undo", response={204: None}, **needs(Scope.WRITE_CONVERSATIONS))
@writes(results.NOTHING, May.ANSWER)
def undo(request: ProgramRequest, key: int) -> tuple[None, int]:
    """Take back a message that has not left yet; 409 when it is too late."""
    row = Message.objects.filter(conversation__in=access.conversations(request.agent), pk=key).first()
    if row is None:
        raise Http404
    if not applying.undo(row, agent=request.agent):
        raise Problem(409, "late", "It has left already, or is not this agent's to take back.")
    return None, 204


@router.post("/inboxes/{int:key}/requests", response={201: MessageOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("message", May.ANSWER)
def take_request(request: ProgramRequest, key: int, payload: NewRequest) -> tuple[int, int]:
    """Hand over what a customer wrote in a form of your own (a form inbox). The same `key` twice adds nothing."""
    inbox = access.inboxes(request.agent).filter(pk=key, kind="form", active=True).first()
    if inbox is None:
        raise Http404
    given = payload.dict() | {"key": payload.key or uuid.uuid4().hex}
    return receive_form(inbox, FormRequest(**given)).pk, 201
