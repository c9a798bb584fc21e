"""Conversations aside: mail with a carrier, a supplier, a store about a customer's matter. The customer never sees it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from comptoir.conversations import recipients
from comptoir.conversations.actions import side_news, writing
from comptoir.conversations.actions.delivering import deliver
from comptoir.conversations.actions.drafts import DraftText, forget_draft, restore_draft, save_draft
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.side_news import record_aside
from comptoir.conversations.actions.summary import answered, recount
from comptoir.conversations.actions.writing import CannotAnswer, Written
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import (
    Attachment,
    Conversation,
    Delivery,
    InboxKind,
    Message,
    MessageKind,
    SideConversation,
    State,
)
from comptoir.core.actors import Actor
from comptoir.core.models import Agent
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.text import one_line

SHOWN = "shows:"  # the flag of a mail aside, followed by the key of a message of the matter that travels under it
ENCLOSED = 20  # messages of the matter that travel with one mail
Side = SideConversation.State


@transaction.atomic
def open_side(
    matter: Conversation,
    written: Written,
    *,
    agent: Agent,
    messages: Sequence[int] = (),
    attachments: Sequence[int] = (),
) -> Message:
    """Write to a third party about the matter; `messages` of it travel quoted, `attachments` of it as files.

    Raises CannotAnswer when it cannot leave, `customer_aside` when it would go to the customer. The same `client_key`
    twice adds nothing.
    """
    matter = held(matter, "identity", "inbox")
    if before := _already(matter, written):
        return before
    inbox = leaving_inbox(matter)
    if inbox is None:
        raise CannotAnswer("no_mail_inbox")
    html = writing.content(written)
    to = writing.parties(written.to)
    copies = [*writing.parties(written.cc), *writing.parties(written.bcc)]
    writing.check_recipients(to, copies)
    _keep_apart(matter, [*to, *copies])
    identity = identify(IdentityKind.EMAIL, to[0]["email"], name=to[0]["name"])
    now = timezone.now()
    thread = Conversation.with_sides.create(
        shop_id=matter.shop_id,
        inbox=inbox,
        identity=identity,
        channel=InboxKind.EMAIL,
        subject=one_line(written.subject or matter.subject)[:300],
        customer_name=(to[0]["name"] or identity.name or identity.value)[:200],
        state=State.SIDE,
        last_message_at=now,
        rank=Conversation.rank_of(None, now),
        created_at=now,
    )
    SideConversation.objects.create(
        thread=thread, conversation=matter, about=matter.identity, agent=agent, created_at=now
    )
    message = writing.create(thread, MessageKind.REPLY, written, html, agent, inbox)
    message.subject = thread.subject
    message.flags = [f"{SHOWN}{key}" for key in _shown(matter, messages)]
    message.cc = writing.parties(written.cc)
    _send(thread, message, written, to, agent, enclosed=_enclosed(matter, attachments))
    forget_draft(agent, matter, "side")
    record_aside(matter, thread, "conversation.side_opened", Actor.of(agent), message)
    return message


@transaction.atomic
def reply_aside(thread: Conversation, written: Written, *, agent: Agent) -> Message:
    """Go on with the third party; raises what the plain reply raises. A closed one is open again."""
    thread = held(thread, "identity", "inbox")
    before = writing.already(thread, written)
    if before is not None:
        return before
    writing.warn_if_newer(thread, written)
    html = writing.content(written)
    side = SideConversation.objects.select_related("conversation__identity").get(thread=thread)
    inbox = leaving_inbox(thread)
    if inbox is None:
        raise CannotAnswer("no_mail_inbox")
    default, copied = addressed(thread)
    to = writing.parties(written.to) or default
    message = writing.create(thread, MessageKind.REPLY, written, html, agent, inbox)
    message.cc = writing.parties(written.cc) if written.to else copied
    everybody = [*message.cc, *writing.parties(written.bcc)]
    writing.check_recipients(to, everybody)
    _keep_apart(side.conversation, [*to, *everybody])
    message.subject = one_line(written.subject or writing.subject_of_answer(thread))[:300]
    _send(thread, message, written, to, agent)
    side.state = Side.WAITING
    side.save(update_fields=["state"])
    forget_draft(agent, thread, "reply")
    record_aside(side.conversation, thread, "conversation.side_replied", Actor.of(agent), message)
    return message


@transaction.atomic
def close_side(thread: Conversation, *, actor: Actor) -> bool:
    """Nothing more is expected of the third party; False when it is closed already."""
    return _turn(thread, Side.CLOSED, "conversation.side_closed", actor)


@transaction.atomic
def reopen_side(thread: Conversation, *, actor: Actor) -> bool:
    """Take it up again as it stood: waiting, or answered when the third party wrote last; False when it is open."""
    if SideConversation.objects.filter(thread=thread).exclude(state=Side.CLOSED).exists():
        return False
    return _turn(thread, standing(thread), "conversation.side_reopened", actor)


def standing(thread: Conversation) -> str:
    """The state that the messages of a thread aside tell."""
    last = thread.messages.filter(automatic=False).order_by("-created_at", "-pk").first()
    if last is not None and last.kind == MessageKind.CUSTOMER:
        return Side.ANSWERED
    lost = last is not None and last.delivery in (Delivery.FAILED, Delivery.BOUNCED, Delivery.UNKNOWN)
    return Side.FAILED if lost else Side.WAITING


def addressed(thread: Conversation) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """To and Cc of the next mail aside: never the customer, whoever put them in copy."""
    own = customers_addresses(side_news.matter_of(thread))
    to, cc = recipients.everyone(thread)
    return [party for party in to if party["email"] not in own], [party for party in cc if party["email"] not in own]


def customers_addresses(matter: Conversation) -> set[str]:
    """The mail addresses of the matter's customers."""
    rows = Identity.objects.filter(kind=IdentityKind.EMAIL, customer__in=side_news.customers_of(matter))
    return set(rows.values_list("value", flat=True))


