"""The facts of conversations."""

from comptoir.conversations.models.conversations import (
    PRESENCE_FRESH_FOR,
    Conversation,
    ConversationOrder,
    Participant,
    Presence,
    Priority,
    ReadMark,
    State,
)
from comptoir.conversations.models.inboxes import Inbox, InboxKind, MailCursor
from comptoir.conversations.models.messages import (
    Attachment,
    Delivery,
    Mention,
    Message,
    MessageAlias,
    MessageKind,
    RawMessage,
)
from comptoir.conversations.models.writing import CannedText, Draft, PageVisit, View

__all__ = [
    "PRESENCE_FRESH_FOR",
    "Attachment",
    "CannedText",
    "Conversation",
    "ConversationOrder",
    "Delivery",
    "Draft",
    "Inbox",
    "InboxKind",
    "MailCursor",
    "Mention",
    "Message",
    "MessageAlias",
    "MessageKind",
    "PageVisit",
    "Participant",
    "Presence",
    "Priority",
    "RawMessage",
    "ReadMark",
    "State",
    "View",
]
