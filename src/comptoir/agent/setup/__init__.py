"""The first page of an empty installation: its first owner, its first shop, and perhaps its first inbox.

It opens with the link that `comptoir run` prints, and only while nobody has an account: a fresh server cannot be
taken over by whoever finds it first.
"""

from comptoir.agent.setup.link import setup_link

__all__ = ["setup_link"]
