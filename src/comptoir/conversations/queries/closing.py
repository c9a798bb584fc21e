"""What a conversation wants before somebody closes it by hand. Rules, macros and programs close without."""

from django.utils.translation import pgettext

from comptoir.conversations.models import Conversation, ConversationValue
from comptoir.core.custom import reading
from comptoir.core.models import FieldSubject, Installation


def missing(conversation: Conversation) -> list[str]:
    """The names of what is still to be filled in; none while the house asks for nothing."""
    found = []
    if not conversation.topic and Installation.objects.filter(topic_required=True).exists():
        found.append(pgettext("conversation", "Thème"))
    wanted = [one for one in reading.of(FieldSubject.CONVERSATION, [conversation.shop_id]) if one.required]
    if wanted:
        held = set(ConversationValue.objects.filter(owner=conversation.pk).values_list("field", flat=True))
        found += [one.name for one in wanted if one.pk not in held]
    return found
