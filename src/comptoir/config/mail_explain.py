"""`comptoir mail explain`: how a mail is read, one JSON object a line; no database, no network."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comptoir.config.environment import BadSetting, Environment
from comptoir.config.keys import keyring_path
from comptoir.lib.mail.explain import explained, reasons
from comptoir.lib.mail.linking import Links
from comptoir.lib.mail.parse import MAX_RAW, understand


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="a mail as it came over the wire (.eml)")
    parser.add_argument("--paths-from", metavar="LIST", help="a file with one path a line; - for standard input")
    parser.add_argument("--why", action="store_true", help="add the reasons in words (French or English, by LANG)")
    parser.add_argument("--trusted", default="", metavar="SERVERS", help="our mail servers whose checks are believed")


def run(arguments: argparse.Namespace) -> int:
    """Print one line a mail, in their order; 1 when one could not be read."""
    if not arguments.files and not arguments.paths_from:
        print("Name a file, or give paths with `--paths-from -`.", file=sys.stderr)
        return 2
    reader = Reader(arguments.trusted.replace(",", " ").split(), arguments.why, language())
    failed = False
    for path in _paths(arguments):
        line = reader.line(path)
        failed = failed or "error" in line
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


def language() -> str:
    """The language of the terminal: "fr" when it is French, else "en"."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def _paths(arguments: argparse.Namespace) -> Iterator[str]:
    yield from arguments.files
    if arguments.paths_from == "-":
        yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
    elif arguments.paths_from:
        with Path(arguments.paths_from).open(errors="surrogateescape") as lines:
            yield from (line.rstrip("\r\n") for line in lines if line.strip())


@dataclass(slots=True)
class Reader:
    """Reads one mail after the other; only the Message-IDs of those before are remembered."""

    trusted: list[str]
    why: bool
    language: str
    links: Links

    def __init__(self, trusted: list[str], why: bool, language: str) -> None:
        self.trusted, self.why, self.language = trusted, why, language
        self.links = Links(proves=proves)

    def line(self, path: str) -> dict[str, Any]:
        """What is printed for a mail; an `error` when the file cannot be read."""
        try:
            with Path(path).open("rb") as file:
                raw = file.read(MAX_RAW + 1)
        except (OSError, ValueError) as error:
            return {"path": path, "error": getattr(error, "strerror", None) or str(error)}
        understood = understand(raw, trusted=self.trusted)
        link = self.links.place(understood.message, path)
        line = explained(path, understood.message, link)
        if self.why:
            line["why"] = reasons(understood, link, self.language)
        return line


def proves(signature: str, conversation: str) -> bool:
    """Whether our keyring signed a thread token; without a keyring on this machine nothing is proved."""
    try:
        path = keyring_path(Environment.read())
        if path is not None and not path.is_file():
            return False
        from comptoir.core import keys

        return keys.proves(signature, conversation, purpose="thread")
    except (BadSetting, OSError, ValueError, KeyError):
        return False
