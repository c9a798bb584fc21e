"""A mail that someone of the house has forwarded: its real author becomes the customer when an agent says so."""

from typing import Any

from django.db import transaction

from comptoir.conversations.actions.summary import recount
from comptoir.conversations.models import Conversation, Draft, Message, Participant
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.mail import words

ORIGINAL = "original_author"


@transaction.atomic
def use_original(message: Message, *, actor: Actor) -> bool:
    """The person whose mail was forwarded is the author and the customer; their text is the message. False when nothing is to change.

    What was before is kept with the message, so that it can be taken back. Nothing proves the author's address.
    """
    row = Message.objects.select_for_update().get(pk=message.pk)
    found = row.forwarded
    if not found.get("email") or found.get("was"):
        return False
    conversation = Conversation.objects.select_for_update().select_related("identity").get(pk=row.conversation_id)
    author = identify(IdentityKind.EMAIL, found["email"], name=found.get("name", ""))
    former = row.identity_id
    whole = row.full_text or row.text
    found["was"] = {
        "identity": former,
        "sender": row.sender,
        "text": row.text,
        "full_text": row.full_text,
        "subject": conversation.subject,
        "customer": conversation.identity_id,
        "name": conversation.customer_name,
        "routes": row.routes,
        "to": row.to,
        "cc": row.cc,
    }
    row.identity, row.sender = author, {"email": author.value, "name": found.get("name") or author.name}
    row.text, row.full_text = found.get("text") or row.text, whole
    row.routes, row.to, row.cc = {}, [], []
    row.flags = sorted({*row.flags, ORIGINAL})
    row.save(update_fields=["identity", "sender", "text", "full_text", "routes", "to", "cc", "flags", "forwarded"])
    if conversation.identity_id == former:
        _give(conversation, author, found.get("subject") or words.FORWARD_SUBJECT.sub("", conversation.subject).strip())
        _keep_forwarder(conversation, former)
    _forget_recipients(conversation)
    _record(conversation, "conversation.original_used", actor, row)
    return True


@transaction.atomic
def leave_original(message: Message, *, actor: Actor) -> bool:
    """Everything as it was before `use_original`; False when it was not used."""
    row = Message.objects.select_for_update().get(pk=message.pk)
    was: dict[str, Any] = row.forwarded.pop("was", None) or {}
    if not was:
        return False
    conversation = Conversation.objects.select_for_update().get(pk=row.conversation_id)
    author = row.identity_id
    row.identity_id, row.sender = was["identity"], was["sender"]
    row.text, row.full_text = was["text"], was["full_text"]
    row.routes, row.to, row.cc = was["routes"], was["to"], was["cc"]
    row.flags = [flag for flag in row.flags if flag != ORIGINAL]
    row.save(update_fields=["identity", "sender", "text", "full_text", "routes", "to", "cc", "flags", "forwarded"])
    if conversation.identity_id == author:
        conversation.identity_id, conversation.customer_name = was["customer"], was["name"]
        conversation.subject = was["subject"]
        recount(conversation)
        conversation.participants.filter(identity=was["customer"]).delete()
    _forget_recipients(conversation)
    _record(conversation, "conversation.original_left", actor, row)
    return True


def _give(conversation: Conversation, author: Identity, subject: str) -> None:
    conversation.identity = author
    conversation.customer_name = (author.customer.name or author.name or author.value)[:200]
    conversation.subject = subject[:300] or conversation.subject
    recount(conversation)


def _forget_recipients(conversation: Conversation) -> None:
    """Answers that are being written keep their words and go to whom an answer now goes."""
    for draft in Draft.objects.filter(conversation=conversation, kind="reply"):
        draft.to, draft.cc, draft.bcc, draft.revision = [], [], [], draft.revision + 1
        draft.save()


def _keep_forwarder(conversation: Conversation, identity_id: int | None) -> None:
    """Who forwarded it may go on writing in the thread."""
    if identity_id is not None:
        Participant.objects.get_or_create(conversation=conversation, identity_id=identity_id)


def _record(conversation: Conversation, verb: str, actor: Actor, message: Message) -> None:
    record(
        conversation,
        verb,
        actor=actor,
        customer=Identity.objects.values_list("customer", flat=True).get(pk=conversation.identity_id),
        shop=conversation.shop_id,
        message=message.pk,
    )
