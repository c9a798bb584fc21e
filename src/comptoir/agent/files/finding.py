"""Which files an agent may see: those of their conversations, drafts and uploads, of products and colleagues."""

import uuid

from comptoir.conversations.queries.files import file_of
from comptoir.core import keys
from comptoir.core.models import Agent

LINK_SECONDS = 600
PURPOSE = "file"


def link(agent: Agent, public_id: object) -> str:
    """An address that works for ten minutes without a cookie: a sandboxed frame has none."""
    return f"/files/{public_id}/?key={keys.sign(f'{public_id}:{agent.pk}', purpose=PURPOSE)}"


def agent_of_link(public_id: uuid.UUID, token: str) -> Agent | None:
    """The agent for whom such an address was made; None for a forged, old or foreign one."""
    try:
        text = str(keys.unsign(token, purpose=PURPOSE, max_age=LINK_SECONDS))
    except keys.BadToken:
        return None
    named, _, agent = text.partition(":")
    if named != str(public_id) or not agent.isdigit():
        return None
    return Agent.objects.filter(pk=int(agent), is_active=True).first()


__all__ = ["agent_of_link", "file_of", "link"]
