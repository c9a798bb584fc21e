"""What a conversation repeats of its messages, kept right in one place (list pages read one table)."""

from django.db.models import F

from comptoir.conversations.models import Conversation, Delivery, Message, State
from comptoir.lib.text import preview

REOPENED_BY_CUSTOMER = (State.CLOSED, State.PENDING, State.SNOOZED, State.QUIET)


def arrived(conversation: Conversation, message: Message, *, wakes: bool, files: int | None = None) -> None:
    """A customer's message was added. `wakes`: someone has to answer, so the matter is open and waits.

    `files` is how many attachments it brought; they are counted when the caller does not know.
    """
    conversation.last_message_at = message.created_at
    conversation.newest_message = message.pk
    if wakes and conversation.state in REOPENED_BY_CUSTOMER:
        conversation.state = State.OPEN
        conversation.closed_at = None
        conversation.snoozed_until = None
    if wakes and conversation.state == State.OPEN and conversation.waiting_since is None:
        conversation.waiting_since = message.created_at
    _told(conversation, message, files)


def answered(conversation: Conversation, message: Message) -> None:
    """The team's answer was added: nobody waits any more."""
    conversation.last_message_at = message.created_at
    conversation.waiting_since = None
    if conversation.first_answered_at is None:
        conversation.first_answered_at = message.created_at
    _told(conversation, message)


def noted(conversation: Conversation, message: Message) -> None:
    """A note was added: it changes no waiting time."""
    conversation.message_count = F("message_count") + 1
    conversation.save(update_fields=["message_count"])
    conversation.refresh_from_db(fields=["message_count"])


def recount(conversation: Conversation) -> None:
    """Work everything out again from the messages (after an undo, an erasure, a merge)."""
    messages = conversation.messages.exclude(kind__in=["note", "system"]).exclude(delivery=Delivery.LATER)
    messages = messages.order_by("created_at", "pk")
    last_answer = messages.filter(kind="reply").last()
    asked = messages.filter(kind="customer", automatic=False)
    if last_answer is not None:
        asked = asked.filter(created_at__gt=last_answer.created_at)
    oldest, newest = asked.first(), messages.last()
    conversation.waiting_since = oldest.created_at if oldest and conversation.state == State.OPEN else None
    first_answer = messages.filter(kind="reply").first()
    conversation.first_answered_at = first_answer.created_at if first_answer else None
    conversation.last_message_at = newest.created_at if newest else conversation.created_at
    conversation.message_count = conversation.messages.exclude(delivery=Delivery.LATER).count()
    conversation.preview = preview(newest.text, 160) if newest else ""
    rank(conversation)
    conversation.save()


def rank(conversation: Conversation) -> None:
    """Set the place in the lists from the two times."""
    conversation.rank = Conversation.rank_of(conversation.waiting_since, conversation.last_message_at)


def _told(conversation: Conversation, message: Message, files: int | None = None) -> None:
    conversation.preview = preview(message.text, 160)
    conversation.message_count += 1
    conversation.attachment_count += message.attachments.filter(inline=False).count() if files is None else files
    rank(conversation)
    conversation.save()
