"""Compile translations in Python (a bare machine has no gettext): each room's .po beside it, or under COMPTOIR_HOME."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from comptoir.config.environment import Environment

PACKAGE = Path(__file__).resolve().parents[1]


def compile_all(package: Path = PACKAGE, home: Path | None = None) -> int:
    """Compile every catalogue that is newer than its compiled form; how many were compiled.

    Where the package cannot be written (installed by root, run by a user), the compiled form goes to HOME/locale.
    """
    work = stale(package, home)
    for source, target in work:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parents[1].name, abort_invalid=True)
        partial = target.with_name(f".django.{os.getpid()}.mo")
        with partial.open("wb") as compiled:
            write_mo(compiled, catalogue)
        partial.replace(target)
    return len(work)


def stale(package: Path = PACKAGE, home: Path | None = None) -> list[tuple[Path, Path]]:
    """The catalogues that are newer than their compiled form, each with where that goes."""
    found = []
    for source in sorted(package.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not os.access(source.parent, os.W_OK) and not _fresh(source, target):
            room, language = source.parents[3].name, source.parents[1].name
            target = (home or Environment.read().home) / "locale" / room / language / "LC_MESSAGES" / "django.mo"
        if not _fresh(source, target):
            found.append((source, target))
    return found


def _fresh(source: Path, target: Path) -> bool:
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime
