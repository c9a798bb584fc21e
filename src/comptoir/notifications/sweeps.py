"""What is due: pushes whose time has come."""

from comptoir.notifications.actions import send_due

__all__ = ["send_due"]
