"""Bring one's own data in: orders, macros, tags, agents."""

import argparse

from comptoir.automation import commands as tables
from comptoir.orders import commands as orders


def register(parser: argparse.ArgumentParser) -> None:
    """The words of `comptoir import`; each room adds its own."""
    tables.register(orders.register(parser))


def run(arguments: argparse.Namespace) -> int:
    """Import what was named."""
    return tables.run(arguments) if arguments.thing in tables.THINGS else orders.run(arguments)
