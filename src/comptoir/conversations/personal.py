"""The room's customer-data hook: messages, files, raw mail, drafts, pages seen."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from comptoir.conversations.actions.searching import forget_naming
from comptoir.conversations.models import (
    Attachment,
    ChecklistStep,
    Conversation,
    ConversationValue,
    Delivery,
    Draft,
    Joining,
    Mention,
    Message,
    MessageAlias,
    PageVisit,
    Participant,
    RawMessage,
    SenderLesson,
    SideConversation,
    Task,
)
from comptoir.conversations.threading import in_thread
from comptoir.core import files
from comptoir.core.custom import values
from comptoir.core.models import File
from comptoir.customers.models import Identity
from comptoir.lib.text import preview

ERASED = "—"
WRITTEN = ("text", "html", "full_text", "subject")


def export(customer_key: int) -> dict[str, Any]:
    """Every conversation with its messages (notes of the team are theirs, not the person's)."""
    conversations = Conversation.objects.filter(identity__customer=customer_key).order_by("created_at")
    tasks = Task.objects.filter(Q(customer=customer_key) | Q(conversation__in=conversations)).order_by("pk")
    return {
        "tasks": [{"title": task.title, "at": task.created_at.isoformat()} for task in tasks],
        "conversations": [
            {
                "subject": conversation.subject,
                "channel": conversation.channel,
                "at": conversation.created_at.isoformat(),
                "fields": values.exported(ConversationValue, conversation.pk),
                "pages": [visit.url for visit in conversation.visits.all()],
                "messages": [
                    {
                        "at": message.created_at.isoformat(),
                        "from": message.sender.get("email") or message.kind,
                        "text": message.full_text or message.text,
                        "files": [row.file.name for row in message.attachments.select_related("file")],
                    }
                    for message in Message.objects.filter(in_thread(conversation)).exclude(kind="note")
                ],
            }
            for conversation in conversations
        ],
    }


def erase(customer_key: int) -> None:
    """Blank what the person wrote and what was written to or about them; the figures (times, counts) stay."""
    identities = Identity.objects.filter(customer=customer_key)
    # keys are looked up one after the other: subqueries joined by OR would read every message of the house
    people = list(identities.values_list("pk", flat=True))
    aside = SideConversation.objects.filter(about__in=people).values_list("pk", flat=True)
    matters = list(Conversation.with_sides.filter(identity__in=people).values_list("pk", flat=True).union(aside))
    theirs = Conversation.with_sides.filter(pk__in=matters)
    rows = Message.objects.order_by().values_list("pk", flat=True)
    written = rows.filter(conversation__in=matters).union(
        rows.filter(identity__in=people), rows.filter(came_from__in=matters)
    )
    messages = Message.objects.filter(pk__in=list(written))
    raws = set(messages.exclude(raw=None).values_list("raw", flat=True))
    raws |= set(RawMessage.objects.filter(customer_key=customer_key).values_list("pk", flat=True))
    values = list(identities.filter(kind="email").values_list("value", flat=True))
    raws |= _unread_mail_naming(values)
    transaction.on_commit(lambda: _forget_captured(values))
    elsewhere = list(messages.exclude(conversation__in=theirs).values_list("conversation", flat=True).distinct())
    _erase_files(messages, Draft.objects.filter(conversation__in=theirs))
    Mention.objects.filter(message__in=messages).delete()
    _erase_messages(messages)
    RawMessage.objects.filter(pk__in=raws).update(content=b"", error="", sha256="", customer_key=None)
    for raw in RawMessage.objects.filter(pk__in=raws):
        raw.source_key = f"erased:{raw.pk}"
        raw.save(update_fields=["source_key"])
    Draft.objects.filter(conversation__in=theirs).delete()
    _erase_duties(customer_key, theirs)
    Joining.objects.filter(Q(source__in=theirs) | Q(target__in=theirs)).update(held={})
    _preview_again(elsewhere)
    PageVisit.objects.filter(conversation__in=theirs).delete()
    SenderLesson.objects.filter(sender__in=values).delete()
    Message.objects.filter(forwarded__email__in=values).update(forwarded={})
    _forget_copies(identities)
    Participant.objects.filter(conversation__in=matters).delete()
    Participant.objects.filter(identity__in=people).delete()
    ConversationValue.objects.filter(owner__in=theirs).delete()
    forget_naming(identities)
    theirs.update(subject="", preview="", customer_name=ERASED, topic="", page_url="", page_title="", language="")


def _erase_duties(customer_key: int, theirs: Any) -> None:
    """What was to be done for the person, and the steps of their matters."""
    Task.objects.filter(Q(customer=customer_key) | Q(conversation__in=theirs)).delete()
    ChecklistStep.objects.filter(conversation__in=theirs).delete()


def _preview_again(keys: list[int]) -> None:
    """The lists of other people's matters no longer show the person's words."""
    for conversation in Conversation.with_sides.filter(pk__in=keys):
        newest = conversation.messages.exclude(kind="note").order_by("created_at", "pk").last()
        conversation.preview = preview(newest.text, 160) if newest else ""
        conversation.save(update_fields=["preview"])


def _unread_mail_naming(values: list[str]) -> set[int]:
    """Mail that led to no message (illegible, a bounce of another's) but holds one of the addresses."""
    found: set[int] = set()
    for value in values:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM conversations_rawmessage WHERE state IN ('failed', 'ignored') "
                "AND position(%s in lower(encode(content, 'escape'))) > 0",
                [value],
            )
            found |= {key for (key,) in cursor.fetchall()}
    return found


