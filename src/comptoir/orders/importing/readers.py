"""A file cut into records, in a stream and in bounded memory: CSV rows grouped by order, JSON Lines, a JSON array."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from comptoir.orders.data import MAX_LINES
from comptoir.orders.importing import columns
from comptoir.orders.importing.custom import Columns
from comptoir.orders.importing.fields import Record

MAX_RECORD = 4 * 2**20  # characters
CHUNK = 1 << 16


class BadFile(ValueError):
    """The file as a whole cannot be read (any further); the text says why and where."""


@dataclass(frozen=True, slots=True)
class Found:
    """One record of the file: where it begins and what it says, or why it cannot be read."""

    line: int
    number: str = ""
    record: Record | None = None
    problem: str = ""


class Source:
    """A file's text, line by line or in chunks, knowing how many bytes were read. UTF-8, with or without a mark."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.bytes_read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()

    def chunks(self) -> Iterator[str]:
        """The text in pieces; raises BadFile where it is not UTF-8."""
        while block := self.raw.read(CHUNK):
            yield self._decode(block)
        yield self._decode(b"", final=True)

    def lines(self) -> Iterator[str]:
        """The text by lines (with their ends); raises BadFile for a line longer than a record may be."""
        while block := self.raw.readline(MAX_RECORD):
            if len(block) == MAX_RECORD and not block.endswith(b"\n"):
                raise BadFile(_("Une ligne dépasse 4\u00a0Mo\u202f: ce n’est sans doute pas un fichier de commandes."))
            yield self._decode(block)

    def _decode(self, block: bytes, *, final: bool = False) -> str:
        try:
            decoded = self._decoder.decode(block, final)
        except UnicodeDecodeError as problem:
            place = self.bytes_read + problem.start
            raise BadFile(
                _("Le fichier n’est pas en UTF-8 (octet %(place)s). Enregistrez-le en «\u202fCSV UTF-8\u202f».")
                % {"place": place}
            ) from problem
        self.bytes_read += len(block)
        return decoded


def records(source: Source, name: str, custom: Columns) -> Iterator[Found]:
    """The records of a file, by its name's ending (.csv, .json, .jsonl, .ndjson). Raises BadFile."""
    ending = Path(name).suffix.lower()
    if ending == ".csv":
        return csv_records(source, custom)
    if ending in {".jsonl", ".ndjson"}:
        return line_records(source)
    if ending == ".json":
        return array_records(source)
    raise BadFile(_("Le nom du fichier doit finir par .csv, .json ou .jsonl."))


# -- CSV


def csv_records(source: Source, custom: Columns) -> Iterator[Found]:
    """Orders of a CSV file: consecutive rows with the same order are its articles."""
    csv.field_size_limit(MAX_RECORD)
    lines = source.lines()
    first = next(lines, "")
    reader = csv.reader(_again(first, lines), delimiter=_separator(first), strict=True)
    try:
        headers = next(reader, [])
    except csv.Error as problem:
        raise BadFile(_("La ligne des titres ne peut pas être lue.")) from problem
    places = columns.recognise(headers)
    missing = [name for name in columns.REQUIRED if name not in places.values()]
    if missing:
        raise BadFile(_("Il manque ces colonnes\u202f: %(names)s.") % {"names": ", ".join(missing)})
    places |= custom.recognise(headers, places)
    seen: set[bytes] = set()
    for line, rows, wrong in _grouped(reader, places, len(headers)):
        number = rows[0].get("number", "") if rows else ""
        mark = blake2b(_identity(rows[0]).encode(), digest_size=8).digest() if rows else b""
        if not wrong and number and mark in seen:
            wrong = _("Les lignes de cette commande ne se suivent pas\u202f: triez le fichier par commande.")
        seen.add(mark)
        yield Found(line, number, problem=wrong) if wrong else Found(line, number, _nested(rows))


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _separator(header: str) -> str:
    return max(";,\t", key=header.count)


def _identity(row: dict[str, str]) -> str:
    return row.get("id") or row.get("number", "")


def _grouped(reader: Any, places: dict[int, str], width: int) -> Iterator[tuple[int, list[dict[str, str]], str]]:
    """Rows by order, with the first one's line, and what is wrong with the group."""
    rows: list[dict[str, str]] = []
    begun, problem = 0, ""
    for line, cells, broken in _rows(reader):
        row = {name: cells[place].strip() for place, name in places.items() if place < len(cells)}
        if rows and not broken and _identity(row) == _identity(rows[0]):
            problem = problem or _misshapen(cells, width)
            if len(rows) <= MAX_LINES:  # one more than allowed is kept, so that the check refuses the order
                rows.append(row)
            continue
        if rows:
            yield begun, rows, problem
        rows, begun, problem = ([] if broken else [row]), line, broken or _misshapen(cells, width)
        if broken:
            yield begun, [], broken
    if rows:
        yield begun, rows, problem


