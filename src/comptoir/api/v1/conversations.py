"""Conversations: listed, opened, begun, put in order."""

from typing import Any

from django.http import Http404
from ninja import Query, Router

from comptoir.api.v1 import content, pages, results
from comptoir.api.v1.door import ProgramRequest, needs, writes
from comptoir.api.v1.filling import fill
from comptoir.api.v1.filters import ConversationFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.conversations import (
    ConversationChange,
    ConversationOut,
    ConversationPage,
    NewConversation,
    OrderLink,
)
from comptoir.conversations import representation
from comptoir.conversations.actions import answering, filling, organising
from comptoir.conversations.models import Conversation, Priority, State
from comptoir.conversations.queries import topics
from comptoir.conversations.queries.filtering import matching
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.programs import Scope

router = Router(tags=["Conversations"])
SORTS = {
    "newest": Sort("newest", "last_message_at", falling=True),
    "waiting": Sort("waiting", "rank"),
    "id": Sort("id", "pk"),
}
STATES: dict[str, Any] = {
    "open": organising.reopen,
    "pending": organising.wait_for_customer,
    "closed": organising.close,
    "spam": organising.mark_spam,
    "trash": organising.discard,
}


@router.get("/conversations", response=ConversationPage, **needs(Scope.READ_CONVERSATIONS))
def conversations(request: ProgramRequest, given: Query[ConversationFilters]) -> dict[str, Any]:
    """Conversations that the token's agent may see."""
    names = ("team", "inbox", "shop", "channel", "topic", "assignee")
    filters: dict[str, Any] = {name: getattr(given, name) for name in names if getattr(given, name)}
    if given.topic:
        filters["topic"] = topics.resolve(given.topic) or given.topic
    if given.tag:
        filters["tags"] = given.tag
    if given.waiting is not None:
        filters["waiting"] = given.waiting
    filters["states"] = given.state or list(State.values)
    rows = matching(access.conversations(request.agent), filters, request.agent)
    if given.customer is not None:
        rows = rows.filter(identity__customer=given.customer)
    if given.newer_than is not None:
        rows = rows.filter(last_message_at__gt=given.newer_than)
    return pages.page(representation.with_all(rows), SORTS[given.sort], given, representation.conversation)


@router.get("/conversations/{int:key}", response=ConversationOut, **needs(Scope.READ_CONVERSATIONS))
def conversation(request: ProgramRequest, key: int) -> Any:
    """One conversation."""
    return results.shown(request.agent, "conversation", key)


@router.post("/conversations", response={201: ConversationOut}, **needs(Scope.WRITE_CONVERSATIONS))
@writes("conversation", May.ANSWER)
def begin(request: ProgramRequest, payload: NewConversation) -> tuple[int, int]:
    """Write first: a mail leaves and a conversation begins."""
    inbox = access.inboxes(request.agent).filter(pk=payload.inbox, active=True, kind="email").first()
    if inbox is None:
        raise Problem(422, "inbox", "There is no such mail inbox, or it is paused.")
    written = content.written(request.agent, payload, subject=payload.subject)
    return answering.start(inbox, written, agent=request.agent).conversation_id, 201


@router.patch("/conversations/{int:key}", response=ConversationOut, **needs(Scope.WRITE_CONVERSATIONS))
@writes("conversation", May.ORGANISE)
def change(request: ProgramRequest, key: int, payload: ConversationChange) -> int:
    """Assign, close, snooze, tag, ...: all of it happens, or nothing."""
    row = conversation_of(request, key)
    given = payload.dict(exclude_unset=True)
    actor = Actor.of(request.agent)
    _hand_over(request, row, given, actor)
    if given.get("priority"):
        organising.set_priority(row, Priority[given["priority"].upper()], actor=actor)
    if given.get("topic") is not None:
        organising.set_topic(row, topic_of(given["topic"], row), actor=actor)
    if given.get("subject"):
        organising.rename(row, given["subject"], actor=actor)
    fill("conversation", given.get("fields"), filling.set_field, row, actor=actor)
    if given.get("tags") is not None:
        _tag(row, given["tags"], actor)
    _to_state(row, given, actor)
    return row.pk


@router.put("/conversations/{int:key}/orders", response=ConversationOut, **needs(Scope.WRITE_CONVERSATIONS))
@writes("conversation", May.ORGANISE)
def put_order(request: ProgramRequest, key: int, payload: OrderLink) -> int:
    """Put an order beside the conversation."""
    row = conversation_of(request, key)
    order = access.orders(request.agent).filter(pk=payload.order).first()
    if order is None:
        raise Problem(422, "order", "There is no such order.")
    organising.attach_order(row, order, actor=Actor.of(request.agent))
    return row.pk


@router.delete(
    "/conversations/{int:key}/orders/{int:order_key}", response=ConversationOut, **needs(Scope.WRITE_CONVERSATIONS)
)
@writes("conversation", May.ORGANISE)
def take_order(request: ProgramRequest, key: int, order_key: int) -> int:
    """Take an order away from the conversation."""
    row = conversation_of(request, key)
    order = access.orders(request.agent).filter(pk=order_key).first()
    if order is None:
        raise Http404
    organising.detach_order(row, order, actor=Actor.of(request.agent))
    return row.pk


def topic_of(text: str, row: Conversation) -> str:
    """The code that a program means by a code, a name or a path; "" for none."""
    code = topics.resolve(text, [row.shop_id])
    if text.strip() and not code:
        near = topics.nearest(text)
        raise Problem(422, "topic", "There is no such topic." + (f" Perhaps “{near}”?" if near else ""))
    return code


def conversation_of(request: ProgramRequest, key: int) -> Conversation:
    """The row, among what the token's agent may see."""
    rows = access.conversations(request.agent).select_related("shop", "inbox", "identity")
    found: Conversation | None = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _hand_over(request: ProgramRequest, row: Conversation, given: dict[str, Any], actor: Actor) -> None:
    if "assignee" in given:
        colleague = access.agents(request.agent).filter(pk=given["assignee"]).first() if given["assignee"] else None
        if given["assignee"] and colleague is None:
            raise Problem(422, "assignee", "There is no such agent.")
        organising.assign(row, colleague, actor=actor)
    if "team" in given:
        team = access.teams(request.agent).filter(pk=given["team"]).first() if given["team"] else None
        if given["team"] and team is None:
            raise Problem(422, "team", "There is no such team.")
        organising.assign_team(row, team, actor=actor)


def _tag(row: Conversation, names: list[str], actor: Actor) -> None:
    wanted = {name.strip().lower() for name in names if name.strip()}
    for tag in row.tags.all():
        if tag.name.lower() not in wanted:
            organising.untag(row, tag, actor=actor)
    for name in names:
        organising.tag(row, name, actor=actor)


def _to_state(row: Conversation, given: dict[str, Any], actor: Actor) -> None:
    until = given.get("snoozed_until")
    if until is not None and until.tzinfo is None:
        raise Problem(422, "zone", "`snoozed_until` needs a zone: 2026-12-01T09:00:00+01:00.")
    if given.get("state") == "snoozed" or (until is not None and not given.get("state")):
        if until is None:
            raise Problem(422, "until", "A snooze needs `snoozed_until`.")
        organising.snooze(row, until, actor=actor)
    elif given.get("state"):
        STATES[given["state"]](row, actor=actor)
