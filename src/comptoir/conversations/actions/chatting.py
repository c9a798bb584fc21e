"""Live chat, the visitor's side: the same road as mail, with a token that opens one conversation only."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.conversations import automatic, recipients, threading
from comptoir.conversations.actions.delivering import deliver, looked_after
from comptoir.conversations.actions.finding import attach_named_orders
from comptoir.conversations.actions.hearing import follow, hear
from comptoir.conversations.actions.hiding import hidden
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.incoming import attach
from comptoir.conversations.actions.summary import arrived
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.messenger import IN_THREAD
from comptoir.conversations.models import (
    Conversation,
    Delivery,
    Inbox,
    InboxKind,
    Message,
    MessageKind,
    PageVisit,
    Participant,
    State,
)
from comptoir.conversations.threading import in_thread, leading
from comptoir.core import keys, live
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.streams import CHAT_TOKEN_AGE
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind
from comptoir.lib.text import one_line
from comptoir.ports.channel import Part

TEXT_LIMIT = 10_000
UNSEEN_FOR = timedelta(minutes=2)
COPIED_WITHIN = timedelta(days=1)
VISITS_KEPT = 50


class CannotChat(ValueError):
    """What the visitor sent cannot be taken; `code` says why: empty, too_long, closed, bad_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a visitor. `client_key` is made in their browser, so that a repeated attempt adds nothing."""

    text: str
    client_key: str
    page_url: str = ""
    page_title: str = ""
    language: str = ""
    parts: Sequence[Part] = field(default_factory=tuple)


def token_for(conversation: Conversation) -> str:
    """The bearer token that opens this conversation and nothing else."""
    return keys.sign(conversation.public_id.hex, purpose="chat")


def conversation_of(token: str, inbox: Inbox) -> Conversation | None:
    """The conversation that a token opens in this chat inbox; None for a forged, old or foreign token."""
    try:
        public_id = uuid.UUID(str(keys.unsign(token, purpose="chat", max_age=CHAT_TOKEN_AGE)))
    except (keys.BadToken, ValueError):
        return None
    found = Conversation.objects.select_related("identity__customer", "inbox", "assignee")
    return found.filter(public_id=public_id, inbox=inbox, identity__customer__erased_at=None).first()


@transaction.atomic
def start_chat(inbox: Inbox, said: Said) -> tuple[Conversation, Message]:
    """The visitor's first message: only now something is kept. The same `client_key` finds the same conversation."""
    before = Message.objects.filter(inbox=inbox, message_id=f"chat:{said.client_key}").first()
    if before is not None:
        return before.conversation, before
    _check(said)
    words, found = hidden(said.text)
    said = replace(said, text=words)
    public_id, now = uuid.uuid4(), timezone.now()
    heard = hear(said.text, "", hint=said.language, shop=inbox.shop.language)
    spoken = (heard.of_stranger() or said.language)[:10]
    identity = identify(IdentityKind.CHAT, public_id.hex, language=spoken)
    conversation = Conversation.objects.create(
        public_id=public_id,
        shop_id=inbox.shop_id,
        inbox=inbox,
        identity=identity,
        channel=InboxKind.CHAT,
        subject=one_line(said.text, 80),
        language=spoken,
        team_id=inbox.team_id,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        visitor_seen_at=now,
        created_at=now,
    )
    return conversation, _say(conversation, said, found, message_id=f"chat:{said.client_key}")


@transaction.atomic
def say(conversation: Conversation, said: Said) -> Message:
    """One more message of the visitor; a repeated attempt returns the first one."""
    row = held(conversation)
    before = row.messages.filter(client_key=said.client_key).first()
    if before is not None:
        return before
    _check(said)
    words, found = hidden(said.text)
    return _say(row, replace(said, text=words), found, own=conversation)


def _check(said: Said) -> None:
    if not said.text.strip() and not said.parts:
        raise CannotChat("empty")
    if len(said.text) > TEXT_LIMIT:
        raise CannotChat("too_long")


def _say(
    conversation: Conversation,
    said: Said,
    flags: list[str],
    message_id: str | None = None,
    *,
    own: Conversation | None = None,
) -> Message:
    """`own` is the visitor's conversation, which may have been merged into the one that holds its messages by now."""
    own = own or conversation
    told = hear(said.text, "", hint=said.language, shop=own.shop.language).told(own.identity, conversation)
    follow(conversation, own.identity, told)
    message = Message.objects.create(
        conversation=conversation,
        inbox=own.inbox,
        kind=MessageKind.CUSTOMER,
        identity=own.identity,
        came_from=own.pk if own.pk != conversation.pk else None,
        text=said.text.replace("\0", "").strip(),
        language=told.language[:10],
        message_id=message_id,
        client_key=said.client_key[:80],
        flags=flags,
        page_url=said.page_url[:500],
        created_at=timezone.now(),
    )
    attach(message, said.parts)
    conversation.page_url, conversation.page_title = said.page_url[:500], said.page_title[:200]
    conversation.visitor_seen_at = message.created_at
    wakes = conversation.state not in (State.SPAM, State.TRASH)
    arrived(conversation, message, wakes=wakes)
    record(
        conversation,
        "message.received",
        actor=Actor.customer(message.identity_id),
        customer=own.identity.customer_id,
        shop=conversation.shop_id,
        message=message.pk,
        channel=InboxKind.CHAT,
        topics=own.live_topics(),
        audiences=own.live_audiences(),
    )
    attach_named_orders(conversation, message, conversation.shop)
    return message


