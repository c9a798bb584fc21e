"""Which files an agent may see: those of their conversations, drafts and uploads, of products and colleagues."""

import uuid

from django.db.models import Exists, OuterRef, Q

from comptoir.conversations.models import Attachment, Draft
from comptoir.core import access, keys
from comptoir.core.models import Agent, File
from comptoir.orders.models import Product

LINK_SECONDS = 600
PURPOSE = "file"


def file_of(agent: Agent, public_id: uuid.UUID) -> File | None:
    """The file, when the agent may see what it belongs to."""
    said = Attachment.objects.filter(
        file=OuterRef("pk"), message__conversation__in=access.conversations(agent).order_by().values("pk")
    )
    drafted = Draft.files.through.objects.filter(file=OuterRef("pk"), draft__agent=agent)
    sold = Product.objects.filter(image=OuterRef("pk"), shop__in=access.shops(agent).order_by().values("pk"))
    faces = Agent.objects.filter(photo=OuterRef("pk"))
    allowed = Q(Exists(said)) | Q(Exists(drafted)) | Q(Exists(sold)) | Q(Exists(faces))
    return File.objects.filter(allowed, public_id=public_id).first()


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
