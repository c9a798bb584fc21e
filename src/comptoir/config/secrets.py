"""The keyring's file: made at the first start with the embedded server, demanded with any other database."""

import json
import os
import secrets
from pathlib import Path

from comptoir.config.environment import BadSetting, Environment


def keyring_text(environment: Environment) -> str:
    """The keyring as JSON text: COMPTOIR_KEYS (JSON, or a path), else HOME/keys/keyring.json.

    Raises BadSetting when another database is used and no key is given: two machines must share one keyring.
    """
    if environment.keys:
        if environment.keys.lstrip().startswith("{"):
            return environment.keys
        path = Path(environment.keys)
        if not path.exists():
            raise BadSetting(f"COMPTOIR_KEYS names {path}, which does not exist.")
        return path.read_text()
    path = environment.home / "keys" / "keyring.json"
    if path.exists():
        return path.read_text()
    if not environment.embedded:
        raise BadSetting(
            "DATABASE_URL is set and no keys are: give COMPTOIR_KEYS (make one with `comptoir keys new`), "
            "the same on every machine."
        )
    return create_keyring(path)


def new_keyring() -> str:
    """A fresh keyring with one key for each use."""
    ring = {use: {"1": secrets.token_urlsafe(32)} for use in ("signing", "encryption", "digest")}
    return json.dumps(ring, indent=2)


def create_keyring(path: Path) -> str:
    """Write a new keyring where only the owner reads it; another process that was quicker wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = new_keyring()
    temporary = path.with_name(f".keyring-{os.getpid()}")
    temporary.write_text(text)
    temporary.chmod(0o600)
    try:
        os.link(temporary, path)
    except FileExistsError:
        text = path.read_text()
    finally:
        temporary.unlink(missing_ok=True)
    return text


def django_secret(keyring: str) -> tuple[str, list[str]]:
    """Django's SECRET_KEY (the newest signing key) and its fallbacks (the older ones, newest first)."""
    try:
        ring = json.loads(keyring)["signing"]
        ordered = [ring[version] for version in sorted(ring, key=int, reverse=True)]
        return ordered[0], ordered[1:]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadSetting("The keyring cannot be read: it must be the JSON that `comptoir keys new` prints.") from error
