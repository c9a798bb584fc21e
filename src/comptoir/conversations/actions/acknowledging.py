"""A new matter is acknowledged, once, to a person: that it is here, and when somebody answers."""

import uuid

from django.utils import timezone

from comptoir.conversations import acknowledgement, automatic, recipients, threading
from comptoir.conversations.actions import delivering
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.hours import hours_of
from comptoir.conversations.models import Conversation, Delivery, Message, MessageKind
from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.lib.html import from_text
from comptoir.lib.text import one_line

FLAG = "acknowledgement"


def acknowledge(conversation: Conversation, message: Message) -> Message | None:
    """Queue the acknowledgement of a matter's first message, in the caller's transaction; None when there is to be none.

    Nobody's waiting time ends by it. It quotes nothing: whoever put a false address into a form sends them no text.
    """
    if not conversation.inbox.acknowledges or conversation.messages.filter(flags__contains=FLAG).exists():
        return None
    inbox = leaving_inbox(conversation)
    to = recipients.everyone(conversation)[0][:1]
    if inbox is None or automatic.refused(conversation, [party["email"] for party in to], answers=message):
        return None
    now = timezone.now()
    language = acknowledgement.language_of(conversation.language, conversation.shop.language)
    own = conversation.inbox.acknowledgement.get(language, "")
    said = acknowledgement.text(own, hours_of(conversation.inbox), now, language)
    made = Message(
        public_id=uuid.uuid4(),
        conversation=conversation,
        inbox=inbox,
        kind=MessageKind.SYSTEM,
        text=said,
        html=from_text(said),
        subject=one_line(f"Re: {conversation.subject or conversation.shop.name}")[:300],
        sender={"email": inbox.address, "name": inbox.sender_name or conversation.shop.name},
        to=to,
        automatic=True,
        flags=[FLAG],
        delivery=Delivery.QUEUED,
        due_at=delivering.looked_after(),
        created_at=now,
    )
    made.message_id = threading.new_message_id(made.public_id, conversation.pk, inbox)
    made.save()
    conversation.message_count += 1
    conversation.save(update_fields=["message_count"])
    record(
        conversation,
        "conversation.acknowledged",
        actor=SYSTEM,
        customer=conversation.identity.customer_id,
        shop=conversation.shop_id,
        message=made.pk,
    )
    delivering.deliver.defer(message_id=made.pk)
    return made
