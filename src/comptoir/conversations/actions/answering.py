"""What the team writes: replies, notes, forwards, new messages, notes of calls and visits."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from comptoir.conversations import recipients, threading
from comptoir.conversations.actions import scheduling, sides, writing
from comptoir.conversations.actions.delivering import deliver
from comptoir.conversations.actions.drafts import forget_draft, restore_draft
from comptoir.conversations.actions.hiding import hidden_card
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.summary import answered, noted, rank, recount
from comptoir.conversations.actions.writing import RECIPIENTS_LIMIT, CannotAnswer, SomeoneAnswered, Written
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.messenger import IN_THREAD, thread_of
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Inbox,
    InboxKind,
    Mention,
    Message,
    MessageKind,
    State,
)
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind
from comptoir.lib.html import clean_editor
from comptoir.lib.text import one_line


@transaction.atomic
def reply(conversation: Conversation, written: Written, *, agent: Agent) -> Message:
    """Answer the customer. Mail is held for the agent's undo time, and so is what goes into a shop's own thread; a chat
    answer goes at once.

    Raises SomeoneAnswered when something newer than `based_on` was written, CannotAnswer when it cannot leave.
    The same `client_key` twice adds nothing: the first message is returned.
    """
    conversation = held(conversation, "identity", "inbox")
    before = writing.already(conversation, written)
    if before is not None:
        return before
    writing.warn_if_newer(conversation, written)
    html = writing.content(written)
    by_chat = conversation.inbox.kind == InboxKind.CHAT
    came_from = _thread_answered(conversation)
    thread = thread_of(conversation, came_from)
    inbox = thread.inbox if thread else conversation.inbox if by_chat else leaving_inbox(conversation)
    if inbox is None:
        raise CannotAnswer("no_mail_inbox")
    if thread and written.files and inbox.mail_inbox_id is None:
        raise CannotAnswer("no_files")
    message = writing.create(conversation, MessageKind.REPLY, written, html, agent, inbox)
    message.came_from = came_from
    if by_chat:
        message.delivery = Delivery.SENT
        message.sent_at = message.created_at
    else:
        if thread:
            message.flags = [IN_THREAD]
        else:
            _address(message, conversation, inbox, written)
        _let_leave(message, written)
    message.save()
    writing.attach(message, written.files)
    if message.delivery == Delivery.LATER:
        return _planned(conversation, message, agent)
    answered(conversation, message)
    if conversation.assignee_id is None:
        conversation.assignee = agent
        conversation.save(update_fields=["assignee"])
    _then(conversation, written.then)
    forget_draft(agent, conversation, "reply")
    _record(conversation, "conversation.replied", agent, message)
    if message.delivery == Delivery.QUEUED:
        deliver.defer(message_id=message.pk)
    return message


def _planned(conversation: Conversation, message: Message, agent: Agent) -> Message:
    """The answer is kept for its time; whoever planned it has the matter."""
    if conversation.assignee_id is None:
        conversation.assignee = agent
        conversation.save(update_fields=["assignee"])
    forget_draft(agent, conversation, "reply")
    scheduling.rest_until_sent(conversation, message, agent=agent)
    return message


@transaction.atomic
def note(
    conversation: Conversation, written: Written, *, agent: Agent, kind: str = MessageKind.NOTE, forget: bool = True
) -> Message:
    """Write for the team only (or keep what was said on the telephone or at the counter, kind `call`).

    Colleagues named by `<a data-agent="7">` in the text are mentioned. Without `forget`, the agent's own draft stays.
    """
    conversation = held(conversation, "identity", "inbox")
    before = writing.already(conversation, written)
    if before is not None:
        return before
    html, found = hidden_card(writing.content(written))
    message = writing.create(conversation, kind, written, html, agent, conversation.inbox)
    message.flags = found
    message.save()
    writing.attach(message, written.files)
    mentioned = _mention(message, written.html)
    noted(conversation, message)
    if forget:
        forget_draft(agent, conversation, "note")
    _record(conversation, "conversation.noted", agent, message, audiences=[f"agent:{key}" for key in mentioned])
    return message


@transaction.atomic
def forward(conversation: Conversation, written: Written, *, agent: Agent, messages: Sequence[Message]) -> Message:
    """Send messages of the conversation on to someone else, with their files; the customer still waits."""
    inbox = leaving_inbox(conversation)
    if inbox is None:
        raise CannotAnswer("no_mail_inbox")
    conversation = held(conversation, "identity", "inbox")
    before = writing.already(conversation, written)
    if before is not None:
        return before
    message = writing.create(conversation, MessageKind.REPLY, written, clean_editor(written.html), agent, inbox)
    message.flags = ["forward", *(f"forwards:{row.pk}" for row in messages)]
    message.to, message.cc, message.bcc = (writing.parties(given) for given in (written.to, written.cc, written.bcc))
    writing.check_recipients(message.to, [*message.cc, *message.bcc])
    message.subject = one_line(written.subject or f"Fwd: {conversation.subject}")[:300]
    writing.hold(message, agent)
    message.save()
    writing.attach(message, written.files)
    conversation.message_count += 1
    conversation.last_message_at = message.created_at
    rank(conversation)
    conversation.save()
    forget_draft(agent, conversation, "forward")
    _record(conversation, "conversation.forwarded", agent, message)
    if message.delivery == Delivery.QUEUED:
        deliver.defer(message_id=message.pk)
    return message


@transaction.atomic
def start(inbox: Inbox, written: Written, *, agent: Agent) -> Message:
    """Write first: a new conversation with the first recipient (mail), or a call or visit noted (phone inbox)."""
    to = writing.parties(written.to)
    phone = inbox.kind == InboxKind.PHONE
    if not to:
        raise CannotAnswer("no_recipient")
    kind = IdentityKind.PHONE if phone and "@" not in to[0]["email"] else IdentityKind.EMAIL
    identity = identify(kind, to[0]["email"], name=to[0]["name"])
    now = timezone.now()
    conversation = Conversation.objects.create(
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=inbox.kind,
        subject=one_line(written.subject)[:300],
        customer_name=(identity.customer.name or identity.value)[:200],
        language=identity.customer.language,
        assignee=agent,
        team_id=inbox.team_id,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        created_at=now,
    )
    _record(conversation, "conversation.started", agent, None)
    if phone:
        return note(conversation, written, agent=agent, kind=MessageKind.CALL)
    return reply(conversation, written, agent=agent)


@transaction.atomic
def undo(message: Message, *, agent: Agent) -> bool:
    """Take back a message that has not left yet: it becomes a draft again. False when it is too late.

    What is planned, or waits for another try, is anybody's to take back.
    """
    waiting = Message.objects.select_for_update().filter(pk=message.pk, agent=agent, delivery=Delivery.HELD).first()
    if waiting is None:
        return scheduling.take_back(message, agent=agent)
    conversation = held(waiting.conversation_id)
    if conversation.state == State.SIDE:
        sides.take_back_aside(conversation, waiting, agent=agent)
        return True
    restore_draft(agent, conversation, waiting)
    waiting.delete()
    if not conversation.messages.exists():
        conversation.state = State.TRASH
    elif conversation.state in (State.CLOSED, State.PENDING):
        conversation.state, conversation.closed_at = State.OPEN, None
    recount(conversation)
    _record(conversation, "conversation.undone", agent, None)
    return True


def is_from_stranger(message: Message) -> bool:
    """Whether its sender had no part in the conversation when they wrote into it."""
    return recipients.STRANGER in message.flags


def _thread_answered(conversation: Conversation) -> int | None:
    """The merged conversation in whose thread the newest message stands that an answer is to."""
    said = conversation.messages.filter(kind=MessageKind.CUSTOMER).order_by("-created_at", "-pk")
    return said.values_list("came_from", flat=True).first()


def _address(message: Message, conversation: Conversation, inbox: Inbox, written: Written) -> None:
    to, cc = recipients.everyone(conversation)
    message.to = writing.parties(written.to) or to
    message.cc = writing.parties(written.cc) if written.to else cc
    message.bcc = writing.parties(written.bcc)
    writing.check_recipients(message.to, [*message.cc, *message.bcc])
    message.sender = {"email": inbox.address, "name": inbox.sender_name}
    message.subject = one_line(written.subject or writing.subject_of_answer(conversation))[:300]
    message.message_id = threading.new_message_id(message.public_id, conversation.pk, inbox)


def _let_leave(message: Message, written: Written) -> None:
    """Now, after the agent's undo time, or at the time that was planned."""
    agent = message.agent
    if agent is not None:
        writing.hold(message, agent)
    if written.unsigned:
        message.flags = [*message.flags, "unsigned"]
    if written.send_at is not None:
        try:
            scheduling.plan(message, written.send_at, written.then)
        except scheduling.BadTime:
            raise CannotAnswer("bad_time") from None


