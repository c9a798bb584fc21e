"""The room's customer-data hook: which messages were written to a person, what they did with them, what they wait for."""

from typing import Any

from comptoir.campaigns.models import Announcement, StockWish


def export(customer_key: int) -> dict[str, Any]:
    """Each message with its moments (its words are the outbox's), each wish."""
    rows = _written_to(customer_key).select_related("order", "wish__product").order_by("pk")
    wishes = StockWish.objects.filter(identity__customer=customer_key).select_related("product", "shop").order_by("pk")
    return {
        "announcements": [
            {
                "kind": row.kind,
                "order": row.order.number if row.order else None,
                "product": row.wish.product.title if row.wish else None,
                "state": row.state,
                "created_at": row.created_at.isoformat(),
                "left_at": row.left_at.isoformat() if row.left_at else None,
                "opened_at": row.opened_at.isoformat() if row.opened_at else None,
                "clicked_at": row.clicked_at.isoformat() if row.clicked_at else None,
            }
            for row in rows
        ],
        "stock_wishes": [
            {
                "shop": row.shop.name,
                "product": row.product.title,
                "made_at": row.made_at.isoformat(),
                "told_at": row.told_at.isoformat() if row.told_at else None,
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in wishes
        ],
    }


def erase(customer_key: int) -> None:
    """They go: what was counted without a name stays counted."""
    _written_to(customer_key).delete()
    StockWish.objects.filter(identity__customer=customer_key).delete()


def merge(source_key: int, target_key: int) -> None:
    """Messages point to orders, carts and wishes, whose identities the merge itself moves."""


def _written_to(customer_key: int) -> Any:
    rows = Announcement.objects.values("pk")
    about = [rows.filter(**{f"{what}__identity__customer": customer_key}) for what in ("order", "cart", "wish")]
    return Announcement.objects.filter(pk__in=about[0].union(*about[1:], all=True))  # an OR would read them all
