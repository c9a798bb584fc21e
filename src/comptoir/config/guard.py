"""A network call inside a transaction would hold its locks for as long as a stranger likes: the HTTP client refuses."""

from django.db import connections

from comptoir.lib import http


class NetworkInTransaction(RuntimeError):
    """The network was called while a transaction was open: a mistake of ours, whatever the answer would have been."""


def refuse_in_transaction(method: str = "", address: str = "") -> None:
    """Raise when any connection of this thread is in a transaction (the one around a TestCase does not count)."""
    for connection in connections.all(initialized_only=True):
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise NetworkInTransaction(f"{method} {address} inside transaction.atomic(): call it after the commit.")


def install() -> None:
    """Hand the guard to the HTTP client, once."""
    if refuse_in_transaction not in http.guards:
        http.guards.append(refuse_in_transaction)
