"""Looking for a person's strings everywhere: every text and JSON column of every table, raw bytes, and the files.

remains(["claire.vasseur@orange.example", "Naudières"]) gives the places where one of them still stands.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

TEXTUAL = ("text", "character varying", "character", "json", "jsonb", "ARRAY", "tsvector", "citext", "name")


def remains(strings: Iterable[str]) -> list[str]:
    """Where one of the strings still stands: "table.column: string" or a file's path, whatever its case."""
    wanted = [string for string in strings if string]
    assert wanted, "nothing to look for"
    return [*_in_tables(wanted), *_in_files(wanted)]


def columns() -> list[tuple[str, str, str]]:
    """Table, column and type of everything that can hold text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT held.table_name, held.column_name, held.data_type FROM information_schema.columns held
            JOIN information_schema.tables USING (table_schema, table_name)
            WHERE held.table_schema = 'public' AND table_type = 'BASE TABLE'
              AND (held.data_type = ANY(%s) OR held.data_type IN ('bytea', 'USER-DEFINED'))
            """,
            [list(TEXTUAL)],
        )
        return [(table, column, kind) for table, column, kind in cursor.fetchall()]


def _in_tables(wanted: list[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        for table, column, kind in columns():
            # JSON escapes what is not ASCII in its text form only when it is of type json: ::jsonb shows it plain
            value = {"bytea": "encode(\"{0}\", 'escape')", "json": '"{0}"::jsonb::text'}.get(kind, '"{0}"::text')
            expression = value.format(column)
            for string in wanted:
                looked_for = _escaped(string) if kind == "bytea" else string
                cursor.execute(
                    f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE position(lower(%s) in lower({expression})) > 0)',
                    [looked_for],
                )
                if cursor.fetchone()[0]:
                    yield f"{table}.{column}: {string}"


def _escaped(string: str) -> str:
    """The string as encode(..., 'escape') shows its UTF-8 bytes."""
    return "".join(chr(octet) if octet < 128 else f"\\{octet:03o}" for octet in string.encode())


def _in_files(wanted: list[str]) -> Iterator[str]:
    home = Path(settings.ENVIRONMENT.home)
    for path in home.rglob("*"):
        if not path.is_file() or "static" in path.relative_to(home).parts[:1]:
            continue
        content = path.read_bytes().lower()
        for string in wanted:
            if string.lower().encode() in content or string.lower() in path.name.lower():
                yield f"{path.relative_to(home)}: {string}"
