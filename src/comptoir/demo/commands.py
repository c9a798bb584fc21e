"""Load the demo shop « Maison Alba », or load it anew."""

import argparse
import sys
import time

from comptoir.demo.house import OWNER, PASSWORD
from comptoir.demo.load import CannotLoad, load, reset


def register(parser: argparse.ArgumentParser) -> None:
    """The words of `comptoir demo`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="load|reset")
    verbs.add_parser("load", help="load the demo into an empty installation")
    verbs.add_parser("reset", help="delete everything and load the demo again (in a demo only)")


def run(arguments: argparse.Namespace) -> int:
    """Load or reset, with progress; 0 when done, 1 when refused."""
    started = time.monotonic()
    try:
        (reset if arguments.verb == "reset" else load)(_show)
    except CannotLoad as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{time.monotonic() - started:.1f} s. Sign in: {OWNER}, password {PASSWORD}")
    return 0


def _show(text: str, share: float) -> None:
    print(f"{share:>5.0%}  {text}", flush=True)
