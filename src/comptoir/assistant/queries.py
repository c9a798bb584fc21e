"""Reads: what is switched on, today's uses, the log, what is kept of an answer."""

from datetime import datetime

from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from comptoir.assistant.models import Ask, Engine, Kept, Use
from comptoir.conversations.models import Conversation, Message, MessageKind
from comptoir.core.remembered import Remembered


def _switched_on() -> frozenset[str]:
    row = Engine.objects.filter(pk=1, active=True).first()
    return frozenset(row.uses) & frozenset(Use.values) if row and row.base_url and row.model else frozenset()


switched_on = Remembered(_switched_on)  # the uses that are offered; nothing before a model is connected


def today() -> tuple[int, int]:
    """How many requests and tokens the house has used since midnight."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return used_since(start)


def used_since(start: datetime) -> tuple[int, int]:
    """Requests and tokens since a moment."""
    told = Ask.objects.filter(created_at__gte=start).aggregate(
        asked=Count("pk"), tokens=Sum(F("tokens_in") + F("tokens_out"), default=0)
    )
    return int(told["asked"]), int(told["tokens"])


def log(limit: int = 50) -> QuerySet[Ask]:
    """The newest uses, without their texts."""
    return Ask.objects.select_related("agent").defer("given", "proposal").order_by("-pk")[:limit]


def newest(conversation: Conversation) -> int:
    """The key of the newest message that a summary would know."""
    rows = conversation.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def kept_summary(conversation: Conversation, language: str) -> Kept | None:
    """The summary in that language; it is old when `upto` is not the newest message."""
    return Kept.objects.filter(conversation=conversation, message=None, use=Use.SUMMARISE, language=language).first()


def kept_translation(message: Message, language: str) -> Kept | None:
    """The message in that language."""
    return Kept.objects.filter(message=message, use=Use.TRANSLATE_MESSAGE, language=language).first()