def _mention(message: Message, html: str) -> list[int]:
    keys = {int(key) for key in re.findall(r'data-agent="(\d{1,9})"', html)}
    named = list(Agent.objects.filter(pk__in=keys, is_active=True).values_list("pk", flat=True))
    Mention.objects.bulk_create([Mention(message=message, agent_id=key) for key in named])
    return named


def _then(conversation: Conversation, what: str) -> None:
    if what == "close":
        conversation.state, conversation.closed_at = State.CLOSED, timezone.now()
    elif what == "pending":
        conversation.state = State.PENDING
    elif conversation.state in (State.CLOSED, State.SNOOZED):
        conversation.state, conversation.closed_at, conversation.snoozed_until = State.OPEN, None, None
    conversation.save(update_fields=["state", "closed_at", "snoozed_until"])


def _record(
    conversation: Conversation, verb: str, agent: Agent, message: Message | None, audiences: Sequence[str] = ()
) -> None:
    thread = Conversation.objects.filter(pk=message.came_from).first() if message and message.came_from else None
    record(
        conversation,
        verb,
        actor=Actor.of(agent),
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk if message else None,
        topics=thread.live_topics() if thread else (),
        audiences=[*audiences, *(thread.live_audiences() if thread else ())],
    )


__all__ = [
    "RECIPIENTS_LIMIT",
    "CannotAnswer",
    "SomeoneAnswered",
    "Written",
    "forward",
    "is_from_stranger",
    "note",
    "reply",
    "start",
    "undo",
]
