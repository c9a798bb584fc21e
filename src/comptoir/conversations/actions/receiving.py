"""Step 3: an understood message becomes a row of a conversation, in one transaction."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.conversations import threading
from comptoir.conversations.actions import side_news
from comptoir.conversations.actions.acknowledging import acknowledge
from comptoir.conversations.actions.bounces import bounced, complained, receipted
from comptoir.conversations.actions.finding import attach_named_orders
from comptoir.conversations.actions.hearing import Heard, follow, hear
from comptoir.conversations.actions.hiding import hidden_mail
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.incoming import attach, begin, moment, party
from comptoir.conversations.actions.judging import Judged, expected, judge
from comptoir.conversations.actions.noticing import take_answer
from comptoir.conversations.actions.notified import repeated
from comptoir.conversations.actions.refusing import is_blocked
from comptoir.conversations.actions.sent import receive_sent
from comptoir.conversations.actions.summary import arrived
from comptoir.conversations.models import (
    QUOTES,
    UNREAD,
    Conversation,
    Inbox,
    InboxKind,
    Message,
    Participant,
    RawMessage,
    State,
)
from comptoir.conversations.models import MessageKind as Kind
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Origin
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.mail import linking
from comptoir.lib.mail.reply import quoted_messages
from comptoir.lib.text import one_line, storable
from comptoir.ports.channel import IncomingMessage, MessageKind

# The bytes of the message that has this id; as SQL, since each mail asks it.
_HELD = (
    "SELECT raw.sha256 FROM conversations_message message LEFT JOIN conversations_rawmessage raw "
    "ON raw.id = message.raw_id WHERE message.inbox_id = %s AND message.message_id = %s"
)
SILENT_KINDS = {MessageKind.AUTO_REPLY, MessageKind.RECEIPT, MessageKind.COMPLAINT}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote, as found in the database, and whether the thread knew them."""

    identity: Identity
    flagged: bool = False
    flags: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a message is kept with besides what it says."""

    message_id: str | None
    flags: set[str]
    raw: RawMessage | None
    routes: dict[str, Any] = field(default_factory=dict)
    forwarded: dict[str, Any] = field(default_factory=dict)
    language: str = ""


@transaction.atomic
def receive(
    inbox: Inbox, incoming: IncomingMessage, *, raw: RawMessage | None = None, origin: str = Origin.LIVE
) -> Message | None:
    """Take an incoming message into its conversation; None when there is nothing to add (a copy, our own mail).

    Raw mail marked silent arrives closed, triggers nothing and rings nowhere.
    """
    if raw is not None and raw.outgoing:
        return receive_sent(inbox, incoming, raw=raw)
    if incoming.kind == MessageKind.BOUNCE:
        told = bounced(inbox, incoming)
        if told is not None:
            return told
    if incoming.kind == MessageKind.RECEIPT:
        receipted(inbox, incoming)
    if incoming.kind == MessageKind.COMPLAINT:
        complained(incoming)
    answers, told = take_answer(inbox, incoming)
    if answers:
        return told
    incoming, concealed = hidden_mail(incoming)
    judged = judge(inbox, incoming)
    incoming = judged.incoming
    if _is_ours(inbox, incoming):
        return None
    if judged.from_our_side:
        told = receive_sent(inbox, incoming, raw=raw)
        if told is not None:
            return told
    told = repeated(inbox, judged)
    if told is not None:
        return told
    message_id, flags = _unique_id(inbox, incoming, raw)
    if message_id is None and incoming.external_id:
        return None
    silent = raw is not None and raw.silent
    heard = hear(incoming.text, incoming.subject, hint=incoming.language, shop=inbox.shop.language)
    conversation, sender = _place(inbox, judged, heard, silent=silent or origin != Origin.LIVE)
    spoken = heard.told(sender.identity, conversation)
    if incoming.kind == MessageKind.MESSAGE and not incoming.automatic:
        follow(conversation, sender.identity, spoken)
    said = {*flags, *concealed, *sender.flags, *judged.flags, *_warnings(incoming)}
    kept = _Kept(message_id, said, raw, judged.routes, judged.forwarded, spoken.language)
    message = _add(conversation, sender, incoming, kept)
    if not sender.flagged:  # a stranger introduces nobody
        _copy_participants(conversation, judged)
    wakes = not silent and incoming.kind not in SILENT_KINDS
    wakes = wakes and not incoming.automatic and incoming.kind != MessageKind.BULK
    wakes = wakes and not (conversation.state == State.QUIET and conversation.message_count == 0)
    refused = conversation.state == State.SPAM or (conversation.message_count > 0 and is_blocked(sender.identity))
    wakes = wakes and not refused
    files = sum(not part.inline for part in incoming.parts)
    if conversation.state == State.SIDE:
        silently = silent or refused or origin != Origin.LIVE
        return side_news.answered_aside(conversation, message, wakes=wakes, files=files, silent=silently)
    arrived(conversation, message, wakes=wakes, files=files)
    record(
        conversation,
        "message.received",
        actor=Actor.customer(sender.identity.pk),
        customer=sender.identity.customer_id,
        shop=conversation.shop_id,
        origin=Origin.IMPORT if silent or refused else origin,
        occurred_at=message.created_at,
        message=message.pk,
        channel=inbox.kind,
    )
    if not silent and origin == Origin.LIVE:
        attach_named_orders(conversation, message, inbox.shop)
        if wakes and conversation.message_count == 1:
            acknowledge(conversation, message)
    return message


def _is_ours(inbox: Inbox, incoming: IncomingMessage) -> bool:
    """A mail from one of our own addresses that quotes or is a mail of ours would answer itself for ever."""
    if incoming.sender.email not in inbox.own_addresses:
        return False
    return threading.message_by_external_id(inbox, incoming.external_id) is not None or incoming.automatic


def _unique_id(inbox: Inbox, incoming: IncomingMessage, raw: RawMessage | None) -> tuple[str | None, list[str]]:
    """The id to store. An equal id with equal bytes is a copy (None); with other content it is kept and flagged."""
    message_id = incoming.external_id[:460]
    if not message_id:
        return None, []
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [inbox.pk, message_id])
        held = [sha256 for (sha256,) in cursor.fetchall()]
    if not held:
        return message_id, []
    if raw is None or held == [raw.sha256]:
        return None, []
    message_id = f"{message_id}#{raw.sha256[:32]}"
    if Message.objects.filter(inbox=inbox, message_id=message_id).exists():
        return None, []
    return message_id, ["duplicate_id"]


def _place(inbox: Inbox, judged: Judged, heard: Heard, *, silent: bool) -> tuple[Conversation, Sender]:
    """The conversation that the message belongs to, locked, and its sender; what a form sends is a matter of its own."""
    incoming = judged.incoming
    references = [] if judged.form else linking.references(incoming)
    identity = identify(
        IdentityKind.EMAIL, incoming.sender.email, name=incoming.sender.name, language=heard.of_stranger()
    )
    by_token = threading.conversation_by_token(references)
    found = by_token or threading.conversation_by_reference(inbox, references)
    if found is None and not silent and incoming.kind == MessageKind.MESSAGE and not identity.introduced:
        found = threading.awaited(inbox, identity.customer_id, f"{incoming.subject}\n{incoming.text}")
    found = side_news.meant(found, identity) if found is not None else None
    if found is not None and _of_the_shop(found, inbox):
        conversation = held(found, "identity__customer")
        conversation.through = found.through
        if conversation.inbox_id == inbox.pk:
            conversation.inbox = inbox
        if _takes_part(conversation, identity) or (judged.colleague is not None and judged.proven):
            return conversation, Sender(identity, flags=[*_proof(incoming), *_colleague(conversation, judged)])
        if by_token is not None:
            return conversation, Sender(identity, flagged=True, flags=["unknown_sender", *_proof(incoming)])
    judged = replace(judged, incoming=replace(incoming, language=heard.told(identity).language))
    return _start(inbox, judged, identity, silent=silent), Sender(identity, flags=_proof(incoming))


def _colleague(conversation: Conversation, judged: Judged) -> list[str]:
    """A code when someone of the team writes into a customer's matter: the answer is not for them."""
    own = conversation.identity.value == judged.incoming.sender.email
    return ["colleague"] if judged.colleague is not None and not own else []


