"""The facts of conversations."""

from comptoir.conversations.models.changes import BulkChange, BulkRow
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
from comptoir.conversations.models.duties import Checklist, ChecklistStep, Task
from comptoir.conversations.models.inboxes import Inbox, InboxKind, MailCursor
from comptoir.conversations.models.joining import ConversationLink, Joining
from comptoir.conversations.models.lessons import SenderLesson
from comptoir.conversations.models.mailboxes import DomainCheck, MailboxGrant
from comptoir.conversations.models.messages import (
    QUOTES,
    REMOVED,
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
from comptoir.conversations.models.refusing import BlockedDomain, Retention
from comptoir.conversations.models.searching import LexiconProgress, LexiconWord, RecentSearch, SearchEntry
from comptoir.conversations.models.shop_threads import ShopThread, ThreadReading
from comptoir.conversations.models.sides import SideConversation
from comptoir.conversations.models.signatures import Signature
from comptoir.conversations.models.topics import Topic
from comptoir.conversations.models.values import ConversationValue
from comptoir.conversations.models.writing import Draft, PageVisit, View

__all__ = [
    "PRESENCE_FRESH_FOR",
    "QUOTES",
    "REMOVED",
    "UNREAD",
    "Attachment",
    "BlockedDomain",
    "BulkChange",
    "BulkRow",
    "Checklist",
    "ChecklistStep",
    "Conversation",
    "ConversationLink",
    "ConversationOrder",
    "ConversationValue",
    "Delivery",
    "DomainCheck",
    "Draft",
    "Inbox",
    "InboxKind",
    "Joining",
    "LexiconProgress",
    "LexiconWord",
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
    "RecentSearch",
    "Retention",
    "SearchEntry",
    "SenderLesson",
    "ShopThread",
    "SideConversation",
    "Signature",
    "State",
    "Task",
    "ThreadReading",
    "Topic",
    "View",
    "Waits",
]
