"""`comptoir mail deliver --inbox NAME`: one raw mail on standard input, for the pipe of a mail server.

Exit codes are sysexits': 0 when the mail is ours, 64 for an unknown inbox, 65 for no mail, 75 when to try again.
"""

import argparse
import hashlib
import sys
import uuid

from django.db import Error

from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Inbox, InboxKind

LIMIT = 60 * 2**20
UNKNOWN_INBOX, NO_MAIL, TRY_AGAIN = 64, 65, 75


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--inbox", required=True, help="the inbox's name, its address or its public id")
    parser.add_argument("--key", default="", help="the delivery's own name: the same one is taken once")


def run(arguments: argparse.Namespace) -> int:
    """Commit what stands on standard input; only then does the mail server hear that it is ours."""
    raw = sys.stdin.buffer.read(LIMIT + 1)
    if not raw.strip() or len(raw) > LIMIT:
        print("No mail, or one over 60 MB, stands on standard input.", file=sys.stderr)
        return NO_MAIL
    try:
        inbox = find(arguments.inbox)
        if inbox is None:
            print(f"No mail inbox, or several, are called {arguments.inbox!r}.", file=sys.stderr)
            return UNKNOWN_INBOX
        name = arguments.key or hashlib.sha256(raw).hexdigest()
        taken = arrive(inbox, raw, source_key=f"pipe:{name}"[:200])
    except Error as error:
        print(f"The database did not take it ({type(error).__name__}); try again.", file=sys.stderr)
        return TRY_AGAIN
    print("received" if taken else "known already")
    return 0


def find(text: str) -> Inbox | None:
    """The one active mail inbox of that name, address or public id."""
    rows = Inbox.objects.filter(kind=InboxKind.EMAIL)
    try:
        found = list(rows.filter(public_id=uuid.UUID(text)))
    except ValueError:
        found = list(rows.filter(name__iexact=text)[:2]) or list(rows.filter(address__iexact=text)[:2])
    return found[0] if len(found) == 1 else None
