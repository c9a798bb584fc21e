"""`comptoir keys`: make a keyring, or add a key to it (older links and secrets stay readable)."""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path

from comptoir.config.environment import BadSetting, Environment
from comptoir.config.secrets import keyring_text, new_keyring

USES = ("signing", "encryption")


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("new", help="print a new keyring (give it to COMPTOIR_KEYS, the same on every machine)")
    rotate = actions.add_parser("rotate", help="add a newest key; the older ones stay for what they signed")
    rotate.add_argument("--use", choices=(*USES, "all"), default="all")


def run(arguments: argparse.Namespace) -> int:
    """Print or rotate."""
    if arguments.action == "new":
        print(new_keyring())
        return 0
    environment = Environment.read()
    rotated = rotate(keyring_text(environment), USES if arguments.use == "all" else (arguments.use,))
    path = keyring_path(environment)
    if path is None:
        print(rotated)
        print("COMPTOIR_KEYS holds the keyring itself: replace it by the text above on every machine.", file=sys.stderr)
        return 0
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(rotated)
    partial.replace(path)
    print(f"A new key was added to {path}. Restart every process; keep a copy of this file apart from the backups.")
    return 0


def rotate(text: str, uses: tuple[str, ...]) -> str:
    """The keyring with one more version of each use. Digests keep their key: what they find must be found again."""
    try:
        ring: dict[str, dict[str, str]] = json.loads(text)
        for use in uses:
            ring[use][str(max(map(int, ring[use])) + 1)] = secrets.token_urlsafe(32)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadSetting("The keyring cannot be read: it must be the JSON that `comptoir keys new` prints.") from error
    return json.dumps(ring, indent=2)


def keyring_path(environment: Environment) -> Path | None:
    """The keyring's file; None when the environment holds the text itself."""
    if environment.keys.lstrip().startswith("{"):
        return None
    return Path(environment.keys) if environment.keys else environment.home / "keys" / "keyring.json"
