"""What the ledger holds on a customer: told when asked, and blanked by an erasure; amounts, dates and verbs stay."""

from typing import Any

from comptoir.orders.gestures.kept import impersonal
from comptoir.orders.models import Gesture

KEPT_OF_RESULT = ("amount", "state")


def exported(customer_key: int) -> list[dict[str, Any]]:
    """The acts on a customer's orders, for their own copy of their data."""
    rows = Gesture.objects.filter(identity__customer=customer_key).select_related("order").order_by("created_at")
    return [
        {
            "order": row.order.number,
            "act": row.verb,
            "state": row.state,
            "amount": row.amount,
            "currency": row.currency,
            "reason": row.reason,
            "asked": row.request,
            "code": row.result.get("code", ""),
            "at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def forget(customer_key: int) -> None:
    """Blank addresses, codes, words and what platforms call the act; the line of the ledger stays."""
    rows = list(Gesture.objects.filter(identity__customer=customer_key))
    for row in rows:
        row.request = impersonal(row.request)
        row.quote = {name: value for name, value in row.quote.items() if name in ("amount", "maximum", "currency")}
        row.result = {name: row.result[name] for name in KEPT_OF_RESULT if name in row.result}
        row.words = row.letter = row.answer = row.problem = row.undo_with = ""
    Gesture.objects.bulk_update(
        rows, ["request", "quote", "result", "words", "letter", "answer", "problem", "undo_with"], batch_size=500
    )
