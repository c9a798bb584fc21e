"""Find the texts of every room and say which have no English yet, and which a shopper cannot read in their language.

English has every text, the seven further languages what shoppers read (bin/shopper_texts.py). `bin/messages` lists what
is missing, `--write` adds it (empty) to each room's .po and takes out what is used no more, `--check` fails when
something is missing. Texts are French in the source; their placeholders are the same in every language.
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
from shopper_texts import spans

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comptoir.config.settings")
ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "comptoir"
ENGLISH = "en"
FURTHER = ("de", "es", "it", "nl", "pt", "pl", "sv")
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


Texts = dict[Key, Text]


def main() -> int:
    """List, write or check."""
    parser = argparse.ArgumentParser(prog="bin/messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a text is missing in a language")
    parser.add_argument("--write", action="store_true", help="bring the .po files up to date")
    parser.add_argument("--language", choices=(ENGLISH, *FURTHER), help="one language only")
    parser.add_argument("rooms", nargs="*", help="some rooms only")
    arguments = parser.parse_args()
    rooms = arguments.rooms or sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
    everything = {room: extract(room) for room in rooms}
    read = shoppers_own(everything)
    count = 0
    for language in [arguments.language] if arguments.language else (ENGLISH, *FURTHER):
        count += look(language, everything if language == ENGLISH else read, arguments.write)
    if not count:
        print("Every text has its English, and what shoppers read is there in the seven further languages.")
    return 1 if count and arguments.check else 0


def look(language: str, wanted: dict[str, Texts], mend: bool) -> int:
    """Say what one language lacks, room by room, and add it where that is asked for; how many texts it is."""
    catalogues = {path.name: catalogue(path.name, language) for path in PACKAGE.iterdir() if path.is_dir()}
    known = {key for each in catalogues.values() for key in translated(each)}
    count = 0
    for room, texts in wanted.items():
        held = catalogues[room]
        missing = [text for text in texts.values() if text.key not in known]
        if language != ENGLISH:
            known |= {text.key for text in missing}  # what several rooms say is asked for once
        problems = placeholders(held or Catalog(language))
        unused = [key for key in translated(held) if key not in texts]
        for text in missing:
            path, line = text.places[0]
            print(f"{path}:{line}: {text.singular!r} is not there in {language}")
        for problem in problems:
            print(f"{room}, {language}: {problem}")
        for _, singular in unused:
            print(f"{room}: {singular!r} is there in {language} but used no more")
        count += len(missing) + len(problems)
        if mend and (missing or unused):
            write(room, language, held, texts, missing)
    return count


def shoppers_own(everything: dict[str, Texts]) -> dict[str, Texts]:
    """Of the texts of each room, those that a shopper may read; the portal first."""
    pieces = [(str(path.relative_to(ROOT)), first, last) for path, first, last in spans()]
    rooms = sorted(everything, key=lambda name: (name != "portal", name))
    return {room: {key: text for key, text in everything[room].items() if _within(text, pieces)} for room in rooms}


def _within(text: Text, pieces: list[tuple[str, int, int]]) -> bool:
    return any(path == there and first <= line <= last for there, line in text.places for path, first, last in pieces)


def extract(room: str) -> Texts:
    """The texts of a room's Python files and templates."""
    found: Texts = {}
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


def po_path(room: str, language: str) -> Path:
    """Where a room's texts of a language stand."""
    return PACKAGE / room / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(room: str, language: str) -> Catalog | None:
    """A room's catalogue of a language."""
    path = po_path(room, language)
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)


def both(value: object) -> tuple[str, ...]:
    """A text's singular and plural, or its one form."""
    return tuple(value) if isinstance(value, tuple | list) else (str(value or ""),)


def translated(found: Catalog | None) -> set[Key]:
    """The texts that are there, in every form that the language's numbers ask for."""
    keys: set[Key] = set()
    for message in found or ():
        ids, words = both(message.id), both(message.string)
        whole = len(ids) == 1 or (found is not None and len(words) == found.num_plurals)
        if ids[0] and all(words) and whole and "fuzzy" not in message.flags:
            keys.add((message.context or "", ids[0]))
    return keys


def placeholders(found: Catalog) -> list[str]:
    """Texts whose translation has other placeholders; a form for a number may leave the number out."""
    wrong = []
    for message in found:
        ids, words = both(message.id), both(message.string)
        allowed = {m.group() for text in ids for m in PLACEHOLDER.finditer(text)}
        for word in filter(None, words if message.id else ()):
            held = {m.group() for m in PLACEHOLDER.finditer(word)}
            strange = held ^ allowed if len(ids) == 1 else held - allowed
            if strange:
                wrong.append(f"{ids[0]!r}: {', '.join(sorted(strange))} is on one side only")
    return wrong


def write(room: str, language: str, old: Catalog | None, texts: Texts, missing: list[Text]) -> None:
    """Bring a room's .po up to date, in the order of the source; translations that exist are kept."""
    fresh = Catalog(language, project="Comptoir", charset="utf-8", fuzzy=False)
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
    path = po_path(room, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, include_lineno=False, omit_header=False)


if __name__ == "__main__":
    sys.exit(main())
