"""Looked at every few seconds or minutes by the worker."""

from comptoir.campaigns.actions import carting, leaving, wishing
from comptoir.orders import carts


def leave() -> None:
    """Move on the messages whose hour has come; carts are read anew first."""
    carting.look_again_due()
    leaving.leave_due()


def look_around() -> None:
    """Wake the shops that are asked for carts and for stock."""
    carting.look_around()
    wishing.look_around()


def forget_old() -> None:
    """Empty carts of which nothing is said any more."""
    carts.forget_old()
