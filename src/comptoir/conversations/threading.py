"""Message-IDs that we make, and the thread that an answer belongs to.

A Message-ID of ours reads `uuid.conversation.signature@domain` (kept without its angle brackets, as all are): whoever quotes it proves that they hold a mail of
that thread. It chooses a thread, never a person.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from comptoir.conversations.models import Conversation, Inbox, Message, MessageAlias
from comptoir.core import keys
from comptoir.lib.mail import linking

CHAIN = 100  # merges that are followed


def new_message_id(public_id: uuid.UUID, conversation_id: int, inbox: Inbox) -> str:
    """A Message-ID with a signed thread token, at the domain of the inbox's address."""
    domain = inbox.address.rpartition("@")[2] or "comptoir.invalid"
    signature = keys.short_signature(str(conversation_id), purpose="thread")
    return f"{public_id.hex}.{conversation_id}.{signature}@{domain}"


def conversation_by_token(references: Iterable[str]) -> Conversation | None:
    """The conversation that a signed reference names, the last reference first."""
    for token in linking.tokens(references):
        if keys.proves(token.signature, token.conversation, purpose="thread"):
            return _answered(token) or Conversation.with_sides.filter(pk=leading(int(token.conversation))).first()
    return None


def _answered(token: linking.Token) -> Conversation | None:
    """Where the message that a token was made for stands by now: it may have moved by a merge or a split."""
    rows = Message.objects.filter(public_id=uuid.UUID(token.message), message_id=token.name)
    return _holding(rows.select_related("conversation").only("came_from", "conversation").first())


def _holding(message: Message | None) -> Conversation | None:
    """The conversation of a message, which remembers through which merged thread it was found."""
    if message is None:
        return None
    message.conversation.through = message.came_from
    return message.conversation


def leading(key: int) -> int:
    """The key of the conversation that holds the messages of this one: where its merges lead."""
    for _ in range(CHAIN):
        following = Conversation.objects.filter(pk=key).values_list("merged_into", flat=True).first()
        if following is None:
            break
        key = following
    return key


def behind(keys: Iterable[int]) -> dict[int, int]:
    """These conversations and all that were merged into them, however often: which of these holds their messages."""
    holders = {key: key for key in keys}
    fresh = list(holders)
    while fresh:
        rows = Conversation.objects.filter(merged_into__in=fresh).values_list("pk", "merged_into")
        fresh = []
        for key, into in rows:
            if into and key not in holders:
                holders[key] = holders[into]
                fresh.append(key)
    return holders


def conversation_by_reference(inbox: Inbox, references: Iterable[str]) -> Conversation | None:
    """The conversation of the same shop in which a message has one of these Message-IDs, the newest message first."""
    wanted = linking.looked_up(references)
    if not wanted:
        return None
    message = (
        Message.objects.filter(message_id__in=wanted, inbox__shop=inbox.shop_id)
        .select_related("conversation")
        .order_by("-pk")
        .first()
    )
    if message is not None:
        return _holding(message)
    alias = (
        MessageAlias.objects.filter(external_id__in=wanted, inbox__shop=inbox.shop_id)
        .select_related("message__conversation")
        .order_by("-pk")
        .first()
    )
    return _holding(alias.message) if alias else None


def in_thread(conversation: Conversation | Any) -> Q:
    """The messages of what its customer knows as one conversation, wherever the team has merged it to."""
    return Q(conversation=conversation, came_from=None) | Q(came_from=getattr(conversation, "pk", conversation))


def message_by_external_id(inbox: Inbox, external_id: str) -> Message | None:
    """Our message of that Message-ID or alias in the inbox's shop."""
    if not external_id:
        return None
    found = Message.objects.filter(message_id=external_id, inbox__shop=inbox.shop_id).first()
    if found is None:
        alias = MessageAlias.objects.filter(external_id=external_id, inbox__shop=inbox.shop_id).first()
        found = alias.message if alias else None
    return found


def awaited(inbox: Inbox, customer_id: int, words: str) -> Conversation | None:
    """The matter of that customer in which their next mail is awaited, although it answers none of ours: higher rooms
    that wrote first say so (settings.AWAITING), by what it says."""
    for path in settings.AWAITING:
        key = import_string(path)(inbox.shop_id, customer_id, words)
        found = Conversation.objects.filter(pk=leading(key)).first() if key else None
        if found is not None:
            return found
    return None
