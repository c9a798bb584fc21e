"""Conversations aside: mail with a third party about a matter."""

from typing import Any

from django.http import Http404
from ninja import Query, Router

from comptoir.api.v1 import content, pages
from comptoir.api.v1.conversations import conversation_of
from comptoir.api.v1.door import ProgramRequest, needs, writes
from comptoir.api.v1.filters import MessageFilters
from comptoir.api.v1.messages import NEWEST, OLDEST
from comptoir.api.v1.schemas.conversations import MessageOut, MessagePage, NewReply, NewSide, SideChange, SideOut
from comptoir.conversations import representation
from comptoir.conversations.actions import sides
from comptoir.conversations.models import Conversation, Message
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.programs import Scope

router = Router(tags=["Conversations aside"])
LISTED = 100


@router.get("/conversations/{int:key}/sides", response=list[SideOut], **needs(Scope.READ_CONVERSATIONS))
def of_conversation(request: ProgramRequest, key: int) -> list[dict[str, Any]]:
    """The conversations aside of a matter, oldest first (at most a hundred)."""
    rows = conversation_of(request, key).sides.select_related("thread__identity")
    return [representation.side(row) for row in rows[:LISTED]]


@router.post("/conversations/{int:key}/sides", response={201: MessageOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("message", May.ANSWER)
def begin(request: ProgramRequest, key: int, payload: NewSide) -> tuple[int, int]:
    """Write to a third party; the answer's `conversation` is the key of the new conversation aside."""
    words = content.written(request.agent, payload, subject=payload.subject)
    matter = conversation_of(request, key)
    return sides.open_side(matter, words, agent=request.agent, messages=payload.messages).pk, 201


@router.get("/sides/{int:key}/messages", response=MessagePage, **needs(Scope.READ_CONVERSATIONS))
def messages(request: ProgramRequest, key: int, given: Query[MessageFilters]) -> dict[str, Any]:
    """The mails of a conversation aside, oldest first."""
    rows = representation.messages_with_all(Message.objects.filter(conversation=_thread(request, key)))
    return pages.page(rows, NEWEST if given.newest_first else OLDEST, given, representation.message)


@router.post("/sides/{int:key}/replies", response={201: MessageOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("message", May.ANSWER)
def reply(request: ProgramRequest, key: int, payload: NewReply) -> tuple[int, int]:
    """Go on with the third party."""
    words = content.written(request.agent, payload, subject=payload.subject, based_on=payload.based_on)
    return sides.reply_aside(_thread(request, key), words, agent=request.agent).pk, 201


@router.patch("/sides/{int:key}", response=SideOut, **needs(Scope.WRITE_CONVERSATIONS))
@writes("side", May.ANSWER)
def change(request: ProgramRequest, key: int, payload: SideChange) -> int:
    """Close it or take it up again."""
    turn = sides.close_side if payload.state == "closed" else sides.reopen_side
    turn(_thread(request, key), actor=Actor.of(request.agent))
    return key


def _thread(request: ProgramRequest, key: int) -> Conversation:
    found: Conversation | None = access.threads(request.agent).filter(side__isnull=False, pk=key).first()
    if found is None:
        raise Http404
    return found
