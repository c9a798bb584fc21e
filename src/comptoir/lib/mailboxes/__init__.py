"""Mailboxes of the world: where their servers are, and what the DNS says about the domain that they write from."""