def _misshapen(cells: list[str], width: int) -> str:
    return "" if len(cells) <= width else _("Une ligne a plus de cellules que la ligne des titres.")


def _rows(reader: Any) -> Iterator[tuple[int, list[str], str]]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, [], _("La ligne ne peut pas être lue\u202f: un guillemet y est mal placé.")
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells, ""


def _nested(rows: list[dict[str, str]]) -> Record:
    """A group of rows as the nested record which JSON files hold."""
    head: dict[str, str] = {}
    for row in rows:  # some platforms write an order's own columns on its first row only
        head |= {
            name: value
            for name, value in row.items()
            if (name in columns.ORDER or "." in name) and value and name not in head
        }
    parcels: dict[tuple[str, str], Record] = {}
    lines: list[Record] = []
    for row in rows:
        if row.get("carrier") or row.get("tracking_number"):
            parcel = parcels.setdefault((row.get("carrier", ""), row.get("tracking_number", "")), _parcel(row))
            parcel["lines"].append(len(lines))
        lines.append({name.removeprefix("item_"): value for name, value in row.items() if name in columns.LINE})
        lines[-1] |= {"unit_price": lines[-1].pop("price", ""), "product": lines[-1].pop("id", "")}
    names = {
        "recipient": "name",
        "street": "street",
        "postcode": "postcode",
        "city": "city",
        "country": "country",
        "phone": "phone",
    }
    address = {to: head[name] for name, to in names.items() if head.get(name)}
    if address and "name" not in address and head.get("customer_name"):
        address["name"] = head["customer_name"]
    refund = {
        "amount": head.get("refund_amount"),
        "at": head.get("refund_at") or head.get("placed_at"),
        "reason": head.get("refund_reason"),
    }
    refunded = bool(head.get("refund_amount", "").strip("0., €"))
    return head | {
        "address": address,
        "lines": lines,
        "shipments": list(parcels.values()),
        "refunds": [refund] if refunded else [],
    }


def _parcel(row: dict[str, str]) -> Record:
    names = ("carrier", "shipped_at", "promised_on", "estimated_on", "delivered_at")
    relay = {name.removeprefix("relay_"): value for name, value in row.items() if name.startswith("relay_") and value}
    return {name: row.get(name, "") for name in names} | {
        "number": row.get("tracking_number", ""),
        "url": row.get("tracking_url", ""),
        "state": row.get("parcel_state", ""),
        "relay": relay,
        "lines": [],
    }


# -- JSON


_DECODER = json.JSONDecoder(parse_float=Decimal)


def line_records(source: Source) -> Iterator[Found]:
    """Orders of a JSON Lines file, one object a line; a line that is no object is refused alone."""
    for line, written in enumerate(source.lines(), 1):
        if not written.strip():
            continue
        try:
            yield _object(_DECODER.decode(written), line)
        except (ValueError, RecursionError):
            yield Found(line, problem=_("La ligne n’est pas un objet JSON."))


def array_records(source: Source) -> Iterator[Found]:
    """Orders of a JSON array, decoded one by one. Raises BadFile where the text is not JSON any more."""
    text = _Window(source.chunks())
    if text.skip() != "[":
        raise BadFile(_("Le fichier JSON doit être une liste\u202f: [ {…}, {…} ]."))
    text.take(1)
    between = text.skip()
    while between != "]":
        line = text.line
        yield _object(text.decode(), line)
        between = text.skip()
        if between not in (",", "]"):
            raise BadFile(_("Le fichier JSON est abîmé à la ligne %(line)s.") % {"line": text.line})
        if between == ",":
            text.take(1)
            text.skip()


def _object(value: Any, line: int) -> Found:
    if not isinstance(value, dict):
        return Found(line, problem=_("L’enregistrement n’est pas un objet JSON."))
    number = value.get("number")
    return Found(line, str(number)[:60] if isinstance(number, str | int) else "", value)


class _Window:
    """The part of a JSON text that is not decoded yet."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._at = 0
        self.line = 1

    def _more(self, least: int = 1) -> bool:
        parts = io.StringIO()
        parts.write(self._text[self._at :])
        size = parts.tell() + least
        ended = False
        while parts.tell() < size:
            piece = next(self._chunks, None)
            if piece is None:
                ended = True
                break
            parts.write(piece)
        grown = parts.tell() > len(self._text) - self._at
        self._text, self._at = parts.getvalue(), 0
        return grown or not ended

    def skip(self) -> str:
        """Go to the next character that is no white space; it is returned (empty at the end)."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self.take(1)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, count: int) -> None:
        """Leave that many characters behind."""
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def decode(self) -> Any:
        """The value that begins here; reads on until it is whole."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as problem:
                left = len(self._text) - self._at
                if left > MAX_RECORD or not self._more(max(left, CHUNK)):
                    raise BadFile(
                        _("Le fichier JSON est abîmé à la ligne %(line)s.") % {"line": self.line}
                    ) from problem
                continue
            self.take(end - self._at)
            return value
