"""Find the texts of every room and say which have no English yet.

`bin/messages` lists them, `--write` adds them (empty) to each room's .po and takes out what is used no more, `--check`
fails when one is missing. Texts are French in the source; a placeholder must be the same in both languages.
"""

import argparse
import io
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "comptoir"
LANGUAGE = "en"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}|%[sd]")
Key = tuple[str, str]  # context, singular


@dataclass
class Text:
    """A text as the source has it."""

    singular: str
    plural: str = ""
    context: str = ""
    places: list[tuple[str, int]] = field(default_factory=list)

    @property
    def key(self) -> Key:
        return (self.context, self.singular)


def main() -> int:
    """List, write or check."""
    parser = argparse.ArgumentParser(prog="bin/messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a text has no English")
    parser.add_argument("--write", action="store_true", help="bring the .po files up to date")
    parser.add_argument("rooms", nargs="*", help="some rooms only")
    arguments = parser.parse_args()
    rooms = arguments.rooms or sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
    everything = {room: catalogue(room) for room in (p.name for p in PACKAGE.iterdir() if p.is_dir())}
    known = {key for catalogue_ in everything.values() for key in translated(catalogue_)}
    count = 0
    for room in rooms:
        texts = extract(room)
        missing = [text for text in texts.values() if text.key not in known]
        problems = placeholders(everything.get(room) or Catalog(LANGUAGE))
        unused = [key for key in translated(everything.get(room)) if key not in texts]
        for text in missing:
            path, line = text.places[0]
            print(f"{path}:{line}: {text.singular!r} has no English")
        for problem in problems:
            print(f"{room}: {problem}")
        for _, singular in unused:
            print(f"{room}: {singular!r} is translated but used no more")
        count += len(missing) + len(problems)
        if arguments.write and (missing or unused):
            write(room, everything.get(room), texts, missing)
    if not count:
        print("Every text has its English.")
    return 1 if count and arguments.check else 0


def extract(room: str) -> dict[Key, Text]:
    """The texts of a room's Python files and templates."""
    found: dict[Key, Text] = {}
    for path in sorted((PACKAGE / room).rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_text()
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            source = templatize(path)
        else:
            continue
        for line, function, messages, _ in extract_python(io.BytesIO(source.encode()), list(KEYWORDS), [], {}):
            text = read_message(function, messages)
            if text is not None:
                text = found.setdefault(text.key, text)
                text.places.append((str(path.relative_to(ROOT)), line))
    return found


def templatize(path: Path) -> str:
    """A template as Python source with the same texts."""
    from django.utils.translation.template import templatize as django_templatize

    return django_templatize(path.read_text(), origin=str(path))


def read_message(function: str | None, messages: object) -> Text | None:
    """The text of one call; None when its argument is not a literal."""
    parts = list(messages) if isinstance(messages, tuple | list) else [messages]
    spec = KEYWORDS.get(function or "")
    positions = spec or (1,)
    values: list[str] = []
    context = ""
    for position in positions:
        index = position[0] if isinstance(position, tuple) else position
        value = parts[index - 1] if index <= len(parts) else None
        if not isinstance(value, str):
            return None
        if isinstance(position, tuple):
            context = value
        else:
            values.append(value)
    if not values[0]:
        return None
    return Text(values[0], values[1] if len(values) > 1 else "", context)


def po_path(room: str) -> Path:
    """Where a room's English stands."""
    return PACKAGE / room / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def catalogue(room: str) -> Catalog | None:
    """A room's catalogue."""
    path = po_path(room)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def translated(found: Catalog | None) -> set[Key]:
    """The texts that have English."""
    keys: set[Key] = set()
    for message in found or ():
        singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if singular and all(words) and "fuzzy" not in message.flags:
            keys.add((message.context or "", singular))
    return keys


def placeholders(found: Catalog) -> list[str]:
    """Texts whose English has other placeholders."""
    wrong = []
    for message in found:
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        allowed = {m.group() for text in ids for m in PLACEHOLDER.finditer(text)}
        for word in words:
            strange = {m.group() for m in PLACEHOLDER.finditer(word or "")} - allowed
            if message.id and strange:
                wrong.append(f"{ids[0]!r}: the English has {', '.join(sorted(strange))}")
    return wrong


def write(room: str, old: Catalog | None, texts: dict[Key, Text], missing: list[Text]) -> None:
    """Bring a room's .po up to date, in the order of the source; translations that exist are kept."""
    fresh = Catalog(LANGUAGE, project="Comptoir", charset="utf-8", fuzzy=False)
    wanted = {text.key for text in missing}
    for key, text in texts.items():
        kept = old.get(text.singular, text.context or None) if old else None
        if kept is None and key not in wanted:
            continue  # another room has it
        identifier = (text.singular, text.plural) if text.plural else text.singular
        fresh.add(
            identifier,
            kept.string if kept else None,
            locations=[(path, None) for path in dict.fromkeys(path for path, _ in text.places)],
            context=text.context or None,
            flags=kept.flags if kept else (),
        )
    path = po_path(room)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, include_lineno=False, omit_header=False)


if __name__ == "__main__":
    sys.exit(main())
