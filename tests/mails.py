"""Raw mails for tests, written for them."""

from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from django.utils import timezone

from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Inbox, RawMessage
from tests.work import run_jobs

_count = iter(range(1, 1_000_000))


def mail(
    text: str = "Bonjour, où est mon colis ?",
    *,
    sender: str = "Claire Vasseur <claire.vasseur@orange.example>",
    to: str = "bonjour@maison-alba.example",
    subject: str = "Colis introuvable",
    message_id: str = "",
    **headers: str,
) -> EmailMessage:
    """A mail; further headers by name with underscores (in_reply_to="<...>")."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(timezone.now())
    made["Message-ID"] = f"<{message_id}>" if message_id else f"<mail-{next(_count)}@orange.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def arrives(inbox: Inbox, made: EmailMessage | bytes, *, key: str = "", **more: Any) -> RawMessage | None:
    """The mail arrives and the workers do their work."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    kept = arrive(inbox, raw, source_key=key or f"1:{next(_count)}", **more)
    run_jobs()
    return kept
