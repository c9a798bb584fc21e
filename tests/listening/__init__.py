"""The `comptoir mail` process, against a mailbox in memory."""
