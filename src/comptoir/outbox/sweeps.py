"""Looked at each second by the worker."""

from comptoir.outbox import actions, apart


def release() -> None:
    """Send what is due, and show to a person what may or may not have left."""
    actions.release_due()
    apart.release()
    actions.show_stuck()
