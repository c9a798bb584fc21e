"""The address to which an agent answers a notice: signed, for one agent, one matter and one state of it, for a month.

bonjour+r-7-42-1033-20780-1abc…@shop.example: agent 7, conversation 42, its newest message 1033, the day of writing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from comptoir.core import keys
from comptoir.lib.mail.mailboxes import tag

VALID_DAYS = 30
LOCAL_LIMIT = 64  # RFC 5321, section 4.5.3.1.1
_TAG = re.compile(r"r-(\d{1,9})-(\d{1,18})-(\d{1,18})-(\d{1,6})-(\d{1,6}[a-z2-7]{16})")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid address says. `late`: it was written too long ago."""

    agent: int
    conversation: int
    newest: int
    late: bool


def address(inbox: str, *, agent: int, conversation: int, newest: int) -> str:
    """The address at which that agent's answer is taken; "" when the inbox's own is too long to carry it."""
    local, _, host = inbox.rpartition("@")
    value = f"{agent}-{conversation}-{newest}-{_today()}"
    made = f"{local.partition('+')[0]}+r-{value}-{keys.short_signature(value, purpose='reply')}"
    return f"{made}@{host}" if local and len(made) <= LOCAL_LIMIT else ""


def ticket(addresses: Iterable[str]) -> Ticket | None:
    """What the first address says that we have signed; None when there is none."""
    for email in addresses:
        found = _TAG.fullmatch(tag(email))
        if found and keys.proves(found[5], "-".join(found.groups()[:4]), purpose="reply"):
            agent, conversation, newest, day = (int(part) for part in found.groups()[:4])
            return Ticket(agent, conversation, newest, not 0 <= _today() - day <= VALID_DAYS)
    return None


def _today() -> int:
    return (datetime.now(UTC).date() - _EPOCH).days
