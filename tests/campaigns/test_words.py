"""Our own texts say the same in each of the nine languages: every kind, every model, the same places."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comptoir.campaigns import words
from comptoir.customers.languages import OWN_NAMES

PLACE = re.compile(r"\{\{ ([\w.]+)|(?<!\{)\{(\w+)\}")
FOLDER = Path(words.__file__).parent


def read(language: str) -> dict[str, Any]:
    return dict(flat(tomllib.loads((FOLDER / f"{language}.toml").read_text())))


def flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield above + name, value


def places(value: Any) -> Any:
    return sorted(set(PLACE.findall(value))) if isinstance(value, str) else len(value)


def test_they_are_there_for_everybody_who_may_be_spoken_to() -> None:
    assert set(words.SPOKEN) == set(OWN_NAMES)
    assert words.language_of("pl-PL", "fr") == "pl"
    assert words.language_of("fi", "de") == "de"


@pytest.mark.parametrize("language", sorted(set(words.SPOKEN) - {"fr"}))
def test_they_say_the_same(language: str) -> None:
    french, other = read("fr"), read(language)
    assert set(other) == set(french)
    assert [name for name, value in french.items() if places(other[name]) != places(value)] == []
    # the greeting and the name of the house may be alike; a sentence is not
    assert [name for name, value in other.items() if value == french[name] and " " in str(value)] == []
