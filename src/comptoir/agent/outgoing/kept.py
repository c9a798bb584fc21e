"""The mails that the outbox adapter wrote as files, as far as an agent may read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.http import Http404

from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Installation

PAGE = 40
LARGEST = 64 * 2**20
_NAME = re.compile(r"(\d{8}T\d{12})-[0-9a-f]{16}\.eml")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file: who would have received what. `inbox` is None for mail in the installation's own name."""

    name: str
    at: datetime
    sender: str
    sender_name: str
    to: list[tuple[str, str]]
    subject: str
    inbox: Inbox | None

    @property
    def recipient(self) -> str:
        """The first who would have received it, by name."""
        return next((name or address for name, address in self.to), "")


class Folder:
    """The folder as one agent sees it: the mail of their inboxes, and accounts' mail when they manage accounts."""

    def __init__(self, agent: Agent) -> None:
        rows = list(access.inboxes(agent).filter(kind=InboxKind.EMAIL).select_related("shop"))
        self.inboxes = [inbox for inbox in rows if inbox.active]
        self._by_address = {address: inbox for inbox in rows for address in inbox.own_addresses}
        self._accounts = access.can(agent, May.AGENTS)

    def listed(self, before: str = "") -> tuple[list[Kept], str]:
        """The newest mails before a name, and the name from which the next page goes on."""
        found: list[Kept] = []
        for name in _names(before):
            kept = self._read(name)
            if kept is not None:
                if len(found) == PAGE:
                    return found, found[-1].name
                found.append(kept)
        return found, ""

    def one(self, name: str) -> Kept:
        """The mail of that name; Http404 when there is none for this agent."""
        kept = self._read(name) if _NAME.fullmatch(name) else None
        if kept is None:
            raise Http404
        return kept

    def _read(self, name: str) -> Kept | None:
        try:
            with (Path(settings.OUTBOX_DIRECTORY) / name).open("rb") as stream:
                headers = BytesHeaderParser(policy=policy.default).parse(stream)
        except OSError:
            return None
        sender_name, sender = next(iter(_addresses(headers, "From")), ("", ""))
        inbox = self._by_address.get(sender.lower())
        if inbox is None and not self._accounts:
            return None
        stamp = _NAME.fullmatch(name)
        at = datetime.strptime(stamp[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC) if stamp else datetime.now(UTC)
        to = _addresses(headers, "To") + _addresses(headers, "Cc")
        return Kept(name, at, sender, sender_name, to, _text(headers, "Subject"), inbox)


def content(kept: Kept) -> bytes:
    """The whole file."""
    path = Path(settings.OUTBOX_DIRECTORY) / kept.name
    if path.stat().st_size > LARGEST:
        raise Http404
    return path.read_bytes()


def offered(agent: Agent, installation: Installation) -> bool:
    """Whether the page exists: in a demonstration, in development, or where an inbox keeps its mail as files."""
    if installation.demo or settings.DEBUG:
        return True
    keeps = Inbox.objects.filter(adapter="outbox").exists()
    return keeps and access.can(agent, May.SETTINGS) and access.can(agent, May.AGENTS)


def _names(before: str) -> Iterator[str]:
    try:
        every = [path.name for path in Path(settings.OUTBOX_DIRECTORY).iterdir()]
    except OSError:
        return iter(())
    names = sorted((name for name in every if _NAME.fullmatch(name)), reverse=True)
    return iter([name for name in names if not before or name < before])


def _text(headers: EmailMessage, name: str) -> str:
    try:
        return str(headers.get(name, ""))
    except Exception:  # the standard library raises many things on a bad header
        return ""


def _addresses(headers: EmailMessage, name: str) -> list[tuple[str, str]]:
    return [(person, address) for person, address in getaddresses([_text(headers, name)]) if "@" in address]
