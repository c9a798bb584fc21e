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
    count = 0
    for source in sorted(package.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if not os.access(source.parent, os.W_OK):
            if _fresh(source, target):
                continue
            room, language = source.parents[3].name, source.parents[1].name
            base = (home or Environment.read().home) / "locale" / room / language / "LC_MESSAGES"
            base.mkdir(parents=True, exist_ok=True)
            target = base / "django.mo"
        if _fresh(source, target):
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parents[1].name, abort_invalid=True)
        partial = target.with_name(f".django.{os.getpid()}.mo")
        with partial.open("wb") as compiled:
            write_mo(compiled, catalogue)
        partial.replace(target)
        count += 1
    return count


def _fresh(source: Path, target: Path) -> bool:
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime
