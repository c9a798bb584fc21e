"""What holds spam off the contact form without asking a third party: a trap, the time taken, links, the network.

Certain machines are answered as if all were well and nothing is kept; what is only doubtful goes to the spam list,
where a person may find it.
"""

import re
import secrets
from dataclasses import dataclass

from comptoir.core import keys

FASTEST = 3  # seconds; no person fills the form in sooner
SLOWEST = 24 * 3600
LINKS = 2
_LINK = re.compile(r"(?i)\b(?:https?://|www\.)|\[url|<a\s")
_PURPOSE = "form"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a form was handed out, and its own key."""

    key: str
    age: float


class Expired(ValueError):
    """The form was handed out too long ago, or its stamp is not ours."""


def new_stamp(now: float) -> str:
    """A signed stamp for a form that is handed out at `now` (seconds since 1970)."""
    return keys.sign([int(now), secrets.token_hex(12)], purpose=_PURPOSE)


def read_stamp(text: str, now: float) -> Stamp:
    """The stamp again; raises Expired."""
    try:
        at, key = keys.unsign(text, purpose=_PURPOSE)
        age = now - float(at)
    except (keys.BadToken, ValueError, TypeError) as error:
        raise Expired from error
    if not -60 <= age <= SLOWEST:
        raise Expired
    return Stamp(str(key), age)


def is_doubtful(text: str, name: str, age: float) -> bool:
    """Whether a request looks written by a machine: too fast, many links, or an address where a name should stand."""
    return age < FASTEST or len(_LINK.findall(text)) > LINKS or bool(_LINK.search(name))
