"""What is recorded of an act: identifiers and codes; whose words they are stays in the ledger."""

from typing import Any

from comptoir.orders.models import Gesture


def told(row: Gesture) -> dict[str, Any]:
    """What every event about an act says."""
    return {
        "customer": row.identity.customer_id,
        "shop": row.shop_id,
        "order": row.order_id,
        "conversation": row.conversation_key,
        "act": row.verb,
        "state": str(row.state),
        "amount": row.amount,
        "currency": row.currency,
    }
