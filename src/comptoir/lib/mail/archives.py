"""Old mail out of files: mbox (Thunderbird, Gmail Takeout, mutt), Maildir, and folders of EML files.

Nothing is read whole: an index of places comes first, one entry a mail, then each mail when it is asked for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from pathlib import Path

LARGEST = 60_000_000  # bytes of one mail that are taken
HEAD = 100_000  # bytes of a mail in which its headers are looked for
_FROM = re.compile(rb"^From [^\r\n]{0,300}\d{1,2}:\d\d(?::\d\d)?[^\r\n]{0,60}\d{4}")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAILDIR = ("cur", "new")
_ENDINGS = {".eml", ".emlx", ".msg822"}
_ZERO = datetime(1990, 1, 1, tzinfo=UTC)


class NotAnArchive(ValueError):
    """The path holds no mail that can be read; the text says why, in French."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mail stands. Places sort by when the mails were written, so that answers come after questions."""

    at: float
    path: Path
    start: int = 0
    size: int = 0
    labels: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.start}" if self.start else str(self.path)


def index(path: Path) -> Iterator[Place]:
    """Every mail below a path, in the order of the files; raises NotAnArchive for what holds none."""
    if path.is_file():
        if path.suffix.lower() in _ENDINGS:
            yield _of_file(path)
            return
        yield from _mbox(path)
        return
    if not path.is_dir():
        raise NotAnArchive(f"{path} n’existe pas.")
    found = False
    for inner in sorted(path.rglob("*")):
        if not inner.is_file() or inner.name.startswith("."):
            continue
        if inner.parent.name in _MAILDIR or inner.suffix.lower() in _ENDINGS:
            found = True
            yield _of_file(inner)
        elif _is_mbox(inner):
            found = True
            yield from _mbox(inner)
    if not found:
        raise NotAnArchive(f"{path} ne contient ni mbox, ni Maildir, ni fichier .eml.")


def read(place: Place) -> bytes:
    """The bytes of a mail as it was sent, without what its archive had added."""
    with place.path.open("rb") as stream:
        stream.seek(place.start)
        raw = stream.read(place.size)
    if place.start or place.path.suffix.lower() not in _ENDINGS:
        head, _, body = raw.partition(b"\n") if _FROM.match(raw) else (b"", b"", raw)
        return _QUOTED_FROM.sub(rb"\1", body) if head else raw
    return _without_length(raw) if place.path.suffix.lower() == ".emlx" else raw


def _without_length(raw: bytes) -> bytes:
    """Apple's files begin with the length of the mail, and end with a list of properties."""
    first, _, rest = raw.partition(b"\n")
    return rest[: int(first)] if first.strip().isdigit() else raw


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as stream:
        return _FROM.match(stream.read(500)) is not None


def _mbox(path: Path) -> Iterator[Place]:
    if not _is_mbox(path):
        raise NotAnArchive(f"{path} n’est pas un fichier mbox : il devrait commencer par « From ».")
    start, position, blank, head = 0, 0, True, bytearray()
    with path.open("rb", buffering=2**20) as stream:
        while line := stream.readline(2**20):
            if blank and position > start and _FROM.match(line):
                yield _place(path, bytes(head), start, position - start)
                start, head = position, bytearray()
            elif len(head) < HEAD and not head.endswith((b"\n\n", b"\r\n\r\n")):
                head += line
            blank = not line.strip(b"\r\n")
            position += len(line)
    if position > start:
        yield _place(path, bytes(head), start, position - start)


def _of_file(path: Path) -> Place:
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    return _place(path, head, 0, path.stat().st_size)


def _place(path: Path, head: bytes, start: int, size: int) -> Place:
    if _FROM.match(head):
        head = head.partition(b"\n")[2]
    try:
        fields = BytesHeaderParser(policy=compat32).parsebytes(head)
        date, labels = str(fields.get("date", "")), str(fields.get("x-gmail-labels", ""))
    except Exception:  # what breaks the parser is read, and refused or taken, when its turn comes
        date, labels = "", ""
    return Place(_moment(date).timestamp(), path, start, size, labels[:500])


def _moment(text: str) -> datetime:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return _ZERO
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if 1980 < found.year < 2100 else _ZERO
