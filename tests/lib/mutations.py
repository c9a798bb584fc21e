"""Malformed mails, made from real ones: each mutant is named by its seed and number, and can be made again."""

import base64
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

OWN = Path(__file__).parent.parent / "mail"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mail"
LARGEST_SEED = 200_000  # bytes
MAX_STEPS = 6

_LABELS = [b"utf-8", b"UTF-16", b"utf-7", b"iso-2022-jp", b"shift_jis", b"gb2312", b"big5", b"ks_c_5601-1987", b"idna", b"rot13", b"zip", b"", b'"', b"x" * 300, b"iso-8859-99", b"hz-gb-2312", b"unicode_escape"]  # fmt: skip
_ENCODINGS = [b"base64", b"quoted-printable", b"x-uuencode", b"7bit", b"8bit", b"binary", b"base64 (lie)", b"", b"gzip"]
_TYPES = [b"text/plain", b"text/html", b"text/calendar", b"text/enriched", b"multipart/mixed", b"multipart/alternative", b"multipart/related", b"multipart/report; report-type=delivery-status", b"multipart/signed", b"message/rfc822", b"message/partial", b"message/delivery-status", b"message/feedback-report", b"message/disposition-notification", b"message/external-body", b"application/ms-tnef", b"application/pkcs7-mime", b"application/pgp-encrypted", b"text", b"/", b"multipart/"]  # fmt: skip
_WORDS = [b"=?utf-8?B?w6k", b"=?utf-8?Q?=C3?=", b"=??Q?x?=", b"=?iso-2022-jp?B?GyRC?=", b"<<>>", b"(((", b'"""', b"\\", b"@", b",;,;:", b"a@b <c@d> (e) \"f", b"\x00", b"\xff\xfe", b"\x1b$B", b"\xe2\x80\xae", b"%s%n", b"=" * 200, b"> " * 100, b"On 1/1/2026 at 10:00 X wrote:", b"-----Original Message-----", b"begin 644 x\n#AAAA\nend\n", b"=ybegin line=128 size=3 name=x\nabc\n=yend\n", b"-- \n", b"BEGIN:VEVENT\nDTSTART:99999999\n"]  # fmt: skip
_LINES = [b"\r\n", b"\n", b"\r"]
_HEADER = re.compile(rb"(?m)^[A-Za-z-]{2,40}:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_BOUNDARY = re.compile(rb'(?i)boundary\s*=\s*"?([^\s";]{1,200})')


def seeds(shared: Path | None = SHARED, largest: int = LARGEST_SEED) -> list[bytes]:
    """The mails of tests/mail, and those of the shared data where they are; none larger than `largest` bytes."""
    paths = sorted(OWN.glob("*.eml"))
    if shared is not None and shared.is_dir():
        paths += sorted(path for path in shared.rglob("files/**/*") if path.is_file() and path.suffix != ".json")
    return [raw for path in paths if 0 < len(raw := path.read_bytes()) <= largest]


def mutants(originals: Sequence[bytes], seed: int, count: int, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """`count` mutants from number `first` on, each with its number; the same for the same originals and seed."""
    for number in range(first, first + count):
        chance = random.Random(f"{seed}:{number}")
        raw = chance.choice(originals)
        for _ in range(chance.randint(1, MAX_STEPS)):
            raw = chance.choice(STEPS)(raw, chance, originals)
        yield number, raw[:1_000_000]


def _at(raw: bytes, chance: random.Random) -> int:
    """A place; often one in the head, where structure is."""
    return chance.randrange(min(len(raw), 3_000) + 1) if chance.random() < 0.6 else chance.randrange(len(raw) + 1)


def _flip(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.randint(1, 20)):
        if data:
            data[min(_at(raw, chance), len(data) - 1)] = chance.randrange(256)
    return bytes(data)


def _delete(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start = _at(raw, chance)
    return raw[:start] + raw[start + chance.choice([1, 3, 10, 80, 500, 5_000]) :]


def _repeat(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start = _at(raw, chance)
    piece = raw[start : start + chance.choice([1, 5, 80, 400])]
    return raw[:start] + piece * chance.choice([2, 3, 50, 300]) + raw[start:]


def _insert(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start = _at(raw, chance)
    piece = chance.choice(_WORDS) if chance.random() < 0.7 else chance.randbytes(chance.randint(1, 60))
    return raw[:start] + piece + raw[start:]


def _truncate(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _line_ends(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return re.sub(rb"\r\n|\r|\n", chance.choice(_LINES), raw)


def _shuffle_lines(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(chance.randint(1, 10)):
        a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def _header(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """One header field lost, doubled, emptied, filled with nonsense, or made very long."""
    found = list(_HEADER.finditer(raw[:20_000]))
    if not found:
        return raw
    one = chance.choice(found)
    name, _, value = one.group().partition(b":")
    changed = chance.choice([
        b"", one.group() + b"\n" + one.group(), name + b":", name + b": " + chance.choice(_WORDS) + value,
        name + b": " + value * chance.choice([20, 300]), name.swapcase() + b" :" + value, name + b"\n:" + value,
    ])  # fmt: skip
    return raw[: one.start()] + changed + raw[one.end() :]


def _structure(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """A wrong type, charset, encoding or boundary."""
    swaps: list[tuple[bytes, list[bytes]]] = [
        (rb"(?i)(?<=charset=)[^\s;]+", _LABELS),
        (rb"(?i)(?<=transfer-encoding: )[^\r\n]+", _ENCODINGS),
        (rb"(?i)(?<=content-type: )[\w/.-]+", _TYPES),
        (rb'(?i)boundary\s*=\s*"?[^\s";]+', [b"", b'boundary=""', b"boundary=x", b"boundary=" + b"y" * 500]),
    ]
    pattern, values = chance.choice(swaps)
    return re.sub(pattern, lambda _: chance.choice(values), raw, count=chance.choice([1, 1, 5]))


def _splice(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return raw[: _at(raw, chance)] + other[_at(other, chance) :]


def _enclose(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The mail inside another one, some levels deep, sometimes in base64."""
    for _ in range(chance.choice([1, 2, 10, 40])):
        if chance.random() < 0.3 and len(raw) < 100_000:
            raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(raw)
        else:
            raw = (
                b"Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: message/rfc822\n\n"
                + raw
                + b"\n--q--\n"
            )
    return b"From: a@b.fr\nSubject: TR: x\n" + raw


def _many_parts(raw: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    found = _BOUNDARY.search(raw)
    if not found:
        return raw
    line = b"\n--" + found.group(1) + b"\n"
    part = line + b"Content-Type: " + chance.choice(_TYPES) + b"\n\n" + chance.choice(_WORDS)
    place = _at(raw, chance)
    return raw[:place] + part * chance.choice([3, 100, 1_500]) + raw[place:]


STEPS: list[Callable[[bytes, random.Random, Sequence[bytes]], bytes]] = [
    _flip, _delete, _repeat, _insert, _truncate, _line_ends, _shuffle_lines, _header, _header, _structure, _structure,
    _splice, _enclose, _many_parts,
]  # fmt: skip
