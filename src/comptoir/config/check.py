"""`comptoir check`: what is wrong with this configuration, in plain words; problems stop a start, advice does not."""

import argparse
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from comptoir.config import keys, migrating
from comptoir.config.environment import Environment
from comptoir.core.jobs import SLOTS
from comptoir.core.models import Heartbeat

OTHERS = 12  # connections beside pages and jobs: hub, mail, notifiers, backups, a person at psql
CLOCK_SECONDS = 30
LOW_DISK = 2 * 2**30


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence; `problem` says that Comptoir does not work right until it is mended."""

    text: str
    problem: bool = True


Findings = Iterator[Finding]


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--web", type=int, default=1, help="how many web processes run on all machines together")
    parser.add_argument("--workers", type=int, default=1, help="how many workers run on all machines together")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 when there is a problem."""
    found = list(examine(settings.ENVIRONMENT, web=arguments.web, workers=arguments.workers))
    for finding in found:
        print(f"{'PROBLEM' if finding.problem else 'Advice '}  {finding.text}")
    if not found:
        print("Nothing to say: this configuration is sound.")
    return 1 if any(finding.problem for finding in found) else 0


def examine(environment: Environment, *, web: int = 1, workers: int = 1) -> Findings:
    """Everything worth saying about a configuration."""
    yield from home(environment)
    yield from keyring(environment)
    yield from address(environment)
    yield from mail(environment)
    yield from dotted_strings()
    yield from database(environment, web, workers)


def home(environment: Environment) -> Findings:
    """The data directory."""
    folder = environment.home
    if not folder.exists():
        yield Finding(f"The data folder {folder} does not exist yet; the first start makes it.", problem=False)
        return
    if not os.access(folder, os.W_OK):
        yield Finding(f"The data folder {folder} cannot be written by this user (COMPTOIR_HOME).")
    free = shutil.disk_usage(folder).free
    if free < LOW_DISK:
        yield Finding(f"Only {free // 2**20} MB are left on the disk of {folder}.", problem=free < LOW_DISK // 10)
    files = environment.files_url
    if files and not files.startswith("s3://") and not os.access(files, os.W_OK):
        yield Finding(f"The folder for files, {files}, cannot be written by this user (COMPTOIR_FILES).")
    if files.startswith("s3://") and find_spec("boto3") is None:
        yield Finding("COMPTOIR_FILES is an S3 store, and boto3 is not installed: pip install 'comptoir[s3]'")


def keyring(environment: Environment) -> Findings:
    """The keys: without a copy of them a backup cannot be read."""
    path = keys.keyring_path(environment)
    if path is None or not path.exists():
        return
    if path.stat().st_mode & 0o077:
        yield Finding(f"The keyring {path} can be read by others: chmod 600 {path}")
    backups = environment.backup_directory
    if backups and Path(backups).resolve() in path.resolve().parents:
        yield Finding(f"The keyring lies among the backups ({backups}): whoever gets those reads every secret.")


def address(environment: Environment) -> Findings:
    """Where people reach us."""
    host = urlsplit(environment.public_url).hostname or ""
    open_to_all = environment.host in {"0.0.0.0", "::"}  # noqa: S104
    if environment.url and not environment.secure and not _is_private(host):
        yield Finding(f"COMPTOIR_URL is {environment.url}: passwords and messages would travel unencrypted. Use https.")
    if not environment.url and (open_to_all or not environment.embedded):
        yield Finding(
            "COMPTOIR_URL is not set: links in mails lead to "
            f"{environment.public_url}, and any address of this machine opens the console.",
            problem=not environment.embedded,
        )
    if environment.url and not environment.trusted_proxies and environment.secure:
        yield Finding(
            "COMPTOIR_URL is https, so a proxy stands before Comptoir; name its address in COMPTOIR_TRUSTED_PROXIES, or "
            "every visitor seems to come from it and limits count them together.",
        )
    if environment.url:
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            yield Finding(f"The name {host} of COMPTOIR_URL is not found from here.", problem=False)


def mail(environment: Environment) -> Findings:
    """Mail in our own name."""
    if not environment.smtp_url:
        yield Finding(
            "COMPTOIR_SMTP_URL is not set: invitations and password resets go to the local outbox page, not to people.",
            problem=False,
        )
    elif not environment.mail_from:
        yield Finding("COMPTOIR_MAIL_FROM is not set: mail servers refuse a message without a sender.")


def dotted_strings() -> Findings:
    """Names in settings that lead nowhere."""
    named = [*settings.SWEEPS, *settings.PERIODIC, *settings.LIVE_HOOKS.values()]
    for dotted in named:
        try:
            import_string(dotted)
        except ImportError:
            yield Finding(f"The setting {dotted} cannot be loaded.")


def database(environment: Environment, web: int, workers: int) -> Findings:
    """The server, its size, its clock and its migrations."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('max_connections')::int, now()"
            )
            version, connections, now = cursor.fetchone()
            cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm')")
            extensions = cursor.fetchone()[0]
    except (DatabaseError, OSError) as error:
        hint = " (it runs while Comptoir runs)" if environment.embedded else ""
        yield Finding(f"The database does not answer{hint}: {str(error).strip()}")
        return
    if version < 150_000:
        yield Finding(f"PostgreSQL {version // 10_000} is too old: Comptoir needs 15 or newer.")
    wanted = web * (environment.threads + 2) + workers * (sum(SLOTS.values()) + 8) + OTHERS
    if wanted > connections:
        yield Finding(
            f"{web} web processes of {environment.threads} threads and {workers} workers may open {wanted} connections, "
            f"and the server takes {connections}. Lower COMPTOIR_THREADS or raise max_connections."
        )
    if abs((timezone.now() - now).total_seconds()) > CLOCK_SECONDS:
        yield Finding(f"This machine's clock and the database's differ by more than {CLOCK_SECONDS} s.")
    if extensions < 2:
        yield Finding("The extensions unaccent and pg_trgm are not available: search is less forgiving.", problem=False)
    waiting = migrating.pending()
    if waiting:
        yield Finding(f"{len(waiting)} migrations are to be applied: run `comptoir migrate`.")
    elif not Heartbeat.objects.filter(kind="worker").exists():
        yield Finding("No worker runs: nothing is sent and nothing that is due happens.", problem=False)


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".lan", ".internal")) or "." not in host:
        return True
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return False
