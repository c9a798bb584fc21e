"""Looked at every few seconds by the worker."""

from comptoir.campaigns.actions import leaving


def leave() -> None:
    """Move on the messages whose hour has come."""
    leaving.leave_due()
