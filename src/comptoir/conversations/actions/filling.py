"""Filling in the custom fields of a conversation."""

from typing import Any

from django.db import transaction

from comptoir.conversations.actions.holding import held
from comptoir.conversations.models import Conversation, ConversationValue
from comptoir.core.actors import Actor
from comptoir.core.custom import values
from comptoir.core.custom.reading import Definition
from comptoir.core.models import Origin


@transaction.atomic
def set_field(conversation: Conversation, definition: Definition, given: Any, *, actor: Actor) -> bool:
    """Fill in a custom field, empty it with None; False when that stood there. Raises core.custom.judging.BadValue."""
    row = held(conversation)
    return values.fill(
        ConversationValue,
        row,
        definition,
        given,
        verb="conversation.field_set",
        actor=actor,
        origin=Origin.LIVE,
        customer=row.identity.customer_id,
        shop=row.shop_id,
    )
