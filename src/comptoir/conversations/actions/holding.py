"""Taking hold of a conversation before it is written to: the one that it was merged into, wherever that leads by now."""

from comptoir.conversations.models import Conversation
from comptoir.conversations.threading import CHAIN, leading


def held(conversation: Conversation | int, *related: str) -> Conversation:
    """The row, locked until the transaction ends; when it was merged, the one that it leads to."""
    key = conversation if isinstance(conversation, int) else conversation.pk
    rows = Conversation.with_sides.select_for_update(of=("self",)).select_related(*(related or ("identity",)))
    for _ in range(CHAIN):
        row = rows.get(pk=key)
        if row.merged_into_id is None:
            break
        key = leading(row.merged_into_id)
    return row
