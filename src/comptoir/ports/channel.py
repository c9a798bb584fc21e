"""A channel carries messages between a customer and an inbox: mail, chat, form, later WhatsApp and others."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable


class MessageKind(StrEnum):
    """What an incoming message is, as far as its form tells."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Address:
    """One party of a message: `email` is lower-cased, `name` may be empty."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came with, or leaves with, a message.

    `content_id` is set for a picture that stands inside the text; `problem` says why the content is not the whole
    (over the size limit, undecodable).
    """

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message of ours that did not arrive. `original_id` is the Message-ID of what we sent, when it is told."""

    recipient: str = ""
    permanent: bool = False
    code: str = ""
    reason: str = ""
    original_id: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as understood by a channel: pure values, nothing looked up.

    `text` is the visible reply (quotes and signature cut), `full_text` all of it; `html` is the sender's own,
    **not cleaned** (the display cleans it). `warnings` lists what could not be read, in plain words. `bounce` is the
    first of `bounces`: one report may tell of several recipients. `automatic` means that no automatic answer may go out.
    `headers` are the first ones of a few names (lower-case) that tell how a mail came here and what it is for.
    """

    kind: MessageKind
    external_id: str
    sender: Address
    subject: str
    text: str
    full_text: str
    sent_at: datetime | None
    html: str = field(default="", repr=False)
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    bounce: Bounce | None = None
    list_id: str = ""
    language: str = ""
    authentication: Mapping[str, str] = field(default_factory=dict)
    automatic: bool = False
    has_quote: bool = False
    warnings: tuple[str, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message that leaves: everything that the channel needs and nothing to look up.

    `message_id` is chosen by us before the first attempt, so that a bounce or an answer finds its way even if the
    process died after sending. `html` already contains signature and quoted history. `only` names the recipients who
    still have to get it, when others have had it; empty means everybody.
    """

    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    html: str = field(default="", repr=False)
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    envelope_from: str = ""
    date: datetime | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendResult:
    """What the vendor said: `external_ids` are further names that answers may refer to; `refused` maps a recipient
    that was refused to the reason (the others were accepted); `deferred` those who may be tried again, after
    `retry_after` seconds if that was said."""

    external_ids: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    deferred: Mapping[str, str] = field(default_factory=dict)
    retry_after: float = 0


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an adapter, as the settings page draws it."""

    name: str
    label: str
    kind: Literal["text", "secret", "number", "choice", "switch", "email"] = "text"
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox was read. An unknown `uid_validity` means: from the start date."""

    uid_validity: int = 0
    last_uid: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One raw message out of a mailbox, with the key that names it for ever."""

    raw: bytes = field(repr=False)
    source_key: str
    cursor: Cursor
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; the pages show nothing else."""

    receives: bool = True
    sends: bool = True
    polls: bool = False
    html: bool = False
    attachments: bool = True
    undo: bool = False


class Channel(Protocol):
    """What an adapter for a channel provides. `settings` holds its fields, secrets already decrypted."""

    capabilities: Capabilities
    fields: tuple[Field, ...]

    def __init__(self, settings: Mapping[str, str]) -> None: ...

    def parse(self, raw: bytes) -> IncomingMessage:
        """Understand raw bytes: pure, no network, never raises on bad input (what cannot be read is a warning)."""

    def send(self, message: OutgoingMessage) -> SendResult:
        """Hand the message over; raise PortError (permanent, temporary, or unknown outcome)."""

    def check(self) -> list[str]:
        """Try the settings; return what is wrong as plain sentences, empty when all is well."""

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], None], stop: Callable[[], bool]
    ) -> None:
        """Read new messages from `cursor` on and hand each to `handle` (which commits) until `stop()`; only for
        channels that poll. Raises PortError when the connection is lost: the caller reconnects with backoff."""


@runtime_checkable
class SignsInByToken(Protocol):
    """A channel whose account may sign in with a token that the house renews (OAuth 2).

    `access_token` is set by the house when its owner has given leave: called with "" it gives a token, called with a
    token that the server refused it gives another, or the same when there is none. It raises PortError.
    """

    access_token: Callable[[str], str] | None


@runtime_checkable
class KeepsSent(Protocol):
    """A channel whose mailbox has a folder of what was sent from it, by whatever program."""

    @property
    def reads_sent(self) -> bool:
        """Whether it shall be read."""

    @property
    def files_sent(self) -> bool:
        """Whether a copy of what leaves shall be filed there."""

    def listen_sent(
        self,
        cursor: Cursor,
        *,
        since: date,
        begun: Callable[[Cursor], None],
        handle: Callable[[Fetched], None],
        stop: Callable[[], bool],
    ) -> None:
        """Read what is put there from `cursor` on, without one from now on (`begun` is told from where); after the
        folder was renumbered from `since` on. Raises PortError."""

    def file_sent(self, message: OutgoingMessage) -> bool:
        """File a copy unless a mail of its Message-ID lies there; whether it was filed. Raises PortError."""


class FakeChannel:
    """A channel in memory for tests: `sent` holds what left; set `error` to make the next sends fail."""

    capabilities = Capabilities(html=True)
    fields: tuple[Field, ...] = ()

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.sent: list[OutgoingMessage] = []
        self.error: Exception | None = None

    def parse(self, raw: bytes) -> IncomingMessage:
        """Take the bytes as the text of a message from nobody in particular."""
        text = raw.decode(errors="replace")
        return IncomingMessage(
            kind=MessageKind.MESSAGE,
            external_id="",
            sender=Address("someone@example.org"),
            subject="",
            text=text,
            full_text=text,
            sent_at=None,
        )

    def send(self, message: OutgoingMessage) -> SendResult:
        """Keep the message, or raise what the test has set."""
        if self.error is not None:
            raise self.error
        self.sent.append(message)
        return SendResult()

    def check(self) -> list[str]:
        """Nothing can be wrong with memory."""
        return []

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], None], stop: Callable[[], bool]
    ) -> None:
        """Nothing ever arrives by itself."""

    def replay(self) -> Iterator[OutgoingMessage]:
        """What left, oldest first."""
        yield from self.sent
