"""What custom fields say of conversations."""

from django.db import models

from comptoir.conversations.models.conversations import Conversation
from comptoir.core.models import CustomValue


class ConversationValue(CustomValue):
    """What a custom field says of a conversation."""

    owner = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="custom_values", db_index=False)

    class Meta(CustomValue.Meta):
        pass
