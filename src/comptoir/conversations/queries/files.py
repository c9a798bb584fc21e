"""Which files an agent may see: those of their conversations, drafts and uploads, of products and colleagues."""

import uuid

from django.db.models import Exists, OuterRef, Q

from comptoir.conversations.models import Attachment, Draft
from comptoir.core import access
from comptoir.core.models import Agent, File
from comptoir.orders.models import Product


def file_of(agent: Agent, public_id: uuid.UUID) -> File | None:
    """The file, when the agent may see what it belongs to."""
    said = Attachment.objects.filter(
        file=OuterRef("pk"), message__conversation__in=access.threads(agent).order_by().values("pk")
    )
    drafted = Draft.files.through.objects.filter(file=OuterRef("pk"), draft__agent=agent)
    sold = Product.objects.filter(image=OuterRef("pk"), shop__in=access.shops(agent).order_by().values("pk"))
    faces = Agent.objects.filter(photo=OuterRef("pk"))
    allowed = Q(Exists(said)) | Q(Exists(drafted)) | Q(Exists(sold)) | Q(Exists(faces))
    return File.objects.filter(allowed, public_id=public_id).first()


def own_uploads(agent: Agent, wanted: list[uuid.UUID]) -> list[File]:
    """Those of the files that the agent brought, in the order asked for; others are left out."""
    mine = Draft.files.through.objects.filter(draft__agent=agent).values("file")
    found = {file.public_id: file for file in File.objects.filter(pk__in=mine, public_id__in=wanted)}
    return [found[key] for key in dict.fromkeys(wanted) if key in found]
