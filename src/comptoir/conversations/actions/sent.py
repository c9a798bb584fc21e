"""Mail that was written in the mailbox itself, in Gmail or on a phone: an answer of ours like any other, already sent."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from comptoir.conversations import threading
from comptoir.conversations.actions import side_news
from comptoir.conversations.actions.incoming import attach, begin, moment, party
from comptoir.conversations.actions.summary import answered, rank
from comptoir.conversations.models import Conversation, Delivery, Inbox, Message, MessageKind, RawMessage, State
from comptoir.conversations.ours import Ours, ours
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Origin
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind
from comptoir.lib.mail import linking
from comptoir.lib.text import one_line, storable
from comptoir.ports.channel import Address, IncomingMessage
from comptoir.ports.channel import MessageKind as Kind

ELSEWHERE = "from_mailbox"
WAITS = (State.CLOSED, State.SPAM, State.TRASH)


@transaction.atomic
def receive_sent(inbox: Inbox, incoming: IncomingMessage, *, raw: RawMessage | None = None) -> Message | None:
    """Take what was sent from the mailbox into its conversation, or begin one with whom it was sent to.

    None when we know it already (it is our own), when a machine wrote it, or when it went to nobody but ourselves.
    """
    own = ours()
    if incoming.automatic or incoming.kind != Kind.MESSAGE:
        return None
    if threading.message_by_external_id(inbox, incoming.external_id) is not None:
        return None
    people = [party for party in (*incoming.to, *incoming.cc) if _is_outside(party, own)]
    if not people:
        return None
    references = linking.references(incoming)
    found = threading.conversation_by_token(references) or threading.conversation_by_reference(inbox, references)
    if found is not None and found.shop_id == inbox.shop_id:
        conversation = Conversation.with_sides.select_for_update().select_related("identity").get(pk=found.pk)
        begun = False
    else:
        conversation, begun = _begin(inbox, incoming, people[0], _at(incoming, raw)), True
    message = _add(conversation, inbox, incoming, raw, writer=_writer(incoming, own))
    if conversation.state == State.SIDE:
        return side_news.went_on_aside(conversation, message)
    for_customer = begun or _reaches(conversation, people)
    if not for_customer:
        message.flags = [*message.flags, "forward"]
        message.save(update_fields=["flags"])
    imported = raw is not None and raw.silent
    _tell(conversation, message, for_customer=for_customer, begun=begun, imported=imported)
    return message


def _is_outside(party: Address, own: Ours) -> bool:
    return bool(party.email) and party.email not in own and own.colleague(party.email) is None


def _reaches(conversation: Conversation, people: list[Address]) -> bool:
    """Whether the customer, or someone who takes part in the matter, is among those it went to."""
    emails = [party.email for party in people]
    if conversation.identity.value in emails:
        return True
    if conversation.participants.filter(identity__value__in=emails).exists():
        return True
    same = type(conversation.identity).objects.filter(customer=conversation.identity.customer_id, value__in=emails)
    return same.exists()


def _at(incoming: IncomingMessage, raw: RawMessage | None) -> datetime:
    """When it counts as written: old mail keeps its own time."""
    return moment(incoming.sent_at) if raw is not None and raw.silent else timezone.now()


def _begin(inbox: Inbox, incoming: IncomingMessage, to: Address, at: datetime) -> Conversation:
    identity = identify(IdentityKind.EMAIL, to.email, name=to.name)
    return begin(inbox, identity, incoming, at=at, state=State.CLOSED)


def _writer(incoming: IncomingMessage, own: Ours) -> Agent | None:
    """The agent whose address it was written from, or the one alone who has the sender's name."""
    key = own.colleague(incoming.sender.email)
    if key is not None:
        return Agent.objects.filter(pk=key).first()
    name = one_line(incoming.sender.name).partition(",")[0].strip()
    found = list(Agent.objects.filter(is_active=True, name__iexact=name)[:2]) if name else []
    return found[0] if len(found) == 1 else None


def _add(
    conversation: Conversation,
    inbox: Inbox,
    incoming: IncomingMessage,
    raw: RawMessage | None,
    *,
    writer: Agent | None,
) -> Message:
    at = _at(incoming, raw)
    message = Message.objects.create(
        public_id=uuid.uuid4(),
        conversation=conversation,
        inbox=inbox,
        kind=MessageKind.REPLY,
        agent=writer,
        text=storable(incoming.text),
        full_text=storable(incoming.full_text) if incoming.has_quote else "",
        subject=one_line(incoming.subject)[:300],
        sender=party(incoming.sender),
        to=[party(address) for address in incoming.to],
        cc=[party(address) for address in incoming.cc],
        message_id=incoming.external_id[:460] or None,
        in_reply_to=[reference[:500] for reference in incoming.in_reply_to[:20]],
        raw=raw,
        flags=[ELSEWHERE],
        delivery=Delivery.SENT,
        sent_at=incoming.sent_at or at,
        created_at=at,
    )
    attach(message, incoming.parts)
    return message


def counted(conversation: Conversation, message: Message, *, begun: bool) -> None:
    """An answer that was given elsewhere answers like one of ours; what the customer has written since still waits."""
    since = conversation.waiting_since
    if conversation.state == State.QUIET or (conversation.state == State.SNOOZED and not begun):
        conversation.state, conversation.snoozed_until = State.OPEN, None
    answered(conversation, message)
    _wait_on(conversation, message, since)


def _tell(
    conversation: Conversation, message: Message, *, for_customer: bool, begun: bool, imported: bool = False
) -> None:
    if not for_customer:
        conversation.message_count += 1
        conversation.last_message_at = message.created_at
        rank(conversation)
        conversation.save()
    else:
        counted(conversation, message, begun=begun)
    actor = Actor.of(message.agent) if message.agent else SYSTEM
    record(
        conversation,
        "conversation.answered_elsewhere" if for_customer else "conversation.forwarded",
        actor=actor,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        origin=Origin.IMPORT if imported else Origin.LIVE,
        occurred_at=message.created_at if imported else None,
        message=message.pk,
    )


def _wait_on(conversation: Conversation, message: Message, since: Any) -> None:
    """What the customer wrote after that answer was sent still waits, though the answer came to us later."""
    if since is None or message.sent_at is None or conversation.state in WAITS:
        return
    later = conversation.messages.filter(kind=MessageKind.CUSTOMER, automatic=False, sent_at__gt=message.sent_at)
    first = later.order_by("created_at", "pk").first()
    if first is not None:
        conversation.waiting_since = first.created_at
        rank(conversation)
        conversation.save(update_fields=["waiting_since", "rank"])
