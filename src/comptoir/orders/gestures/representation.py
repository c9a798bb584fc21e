"""Acts as other programs read them: the same in the API and in webhooks. Amounts are minor units of `currency`."""

from typing import Any

from django.conf import settings

from comptoir.orders.models import Gesture


def gesture(row: Gesture) -> dict[str, Any]:
    """One line of the ledger."""
    return {
        "id": row.pk,
        "key": row.key,
        "order": row.order_id,
        "order_number": row.order.number,
        "shop": row.shop_id,
        "customer": row.identity.customer_id,
        "conversation": row.conversation_key,
        "verb": row.verb,
        "state": row.state,
        "amount": row.amount,
        "currency": row.currency,
        "reason": row.reason,
        "over": row.over,
        "agent": row.agent_id,
        "approver": row.approver_id,
        "quote": {
            "amount": row.quote.get("amount", 0),
            "maximum": row.quote.get("maximum", 0),
            "details": [{"text": text, "amount": amount} for text, amount in row.quote.get("details", [])],
            "warnings": row.quote.get("warnings", []),
            "binding": row.quote.get("binding", False),
        },
        "code": row.result.get("code", ""),
        "external_id": row.result.get("external_id", ""),
        "problem": row.problem,
        "by_hand": row.by_hand,
        "can_undo": row.state == Gesture.State.DONE and bool(row.undo_with),
        "created_at": row.created_at,
        "done_at": row.done_at,
        "url": f"{settings.PUBLIC_URL}/orders/{row.order_id}/",
    }