@transaction.atomic
def introduce(conversation: Conversation, *, name: str = "", email: str = "") -> None:
    """The visitor says who they are. Nothing proves it: the address is a flagged participant, used for answers."""
    row = Conversation.objects.select_for_update().select_related("identity__customer").get(pk=conversation.pk)
    name, email = one_line(name)[:200], one_line(email).lower()
    if email:
        local, _, domain = email.partition("@")
        if not local or "." not in domain or " " in email or len(email) > 254 or any(c in email for c in '<>,;"'):
            raise CannotChat("bad_address")
        identity = identify(IdentityKind.EMAIL, email, name=name)
        row.participants.filter(role=Participant.Role.AUTHOR, flagged=True).delete()
        Participant.objects.update_or_create(
            conversation=row, identity=identity, defaults={"role": Participant.Role.AUTHOR, "flagged": True}
        )
        _adopt(row, identity.customer_id)
        if row.merged_into_id:  # answers leave from where its messages stand by now
            there = {"conversation_id": leading(row.pk), "identity": identity}
            Participant.objects.get_or_create(**there, defaults={"role": Participant.Role.AUTHOR, "flagged": True})
    if name or email:
        customer = row.identity.customer
        if name and not customer.name:
            customer.name = name
            customer.save(update_fields=["name"])
        row.customer_name = (name or customer.name or email)[:200]
        row.save(update_fields=["customer_name"])
    record(
        row,
        "conversation.introduced",
        actor=Actor.customer(row.identity_id),
        customer=row.identity.customer_id,
        shop=row.shop_id,
    )


def _adopt(conversation: Conversation, customer_id: int) -> None:
    """The chat's own file is folded into the address's, so that the team sees one person (marked unproved)."""
    identity = conversation.identity
    lonely = identity.customer
    if identity.kind != IdentityKind.CHAT or lonely.pk == customer_id:
        return
    identity.customer_id = customer_id
    identity.save(update_fields=["customer"])
    identity.refresh_from_db()
    if not lonely.identities.exists() and not lonely.notes.exists():
        lonely.delete()


@transaction.atomic
def seen_by_visitor(conversation: Conversation) -> int:
    """The visitor has the answers before their eyes; how many became seen."""
    now = timezone.now()
    Conversation.objects.filter(pk=conversation.pk).update(visitor_seen_at=now)
    unseen = Message.objects.filter(
        in_thread(conversation), kind=MessageKind.REPLY, delivery__in=[Delivery.SENT, Delivery.QUEUED], seen_at=None
    )
    changed = unseen.update(seen_at=now, delivery=Delivery.SEEN, due_at=None)
    if changed:
        live.changed([f"conversation:{leading(conversation.pk)}"], conversation.live_audiences())
    return changed


@transaction.atomic
def on_page(conversation: Conversation, *, url: str, title: str, consented: bool) -> None:
    """The page that the visitor is on while the chat is open; the trail is kept only with their consent."""
    url, title = url[:500], one_line(title)[:200]
    Conversation.objects.filter(pk=conversation.pk).update(
        page_url=url, page_title=title, visitor_seen_at=timezone.now()
    )
    if consented and conversation.inbox.trail:
        last = conversation.visits.first()
        if last is None or last.url != url:
            PageVisit.objects.create(conversation=conversation, url=url, title=title, seen_at=timezone.now())
            old = conversation.visits.values_list("pk", flat=True)[VISITS_KEPT:]
            PageVisit.objects.filter(pk__in=list(old)).delete()
    live.changed([f"conversation:{conversation.pk}"], conversation.live_audiences(), data={"page": True})


def visitor_types(conversation: Conversation) -> None:
    """Tell the team that the visitor is writing; nothing is stored."""
    live.changed(
        [f"conversation:{conversation.pk}"],
        [audience for audience in conversation.live_audiences() if not audience.startswith("chat:")],
        data={"typing": "visitor"},
    )


@transaction.atomic
def mail_unseen_answers(limit: int = 100) -> int:
    """Answers in a chat that nobody saw for two minutes leave by mail, in the same conversation; how many.

    So do those in a shop's own thread, where its inbox names a mailbox: platforms tell nobody that an answer is there.
    """
    now = timezone.now()
    unseen = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        kind=MessageKind.REPLY, delivery=Delivery.SENT, seen_at=None, mailed_at=None, created_at__lt=now - UNSEEN_FOR
    )
    unseen = unseen.select_related("conversation__inbox__mail_inbox", "conversation__identity")
    found = list(unseen.filter(inbox__kind=InboxKind.CHAT, created_at__gt=now - COPIED_WITHIN)[:limit])
    copying = list(Inbox.objects.filter(kind=InboxKind.SHOP, mail_inbox__isnull=False).values_list("pk", flat=True))
    if copying:  # the shop may have been away for days before it took the answer
        tried = unseen.filter(inbox__in=copying, claimed_at__gt=now - COPIED_WITHIN)
        found += tried.filter(flags__contains=IN_THREAD)[:limit]
    return sum(_mail_copy(message) for message in found)


def _mail_copy(message: Message) -> int:
    conversation = message.conversation
    inbox = leaving_inbox(conversation)
    to = recipients.everyone(conversation)[0]
    if inbox is None or automatic.refused_copy([party["email"] for party in to[:1]]):
        message.mailed_at = timezone.now()  # nobody to write to: the answer waits in the chat
        if conversation.channel == InboxKind.CHAT:
            message.flags = sorted({*message.flags, "no_address"})
        message.save(update_fields=["mailed_at", "flags"])
        return 0
    message.inbox = inbox
    message.message_id = threading.new_message_id(message.public_id, conversation.pk, inbox)
    message.sender = {"email": inbox.address, "name": inbox.sender_name}
    message.to = to
    message.subject = conversation.subject or conversation.shop.name
    message.flags = sorted({*message.flags, "by_mail"})
    message.delivery, message.due_at = Delivery.QUEUED, looked_after()
    message.save()
    deliver.defer(message_id=message.pk)
    return 1
