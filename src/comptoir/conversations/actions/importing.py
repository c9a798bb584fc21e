"""Old mail taken in: closed, silent, searchable, each mail once however often the import is run."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection, transaction

from comptoir.conversations.actions.arriving import TURN, understand_waiting
from comptoir.conversations.actions.hiding import hidden_raw
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Inbox, Message, RawMessage
from comptoir.conversations.ours import Ours, ours
from comptoir.lib.mail.archives import LARGEST, Place, read
from comptoir.ports.channel import IncomingMessage

BATCH = 25  # mails after which mail that arrives meanwhile gets its turn
REFUSALS = 1_000  # of which the report says where and why
UNWANTED = ("spam", "trash", "draft", "brouillon", "corbeille", "papierkorb", "entwürfe", "cestino", "bozze")

Parse = Callable[[bytes], IncomingMessage]


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    taken: int = 0
    known: int = 0
    passed_over: int = 0
    ignored: int = 0
    failed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    refusals: list[tuple[str, str]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many mails were looked at."""
        return self.taken + self.known + self.passed_over + self.ignored + self.failed

    def refuse(self, place: Place, reason: str) -> None:
        """One mail could not be taken; the others go on."""
        self.failed += 1
        if len(self.refusals) < REFUSALS:
            self.refusals.append((str(place), reason))

    def saw(self, incoming: IncomingMessage) -> None:
        """Count what a mail is, and when it was written."""
        self.kinds[str(incoming.kind)] += 1
        if incoming.sent_at is not None:
            self.first = min(self.first or incoming.sent_at, incoming.sent_at)
            self.last = max(self.last or incoming.sent_at, incoming.sent_at)


def take_in(
    inbox: Inbox, places: Iterable[Place], *, dry_run: bool = False, progress: Callable[[Report], None] = lambda _: None
) -> Report:
    """Take the mails at these places into an inbox, oldest first (the caller sorts them).

    Each commits by itself, so an import that was stopped goes on where it was: what is there already is passed over by
    its bytes, and what arrived through the mailbox by its Message-ID. Nothing rings, nothing answers, nothing waits.
    """
    report, parse = Report(), channel_for(inbox).parse
    batch: list[Place] = []
    for place in places:
        batch.append(place)
        if len(batch) == BATCH:
            _batch(inbox, batch, parse, report, dry_run)
            progress(report)
            batch = []
    _batch(inbox, batch, parse, report, dry_run)
    progress(report)
    return report


def _batch(inbox: Inbox, batch: list[Place], parse: Parse, report: Report, dry_run: bool) -> None:
    if dry_run:
        for place in batch:
            _look(inbox, place, parse, report)
        return
    own = ours()
    with _turn(inbox):
        for place in batch:
            _take(inbox, place, parse, report, own)
    understand_waiting(inbox)


@contextmanager
def _turn(inbox: Inbox) -> Iterator[None]:
    """Nobody else receives for this inbox meanwhile: threads need their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [TURN, inbox.pk])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [TURN, inbox.pk])


def _take(inbox: Inbox, place: Place, parse: Parse, report: Report, own: Ours) -> None:
    raw = _bytes(place, report)
    if raw is None:
        return
    key = _key(raw)
    if RawMessage.objects.filter(inbox=inbox, source_key=key).exists():
        report.known += 1
        return
    try:
        with transaction.atomic():
            incoming = parse(raw)
            state = _receive(inbox, raw, key, incoming, outgoing=incoming.sender.email in own)
    except OperationalError:
        raise
    except Exception as error:  # one poisoned mail never stops the rest; it is kept with its error
        report.refuse(place, f"{type(error).__name__}: {error}"[:300])
        _keep(inbox, raw, key, RawMessage.State.FAILED, error=f"{type(error).__name__}: {error}"[:500])
        return
    report.saw(incoming)
    if state == RawMessage.State.RECEIVED:
        report.taken += 1
    else:
        report.ignored += 1


def _receive(inbox: Inbox, raw: bytes, key: str, incoming: IncomingMessage, *, outgoing: bool) -> str:
    row = _keep(inbox, raw, key, RawMessage.State.RECEIVED, outgoing=outgoing)
    message = receive(inbox, incoming, raw=row)
    if message is None:
        row.state = RawMessage.State.IGNORED
        row.save(update_fields=["state"])
        return RawMessage.State.IGNORED
    content = hidden_raw(raw, message.flags)
    row.customer_key, row.content, row.size = message.conversation.identity.customer_id, content, len(content)
    row.save(update_fields=["customer_key", "content", "size"])
    return RawMessage.State.RECEIVED


def _keep(inbox: Inbox, raw: bytes, key: str, state: str, *, error: str = "", outgoing: bool = False) -> RawMessage:
    return RawMessage.objects.create(
        inbox=inbox,
        source_key=key,
        sha256=key.removeprefix("import:"),
        content=raw,
        size=len(raw),
        state=state,
        error=error,
        silent=True,
        outgoing=outgoing,
    )


def _look(inbox: Inbox, place: Place, parse: Parse, report: Report) -> None:
    """What would become of a mail, without a word written."""
    raw = _bytes(place, report)
    if raw is None:
        return
    incoming = parse(raw)
    known = RawMessage.objects.filter(inbox=inbox, source_key=_key(raw)).exists()
    there = Message.objects.filter(inbox=inbox, message_id=incoming.external_id[:460])
    if known or (incoming.external_id and there.exists()):
        report.known += 1
        return
    report.saw(incoming)
    report.taken += 1


def _bytes(place: Place, report: Report) -> bytes | None:
    labels = place.labels.lower()
    if any(word in labels for word in UNWANTED):
        report.passed_over += 1
        return None
    if place.size > LARGEST:
        report.refuse(place, f"{place.size // 1_000_000} Mo")
        return None
    try:
        raw = read(place)
    except OSError as error:
        report.refuse(place, error.strerror or str(error))
        return None
    if not raw.strip():
        report.passed_over += 1
        return None
    return raw


def _key(raw: bytes) -> str:
    return f"import:{hashlib.sha256(raw).hexdigest()}"
