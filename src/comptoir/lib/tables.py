"""Tables as other programs export them: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252; and out."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MOST_ROWS = 10_000
MOST_BYTES = 20 * 2**20
LONGEST_CELL = 200_000
_FORMULA = re.compile(r"^[=+\-@\t\r]")


class BadTable(ValueError):
    """The file is no table; `code`: empty, heavy, long, torn."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(raw: bytes) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns, and (line number, cells by column) of each row that holds anything. Raises BadTable."""
    if len(raw) > MOST_BYTES:
        raise BadTable("heavy")
    text = _decoded(raw).replace("\x00", "")
    if not text.strip():
        raise BadTable("empty")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        columns = [cell.strip() for cell in next(reader)]
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(
                    (reader.line_num, {name: _plain(cell) for name, cell in zip(columns, cells, strict=False) if name})
                )
            if len(rows) > MOST_ROWS:
                raise BadTable("long")
    except csv.Error as error:
        raise BadTable("torn") from error
    return [name for name in columns if name], rows


def write(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table that spreadsheets open: UTF-8 with its mark, commas; no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        texts = ["" if cell is None else str(cell) for cell in row]
        writer.writerow([f"'{text}" if _FORMULA.match(text) else text for text in texts])
    return out.getvalue().encode("utf-8-sig")


def _decoded(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """The mark that stands most often in the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip().split("\n", 1)[0])
    return max(",;\t", key=first.count)


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell
