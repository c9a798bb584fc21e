"""Drafts: kept on the server with a revision, so that the newest text wins and nothing typed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comptoir.conversations.models import Attachment, Conversation, Draft, Inbox, Message
from comptoir.core import files as stored
from comptoir.core.models import Agent, File

UPLOADS = "upload"  # the kind of the draft that holds what an agent has uploaded, until a message or draft has it
UPLOADS_KEPT_FOR = timedelta(days=14)
DRAFTS = 7_203  # the class of our advisory locks that give each agent's drafts their turn


@dataclass(frozen=True, slots=True)
class DraftText:
    """The state of an editor. `revision` grows with each change in the browser that writes."""

    html: str
    subject: str = ""
    to: Sequence[dict[str, str]] = ()
    cc: Sequence[dict[str, str]] = ()
    bcc: Sequence[dict[str, str]] = ()
    files: Sequence[File] = field(default_factory=tuple)
    based_on: int = 0
    revision: int = 0


def _alone(agent: Agent) -> None:
    """Two tabs of an agent that begin a draft at the same moment make one row: until the transaction ends, one writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [DRAFTS, agent.pk])


@transaction.atomic
def save_draft(
    agent: Agent, conversation: Conversation | None, kind: str, text: DraftText, *, inbox: Inbox | None = None
) -> Draft:
    """Keep the text; one draft a conversation and kind. An older revision never replaces a newer one."""
    _alone(agent)
    draft = Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).first()
    if draft is None:
        draft = Draft(agent=agent, conversation=conversation, kind=kind)
    elif text.revision and text.revision < draft.revision:
        return draft
    draft.inbox = inbox
    draft.html, draft.subject = text.html[:500_000], text.subject[:300]
    draft.to, draft.cc, draft.bcc = list(text.to), list(text.cc), list(text.bcc)
    draft.based_on, draft.revision = text.based_on, text.revision
    draft.save()
    draft.files.set(text.files)
    return draft


def forget_draft(agent: Agent, conversation: Conversation | None, kind: str) -> None:
    """The text was sent or thrown away."""
    Draft.objects.filter(agent=agent, conversation=conversation, kind=kind).delete()


def restore_draft(agent: Agent, conversation: Conversation, message: Message) -> Draft:
    """Make a draft of a message that was taken back."""
    forwarded = "forward" in message.flags
    files = [attachment.file for attachment in message.attachments.select_related("file")]
    text = DraftText(
        html=message.html,
        subject=message.subject,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        files=files,
        based_on=message.pk,
    )
    return save_draft(agent, conversation, "forward" if forwarded else "reply", text)


@transaction.atomic
def keep_upload(agent: Agent, file: File) -> None:
    """The file is the agent's own from now on, wherever they are signed in; several at once do not meet.

    What was uploaded two weeks ago and that no message and no draft holds is forgotten.
    """
    _alone(agent)
    shelf = Draft.objects.filter(agent=agent, conversation=None, kind=UPLOADS).order_by("pk").first()
    if shelf is None:
        shelf = Draft.objects.create(agent=agent, kind=UPLOADS)
    shelf.files.add(file)
    held = Draft.files.through.objects.filter(draft=shelf, file__created_at__lt=timezone.now() - UPLOADS_KEPT_FOR)
    old = list(held.values_list("file_id", flat=True)[:100])
    if not old:
        return
    Draft.files.through.objects.filter(draft=shelf, file__in=old).delete()
    said = Attachment.objects.filter(file=OuterRef("pk"))
    written = Draft.files.through.objects.filter(file=OuterRef("pk"))
    stored.forget(list(File.objects.filter(~Exists(said), ~Exists(written), pk__in=old)))