def _of_the_shop(found: Conversation, inbox: Inbox) -> bool:
    """A matter that went to another shop is still answered to where it began."""
    return found.shop_id == inbox.shop_id or found.messages.filter(inbox__shop=inbox.shop_id).exists()


def _takes_part(conversation: Conversation, identity: Identity) -> bool:
    if conversation.identity_id == identity.pk or conversation.identity.customer_id == identity.customer_id:
        return True
    if side_news.of_one_house(conversation, identity):
        return True
    strangers = Q(flagged=True, role=Participant.Role.COPY)  # their second message is a stranger's too
    return conversation.participants.filter(identity=identity).exclude(strangers).exists() or _was_addressed(
        conversation, identity
    )


def _was_addressed(conversation: Conversation, identity: Identity) -> bool:
    """Whether an agent's answer went to them: whom we wrote to is no stranger."""
    named = [{"email": identity.value}]
    answers = conversation.messages.filter(kind=Kind.REPLY).exclude(flags__contains="forward")
    return answers.filter(Q(to__contains=named) | Q(cc__contains=named) | Q(bcc__contains=named)).exists()


def _proof(incoming: IncomingMessage) -> list[str]:
    """A code when our own mail server said that the sender is not who they say; silence proves nothing."""
    return ["unproved_sender"] if incoming.authentication.get("dmarc") == "fail" else []


