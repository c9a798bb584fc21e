"""What a webhook says: the event, the keys of what it is about, and (if wanted) the rows as they are now.

The current state is read when the webhook leaves, so a late delivery never tells an old state as new, and what its
agent may not see, or no longer exists, is simply not in it.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from comptoir.core import access
from comptoir.core.models import Agent, Event
from comptoir.webhooks import rows


def may_hear(agent: Agent, event: Event) -> bool:
    """Whether the endpoint's agent may know of the event: what they cannot open is not told."""
    if not agent.is_active or event.subject_type not in rows.TOLD:
        return False
    if event.verb == "customer.erased":
        return access.can(agent, access.May.ERASE)
    return rows.row(agent, event.subject_type, event.subject_id) is not None


def body(agent: Agent, event: Event, *, content: bool) -> bytes:
    """The JSON of one event, in the shape of Standard Webhooks: type, timestamp, data."""
    data = {"event": event.pk} | rows.event(event) | (_content(agent, event) if content else {})
    whole = {"type": event.verb, "timestamp": event.occurred_at, "data": data}
    return json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def _content(agent: Agent, event: Event) -> dict[str, Any]:
    """The subject; beside a message its conversation, beside a conversation the message that the event speaks of."""
    found = {event.subject_type: rows.shown(agent, event.subject_type, event.subject_id)}
    said, message = event.codes.get("message"), found.get("message")
    if message is not None:
        found["conversation"] = rows.shown(agent, "conversation", message["conversation"])
    elif event.subject_type == "conversation" and isinstance(said, int):
        found["message"] = rows.shown(agent, "message", said)
    return {kind: values for kind, values in found.items() if values is not None}
