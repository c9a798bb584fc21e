"""What is due: deliveries whose time has come, and the log's old lines."""

from comptoir.webhooks.actions import forget_old, send_due

__all__ = ["forget_old", "send_due"]