def _start(inbox: Inbox, judged: Judged, identity: Identity, *, silent: bool) -> Conversation:
    incoming = judged.incoming
    at = moment(incoming.sent_at)
    spam = is_blocked(identity)
    quiet = expected(inbox, judged)
    state = State.SPAM if spam else State.CLOSED if silent else State.QUIET if quiet else State.OPEN
    return begin(
        inbox,
        identity,
        incoming,
        at=at,
        state=state,
        quiet_reason=quiet,
        silent=silent,
        put_away_at=timezone.now() if spam else None,
    )


def _add(conversation: Conversation, sender: Sender, incoming: IncomingMessage, kept: _Kept) -> Message:
    raw = kept.raw
    silent = raw is not None and raw.silent
    message = Message.objects.create(
        conversation=conversation,
        inbox=conversation.inbox if conversation.inbox.kind != InboxKind.EMAIL else _inbox_of(conversation, raw),
        kind=Kind.CUSTOMER,
        identity=sender.identity,
        text=storable(incoming.text),
        html=storable(incoming.html),
        full_text=storable(incoming.full_text) if incoming.has_quote else "",
        subject=one_line(incoming.subject)[:300],
        language=kept.language[:10],
        sender=party(incoming.sender),
        to=[party(address) for address in incoming.to],
        cc=[party(address) for address in incoming.cc],
        routes=kept.routes,
        forwarded=kept.forwarded,
        message_id=kept.message_id,
        came_from=conversation.through,
        in_reply_to=[reference[:500] for reference in incoming.in_reply_to[:20]],
        raw=raw,
        automatic=incoming.automatic,
        flags=sorted(kept.flags),
        created_at=moment(incoming.sent_at) if silent else timezone.now(),
        sent_at=incoming.sent_at,
    )
    if incoming.parts:
        attach(message, incoming.parts)
    if sender.flagged:
        Participant.objects.update_or_create(
            conversation=conversation, identity=sender.identity, defaults={"flagged": True}
        )
    return message


def _inbox_of(conversation: Conversation, raw: RawMessage | None) -> Inbox:
    return raw.inbox if raw is not None else conversation.inbox


def _warnings(incoming: IncomingMessage) -> list[str]:
    flags = [f"kind:{incoming.kind}"] if incoming.kind != MessageKind.MESSAGE else []
    unread = [UNREAD + " ".join(sentence.splitlines())[:200] for sentence in incoming.warnings[:5]]
    flags += ["warnings", *unread] if unread else []
    quoted = quoted_messages(incoming.full_text) if incoming.has_quote else 0
    return [*flags, f"{QUOTES}{quoted}"] if quoted else flags


def _copy_participants(conversation: Conversation, judged: Judged) -> None:
    """Those whom the sender put in copy take part from now on (never we ourselves)."""
    incoming = judged.incoming
    without = {conversation.identity.value, incoming.sender.email, *judged.routes.get("ours", ())}
    others = [a for a in (*incoming.to, *incoming.cc) if a.email and a.email not in without]
    for address in others[:50]:
        if address.email not in judged.own:
            identity = identify(IdentityKind.EMAIL, address.email, name=address.name)
            Participant.objects.get_or_create(conversation=conversation, identity=identity)
