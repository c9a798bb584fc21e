"""What the page of a conversation aside shares with the page of its matter."""

from typing import Any

from comptoir.conversations.models import State


def matter_key(opened: Any) -> int:
    """The key of the matter: that of a thread aside is the one beside which it stands."""
    key: int = opened.side.conversation_id if opened.state == State.SIDE else opened.pk
    return key


def beside(opened: Any) -> dict[str, Any]:
    """For the templates: the side (None on a matter's own page), the matter, and whether a mail aside was begun."""
    side = opened.side if opened.state == State.SIDE else None
    return {
        "aside": side,
        "matter": side.conversation if side else opened,
        "begun_aside": any(row["kind"] == "side" for row in opened.draft_list),
    }
