"""`comptoir mail explain`: how a mail is read, one JSON object a line; no database, no network."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comptoir.lib.mail.explain import explained
from comptoir.lib.mail.linking import Links
from comptoir.lib.mail.parse import MAX_RAW, parse


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="a mail as it came over the wire (.eml)")
    parser.add_argument("--paths-from", metavar="LIST", help="a file with one path a line; - for standard input")
    parser.add_argument("--why", action="store_true", help="add the reasons in words, in the language of LANG")


def run(arguments: argparse.Namespace) -> int:
    """Print one line a mail, in their order; 1 when one could not be read."""
    links = Links()
    code = 0
    for path in _paths(arguments):
        line = _line(path, links)
        code = 1 if "error" in line else code
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return code


def _paths(arguments: argparse.Namespace) -> Iterator[str]:
    yield from arguments.files
    if arguments.paths_from == "-":
        yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
    elif arguments.paths_from:
        with Path(arguments.paths_from).open(errors="surrogateescape") as lines:
            yield from (line.rstrip("\r\n") for line in lines if line.strip())


def _line(path: str, links: Links) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            raw = file.read(MAX_RAW + 1)
    except (OSError, ValueError) as error:
        return {"path": path, "error": getattr(error, "strerror", None) or str(error)}
    message = parse(raw)
    return explained(path, message, links.place(message, path))
