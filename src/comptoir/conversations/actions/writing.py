"""A message as an agent hands it over: checked, addressed, made into a row that may leave. Shared by all that writes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from comptoir.conversations import threading
from comptoir.conversations.actions.delivering import looked_after
from comptoir.conversations.models import Attachment, Conversation, Delivery, Inbox, Message, MessageKind
from comptoir.core.models import Agent, File
from comptoir.lib.html import clean_editor, to_text
from comptoir.lib.text import one_line

RECIPIENTS_LIMIT = 100


class CannotAnswer(ValueError):
    """The message cannot leave; `code` says why: empty, no_recipient, too_many, bad_address, no_mail_inbox,
    no_files (a shop's own thread takes none)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class SomeoneAnswered(Exception):
    """A colleague answered, or the customer wrote, after the page that the agent was looking at."""

    def __init__(self, newer: list[Message]) -> None:
        super().__init__("newer messages")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Written:
    """What an agent hands over. Addresses are {email, name}; `based_on` is the newest message that they had seen."""

    html: str
    to: Sequence[dict[str, str]] = ()
    cc: Sequence[dict[str, str]] = ()
    bcc: Sequence[dict[str, str]] = ()
    subject: str = ""
    files: Sequence[File] = field(default_factory=tuple)
    client_key: str = ""
    based_on: int | None = None
    then: str = ""  # "close", "pending" or nothing
    send_at: datetime | None = None  # for mail: leave at that time
    unsigned: bool = False  # without the signatures


def already(conversation: Conversation, written: Written) -> Message | None:
    """The message that the same editor has sent already; None the first time."""
    if not written.client_key:
        return None
    return conversation.messages.filter(client_key=written.client_key).first()


def warn_if_newer(conversation: Conversation, written: Written) -> None:
    """Raise SomeoneAnswered when something was written that the agent had not seen."""
    if written.based_on is None:
        return
    newer = conversation.messages.filter(pk__gt=written.based_on).exclude(
        kind__in=[MessageKind.NOTE, MessageKind.SYSTEM]
    )
    found = list(newer.select_related("agent", "identity"))
    if found:
        raise SomeoneAnswered(found)


def content(written: Written) -> str:
    """The text, cleaned; raises CannotAnswer when there is nothing to send."""
    html = clean_editor(written.html)
    if not to_text(html).strip() and not written.files and "<img" not in html:
        raise CannotAnswer("empty")
    return html


def create(conversation: Conversation, kind: str, written: Written, html: str, agent: Agent, inbox: Inbox) -> Message:
    """The row, not saved yet."""
    return Message(
        public_id=uuid.uuid4(),
        conversation=conversation,
        inbox=inbox,
        kind=kind,
        agent=agent,
        text=to_text(html),
        html=html,
        client_key=written.client_key or None,
        created_at=timezone.now(),
    )


def parties(given: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Addresses as given, each once, lower-cased; raises CannotAnswer on one that is none."""
    kept: dict[str, dict[str, str]] = {}
    for party in given:
        email = one_line(str(party.get("email", ""))).lower()
        if not email:
            continue
        if email.count("@") > 1 or ("@" in email and any(mark in email for mark in ' <>,;"')):
            raise CannotAnswer("bad_address", email)
        kept.setdefault(email, {"email": email, "name": one_line(str(party.get("name", "")))[:200]})
    return list(kept.values())


def check_recipients(to: Sequence[dict[str, str]], copies: Sequence[dict[str, str]]) -> None:
    """Raise CannotAnswer when a message cannot go to these people."""
    everyone = [*to, *copies]
    if not to:
        raise CannotAnswer("no_recipient")
    if len(everyone) > RECIPIENTS_LIMIT:
        raise CannotAnswer("too_many", str(RECIPIENTS_LIMIT))
    for party in everyone:
        local, _, domain = party["email"].partition("@")
        if not local or "." not in domain.strip("."):
            raise CannotAnswer("bad_address", party["email"])


def subject_of_answer(conversation: Conversation) -> str:
    """The subject with « Re: », once, when somebody has written to us."""
    subject = conversation.subject or "Votre message"
    has_prefix = subject[:4].lower() in {"re: ", "re :", "aw: ", "sv: ", "rif:", "odp:"}
    first = conversation.messages.filter(kind=MessageKind.CUSTOMER).exists()
    return subject if has_prefix or not first else f"Re: {subject}"


def hold(message: Message, agent: Agent) -> None:
    """Name it, and let it wait for the agent's undo time."""
    if message.message_id is None:
        message.message_id = threading.new_message_id(message.public_id, message.conversation_id, message.inbox)
        message.sender = {"email": message.inbox.address, "name": message.inbox.sender_name}
    held = timedelta(seconds=agent.undo_seconds)
    message.delivery = Delivery.HELD if held else Delivery.QUEUED
    message.due_at = message.created_at + held if held else looked_after()


def attach(message: Message, files: Sequence[File]) -> None:
    """Put the files with the message, in their order."""
    Attachment.objects.bulk_create(
        [
            Attachment(
                message=message,
                file=file,
                position=position,
                inline=f"/files/{file.public_id}" in message.html,
                content_id=f"{file.public_id.hex}@comptoir" if f"/files/{file.public_id}" in message.html else "",
            )
            for position, file in enumerate(files)
        ]
    )
