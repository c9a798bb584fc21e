"""Webhooks as other programs read them; the secret is never among it."""

from typing import Any

from comptoir.webhooks.models import Endpoint, WebhookDelivery


def endpoint(row: Endpoint) -> dict[str, Any]:
    """One address."""
    return {
        "id": row.pk,
        "name": row.name,
        "url": row.url,
        "types": row.verbs,
        "content": row.content,
        "active": row.active,
        "stopped_because": row.stopped_because,
        "failing_since": row.failing_since,
        "created_at": row.created_at,
    }


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    """One line of the log."""
    return {
        "id": row.pk,
        "event": row.event_id,
        "type": row.verb,
        "state": row.state,
        "due_at": row.due_at if row.state == "waiting" else None,
        "attempts": row.attempts,
        "created_at": row.created_at,
        "delivered_at": row.delivered_at,
    }
