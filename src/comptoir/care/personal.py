"""The room's customer-data hook: cases say what went wrong with a person's parcels."""

from typing import Any

from comptoir.care.models import Case


def export(customer_key: int) -> dict[str, Any]:
    """The cases about their parcels."""
    cases = Case.objects.filter(order__identity__customer=customer_key).select_related("order").order_by("pk")
    return {
        "cases": [
            {
                "order": case.order.number,
                "kind": case.kind,
                "opened_at": case.opened_at.isoformat(),
                "told_at": case.told_at.isoformat() if case.told_at else None,
                "closed_at": case.closed_at.isoformat() if case.closed_at else None,
            }
            for case in cases
        ]
    }


def erase(customer_key: int) -> None:
    """The cases go: without parcel numbers and words nothing of them would be of use."""
    Case.objects.filter(order__identity__customer=customer_key).delete()


def merge(source_key: int, target_key: int) -> None:
    """Cases point to orders, whose identities the merge itself moves."""
