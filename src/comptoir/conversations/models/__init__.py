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
from comptoir.conversations.models.lessons import SenderLesson
from comptoir.conversations.models.mailboxes import DomainCheck, MailboxGrant
from comptoir.conversations.models.messages import (
    UNREAD,
    Attachment,
    Delivery,
    Mention,
    Message,
    MessageAlias,
    MessageKind,
    RawMessage,
    Waits,
)
from comptoir.conversations.models.signatures import Signature
from comptoir.conversations.models.writing import CannedText, Draft, PageVisit, View

__all__ = [
    "PRESENCE_FRESH_FOR",
    "UNREAD",
    "Attachment",
    "CannedText",
    "Conversation",
    "ConversationOrder",
    "Delivery",
    "DomainCheck",
    "Draft",
    "Inbox",
    "InboxKind",
    "MailCursor",
    "MailboxGrant",
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
    "SenderLesson",
    "Signature",
    "State",
    "View",
    "Waits",
]
