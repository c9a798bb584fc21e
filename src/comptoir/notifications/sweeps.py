"""What is due: pushes whose time has come, and a word to devices whose session ends."""

from comptoir.notifications.actions import send_due, warn_of_ends

__all__ = ["send_due", "warn_of_ends"]
