"""From an inbox to the channel that carries it: settings and secrets put together, the adapter found by name."""

import json
from functools import partial
from typing import cast

from django.conf import settings

from comptoir.conversations.actions.grants import access_token
from comptoir.conversations.messenger import Messenger
from comptoir.conversations.models import Conversation, Inbox, InboxKind
from comptoir.core import keys
from comptoir.ports import registry
from comptoir.ports.channel import Channel, SignsInByToken


def channel_for(inbox: Inbox) -> Channel:
    """The inbox's channel, with its secrets decrypted; raises LookupError when the adapter is not installed."""
    if inbox.kind == InboxKind.SHOP:
        return cast(Channel, Messenger(inbox))
    open_values = {name: str(value) for name, value in inbox.settings.items()}
    secrets = json.loads(keys.decrypt(inbox.secrets) or "{}")
    ours = {"directory": str(settings.OUTBOX_DIRECTORY), "address": inbox.address}
    adapter = registry.get("channel", inbox.adapter or "email")
    channel = adapter({**ours, **open_values, **secrets})
    if isinstance(channel, SignsInByToken) and hasattr(inbox, "grant"):
        channel.access_token = partial(access_token, inbox.pk)
    return cast(Channel, channel)


def leaving_inbox(conversation: Conversation) -> Inbox | None:
    """The inbox whose address answers by mail: the conversation's own, or the one it names; None when none does."""
    inbox = conversation.inbox
    if inbox.kind == InboxKind.EMAIL:
        return inbox
    if inbox.mail_inbox_id:
        return inbox.mail_inbox
    return Inbox.objects.filter(shop=inbox.shop_id, kind=InboxKind.EMAIL, active=True).order_by("pk").first()