def take_back_aside(thread: Conversation, message: Message, *, agent: Agent) -> None:
    """The locked message has not left: it is a draft again, and without another one the thread never was."""
    side = SideConversation.objects.select_related("conversation__identity").get(thread=thread)
    matter = side.conversation
    if thread.messages.exclude(pk=message.pk).exists():
        restore_draft(agent, thread, message)
        message.delete()
        recount(thread)
        side.state = standing(thread)
        side.save(update_fields=["state"])
    else:
        files = [row.file for row in message.attachments.select_related("file")]
        text = DraftText(message.html, message.subject, message.to, message.cc, message.bcc, files)
        save_draft(agent, matter, "side", text)
        thread.delete()
    record_aside(matter, thread, "conversation.undone", Actor.of(agent))


def _already(matter: Conversation, written: Written) -> Message | None:
    if not written.client_key:
        return None
    return Message.objects.filter(conversation__side__conversation=matter, client_key=written.client_key).first()


def _keep_apart(matter: Conversation, people: Sequence[dict[str, str]]) -> None:
    own = customers_addresses(matter)
    for party in people:
        if party["email"] in own:
            raise CannotAnswer("customer_aside", party["email"])


def _send(
    thread: Conversation,
    message: Message,
    written: Written,
    to: list[dict[str, str]],
    agent: Agent,
    *,
    enclosed: Sequence[int] = (),
) -> None:
    message.to, message.bcc = to, writing.parties(written.bcc)
    if written.unsigned:
        message.flags = [*message.flags, "unsigned"]
    writing.hold(message, agent)
    message.save()
    writing.attach(message, written.files)
    there = len(written.files)
    Attachment.objects.bulk_create(
        Attachment(message=message, file_id=key, position=there + at) for at, key in enumerate(enclosed)
    )
    answered(thread, message)
    if message.delivery == Delivery.QUEUED:
        deliver.defer(message_id=message.pk)


def _shown(matter: Conversation, keys: Sequence[int]) -> list[int]:
    """Those of the keys that are messages with the customer; notes never leave."""
    said = matter.messages.filter(pk__in=list(keys)[:200], kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
    left = said.exclude(delivery__in=[Delivery.HELD, Delivery.LATER])
    return list(left.order_by("pk").values_list("pk", flat=True)[:ENCLOSED])


def _enclosed(matter: Conversation, keys: Sequence[int]) -> list[int]:
    """The files of those attachments of the matter: the same files travel, named once more; those of notes stay."""
    rows = Attachment.objects.filter(pk__in=list(keys)[:100], message__conversation=matter)
    rows = rows.exclude(message__kind__in=[MessageKind.NOTE, MessageKind.CALL])
    return list(rows.order_by("pk").values_list("file", flat=True))


def _turn(thread: Conversation, state: str, verb: str, actor: Actor) -> bool:
    rows = SideConversation.objects.select_for_update(of=("self",)).select_related("conversation__identity")
    side = rows.get(thread=thread)
    if side.state == state:
        return False
    side.state = state
    side.save(update_fields=["state"])
    record_aside(side.conversation, thread, verb, actor)
    return True