def _forget_captured(values: list[str]) -> None:
    """Development keeps outgoing mail as files: those to the person go too."""
    for path in Path(settings.OUTBOX_DIRECTORY).glob("**/*.eml"):
        content = path.read_bytes().lower()
        if any(value.encode() in content for value in values):
            path.unlink(missing_ok=True)


def _erase_messages(messages: Any) -> None:
    MessageAlias.objects.filter(message__in=messages).delete()
    keys = list(messages.values_list("pk", flat=True))
    unsent = Message.objects.filter(pk__in=keys, delivery__in=[Delivery.HELD, Delivery.LATER, Delivery.QUEUED])
    unsent.update(delivery=Delivery.NONE, due_at=None, waits="")  # nothing leaves to whom nobody knows any more
    Message.objects.filter(pk__in=keys).update(
        text="",
        html="",
        full_text="",
        subject="",
        language="",
        sender={},
        to=[],
        cc=[],
        bcc=[],
        routes={},
        forwarded={},
        message_id=None,
        in_reply_to=[],
        client_key=None,
        error="",
        outcomes={},
        page_url="",
        flags=["erased"],
    )


def _erase_files(messages: Any, drafts: Any) -> None:
    attachments = Attachment.objects.filter(message__in=messages)
    gone = set(attachments.values_list("file", flat=True)) | set(
        Draft.files.through.objects.filter(draft__in=drafts).values_list("file_id", flat=True)
    )
    attachments.delete()
    Draft.files.through.objects.filter(draft__in=drafts).delete()
    still_used = set(Attachment.objects.filter(file__in=gone).values_list("file", flat=True))
    files.forget(list(File.objects.filter(pk__in=gone - still_used)))


def _forget_copies(identities: Any) -> None:
    """In other people's conversations the person stands in To or Cc, in quotes and in the mail as it came: it goes there too."""
    for participant in Participant.objects.filter(identity__in=identities).select_related("identity"):
        identity = participant.identity
        words = [re.escape(word) for word in (identity.value, identity.name) if len(word) > 5]
        named = re.compile("|".join(words), re.IGNORECASE)
        raws = []
        for message in Message.objects.filter(conversation=participant.conversation_id):
            if _forget_copy(message, identity.value, named if words else None) and message.raw_id:
                raws.append(message.raw_id)
        RawMessage.objects.filter(pk__in=raws).update(content=b"")


def _forget_copy(message: Message, value: str, named: re.Pattern[str] | None) -> bool:
    """Take the person out of one message; whether they stood in it."""
    before = {field: getattr(message, field) for field in ("to", "cc", "bcc", *WRITTEN)}
    after: dict[str, Any] = {
        field: [party for party in before[field] if party.get("email") != value] for field in ("to", "cc", "bcc")
    }
    if value in message.outcomes:
        before["outcomes"], after["outcomes"] = (
            message.outcomes,
            {k: v for k, v in message.outcomes.items() if k != value},
        )
    if any(party.get("email") == value for party in message.routes.get("reply_to", ())):
        before["routes"], after["routes"] = message.routes, {k: v for k, v in message.routes.items() if k != "reply_to"}
    after |= {field: named.sub(ERASED, before[field]) if named else before[field] for field in WRITTEN}
    changed = [field for field in before if before[field] != after[field]]
    for field in changed:
        setattr(message, field, after[field])
    if changed:
        message.save(update_fields=changed)
    return bool(changed)


def merge(source_key: int, target_key: int) -> None:
    """Identities carry their conversations along; the name that lists show follows the file."""
    names = dict(Identity.objects.filter(customer=target_key).values_list("pk", "customer__name"))
    for identity_id, name in names.items():
        if name:
            Conversation.objects.filter(identity=identity_id).update(customer_name=name)
    RawMessage.objects.filter(customer_key=source_key).update(customer_key=target_key)
    Task.objects.filter(customer=source_key).update(customer=target_key)
