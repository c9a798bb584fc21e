"""The room's customer-data hook: which messages were written to a person, and what they did with them."""

from typing import Any

from comptoir.campaigns.models import Announcement


def export(customer_key: int) -> dict[str, Any]:
    """Each message with its moments; its words are the outbox's."""
    rows = Announcement.objects.filter(order__identity__customer=customer_key).select_related("order").order_by("pk")
    return {
        "announcements": [
            {
                "kind": row.kind,
                "order": row.order.number,
                "state": row.state,
                "created_at": row.created_at.isoformat(),
                "left_at": row.left_at.isoformat() if row.left_at else None,
                "opened_at": row.opened_at.isoformat() if row.opened_at else None,
                "clicked_at": row.clicked_at.isoformat() if row.clicked_at else None,
            }
            for row in rows
        ]
    }


def erase(customer_key: int) -> None:
    """They go: what was counted without a name stays counted."""
    Announcement.objects.filter(order__identity__customer=customer_key).delete()


def merge(source_key: int, target_key: int) -> None:
    """Messages point to orders, whose identities the merge itself moves."""
