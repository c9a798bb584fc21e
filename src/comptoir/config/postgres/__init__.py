"""The embedded PostgreSQL: its binaries, the account it runs under, its cluster and its upgrades.

It never opens a network port and never changes the permissions of a folder that is not its own.
"""


class DatabaseProblem(Exception):
    """The embedded server cannot do what was asked; the text is a plain sentence for the person at the keyboard."""
