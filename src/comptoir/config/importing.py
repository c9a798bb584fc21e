"""Bring one's own data in: old mail, orders, macros, tags, agents, or all of another Comptoir."""

import argparse
from pathlib import Path

from comptoir.automation import commands as tables
from comptoir.config.exporting import reading
from comptoir.conversations import commands as mail
from comptoir.orders import commands as orders


def register(parser: argparse.ArgumentParser) -> None:
    """The words of `comptoir import`; each room adds its own."""
    things = mail.register(tables.register(orders.register(parser)))
    export = things.add_parser("export", help="all of another Comptoir, into an empty one of the same release")
    export.add_argument("directory", type=Path, help="what `comptoir export` wrote")


def run(arguments: argparse.Namespace) -> int:
    """Import what was named."""
    if arguments.thing == "export":
        return reading.run(arguments)
    if arguments.thing == "mail":
        return mail.run(arguments)
    return tables.run(arguments) if arguments.thing in tables.THINGS else orders.run(arguments)
