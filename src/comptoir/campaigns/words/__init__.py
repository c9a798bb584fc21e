"""Our own texts, one file a language: what a shop sends until it writes its own."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from comptoir.campaigns.models import Model

SPOKEN = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with its places; `version` 0 is ours."""

    subject: str
    title: str
    body: str
    version: int = 0


def ours(kind: str, model: str, language: str) -> Wording:
    """Our text of a kind (and of a model of confirmation), in a language that we speak."""
    said = _read(language)[kind]
    if model and model != Model.PLAIN:
        said = said[model]
    return Wording(said["subject"], said["title"], said["body"])


def frame(language: str) -> dict[str, Any]:
    """The words around every text."""
    return {**_read(language)["frame"], "greeting": _read(language)["greeting"]}


def language_of(*wanted: str) -> str:
    """The first of these languages that we speak; English when we speak none."""
    return next((code for code in (one[:2].lower() for one in wanted) if code in SPOKEN), "en")


@cache
def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8"))
