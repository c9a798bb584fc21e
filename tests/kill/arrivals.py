"""A source of mail as a process: hands each mail over until it is acknowledged, as an IMAP reader would.

usage: python -m tests.kill.arrivals INBOX FIRST COUNT; prints the number of each mail once it is acknowledged.
"""

import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402

from comptoir.conversations.actions.arriving import arrive  # noqa: E402
from comptoir.conversations.models import Inbox  # noqa: E402


def raw(number: int) -> bytes:
    """Mail number so-and-so, of a customer of its own."""
    return (
        f"From: client{number}@orange.example\r\nTo: bonjour@maison-alba.example\r\nSubject: Question {number}\r\n"
        f"Message-ID: <kill-{number}@orange.example>\r\n\r\nQuestion {number}\r\n"
    ).encode()


def main() -> None:
    """Hand over."""
    key, first, count = (int(word) for word in sys.argv[1:4])
    inbox = None
    for number in range(first, first + count):
        while True:
            try:
                inbox = inbox or Inbox.objects.get(pk=key)
                arrive(inbox, raw(number), source_key=f"1:{number}")
                break
            except Exception:  # whatever a dead database looks like: try again
                connection.close()
                time.sleep(0.1)
        print(number, flush=True)


main()
