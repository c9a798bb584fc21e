"""Bring database, translations, static files and the demo to this release: a process of its own, started by the supervisor.

It prints each step with its time, and leaves what the supervisor tells at the end in a file.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import OperationalError
from django.utils.module_loading import import_string

from comptoir.config import migrating, static, translations
from comptoir.config.backups import schedule

DEMO = "comptoir.demo"


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--demo", action="store_true", help="load the demo shop into an empty database")
    parser.add_argument("--report", type=Path, help="file for what is to be told at the end")


def run(arguments: argparse.Namespace) -> int:
    """Prepare; 1 with a sentence when it cannot be done."""
    try:
        report = prepare(demo=arguments.demo)
    except OperationalError as error:
        print(f"\nThe database does not answer as it should: {str(error).strip()}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{error.filename or 'A file'} cannot be written: {error.strerror}.", file=sys.stderr)
        return 1
    if arguments.report:
        arguments.report.write_text(json.dumps(report))
    return 0


def prepare(*, demo: bool) -> dict[str, object]:
    """Do all steps; those that have nothing to do print nothing."""
    waiting = migrating.pending()
    if waiting and migrating.has_data():
        with step("Backup before the upgrade"):
            schedule.before_upgrade()
    if waiting:
        with step(f"Database structure ({len(waiting)} migrations)"):
            migrating.migrate()
    if translations.stale():
        with step("Translations"):
            translations.compile_all()
    started = time.monotonic()
    if static.collect():
        print(f"Static files ... {time.monotonic() - started:.1f} s", flush=True)
    if demo and _demo_exists() and is_empty():
        with step("Demo shop « Maison Alba »"):
            import_string(f"{DEMO}.load.load")(show_share)
    return {"lines": what_to_open(settings.PUBLIC_URL)}


def what_to_open(url: str) -> list[str]:
    """The addresses and sign-ins that are told at the end of a start."""
    from comptoir.agent.setup import setup_link
    from comptoir.core.models import Installation

    if Installation.objects.filter(demo=True).exists() and _demo_exists():
        house = import_module(f"{DEMO}.house")
        return [
            f"Console      {url}/   {house.OWNER}, password {house.PASSWORD}",
            f"Storefront   {url}/s/maison-alba/   where one person plays the customer",
        ]
    link = setup_link()
    return [f"Set it up    {link}   (good for a day)"] if link else [f"Console      {url}/"]


def show_share(text: str, share: float) -> None:
    """The demo's progress: a percentage that counts up on a terminal, nothing in a log."""
    if sys.stdout.isatty():
        figure = f"{share:.0%}"
        print(figure + "\b" * len(figure), end="", flush=True)


def _demo_exists() -> bool:
    return find_spec(DEMO) is not None


def is_empty() -> bool:
    """Whether nobody has set anything up yet."""
    from comptoir.core.models import Agent, Shop

    return not Shop.objects.exists() and not Agent.objects.exists()


def _told(text: str, share: float) -> None:
    """How far a step is; only where lines can be written over."""
    if sys.stdout.isatty():
        print(f"\r{share:4.0%} {text}\033[K", end=" ", flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Print a step and how long it took."""
    print(f"{title} ...", end=" ", flush=True)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:.1f} s", flush=True)
