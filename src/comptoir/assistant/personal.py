"""The room's customer-data hook: summaries and translations of a person's messages, and what was asked about them."""

from typing import Any

from django.db.models import Q

from comptoir.assistant.models import Ask, Kept


def export(customer_key: int) -> dict[str, Any]:
    """What is kept in other words."""
    rows = Kept.objects.filter(conversation__identity__customer=customer_key).order_by("pk")
    return {
        "assistant": [
            {"use": row.use, "language": row.language, "text": row.text, "at": row.made_at.isoformat()} for row in rows
        ]
    }


def erase(customer_key: int) -> None:
    """Delete the texts; the log of uses says nothing of a person."""
    theirs = Q(conversation__identity__customer=customer_key) | Q(message__identity__customer=customer_key)
    Kept.objects.filter(theirs).delete()
    Ask.objects.filter(theirs).update(given="", proposal="", conversation=None, message=None)


def merge(source_key: int, target_key: int) -> None:
    """They hang on conversations, which the merge moves."""
