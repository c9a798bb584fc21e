"""A copy of what left is filed in the mailbox's folder of sent mail, where its owner looks for it; once."""

import logging

from comptoir.conversations.channels import channel_for
from comptoir.conversations.composing import compose
from comptoir.conversations.models import Delivery, Message
from comptoir.core.jobs import job
from comptoir.ports.channel import KeepsSent
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)


@job("bulk")
def file_copy(message_id: int) -> None:
    """File one message that has been sent. Safe to run twice: the channel looks for its Message-ID first.

    A mailbox that cannot be reached is tried again with growing pauses; one that says no for good is left alone, since
    the message itself has left.
    """
    rows = Message.objects.select_related("conversation__inbox", "conversation__shop", "inbox__shop", "agent")
    message = rows.filter(pk=message_id, delivery__in=[Delivery.SENT, Delivery.SEEN, Delivery.BOUNCED]).first()
    if message is None:
        return
    channel = channel_for(message.inbox)
    if not (isinstance(channel, KeepsSent) and channel.files_sent):
        return
    try:
        channel.file_sent(compose(message))
    except PortError as error:
        if not error.permanent:
            raise
        log.warning("message %s: no copy in the mailbox: %s", message_id, error.message)
