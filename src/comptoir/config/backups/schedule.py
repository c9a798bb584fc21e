"""Backups by themselves: one a day into COMPTOIR_BACKUPS, the newest few kept; and one before each upgrade."""

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from comptoir.config.backups.backup import back_up
from comptoir.core.jobs import job

logger = logging.getLogger("comptoir.backups")
EVERY = timedelta(hours=23, minutes=30)
PREFIX, BEFORE = "comptoir-", "before-upgrade-"


def when_due() -> None:
    """Queue today's backup, once, when a folder for backups is set and the newest one is a day old."""
    folder = settings.ENVIRONMENT.backup_directory
    if folder and _age(Path(folder)) > EVERY:
        scheduled.defer(once="backup", in_turn="backup")


@job("bulk", retry=False)
def scheduled() -> None:
    """Make the day's backup and delete the oldest ones beyond COMPTOIR_BACKUPS_KEEP."""
    folder = Path(settings.ENVIRONMENT.backup_directory)
    if _age(folder) > EVERY:
        path = folder / f"{PREFIX}{timezone.now():%Y-%m-%d-%H%M}.tar"
        back_up(path)
        logger.info("backup written: %s", path.name)
    for old in _backups(folder)[settings.ENVIRONMENT.backup_keep :]:
        old.unlink(missing_ok=True)


def before_upgrade() -> Path:
    """A backup of the database as it is before its structure changes; the three newest are kept. Its path."""
    folder = settings.ENVIRONMENT.home / "backups"
    path: Path = folder / f"{BEFORE}{timezone.now():%Y-%m-%d-%H%M%S}.tar"
    back_up(path)
    for old in sorted(folder.glob(f"{BEFORE}*.tar"), reverse=True)[3:]:
        old.unlink(missing_ok=True)
    return path


def _backups(folder: Path) -> list[Path]:
    """Newest first."""
    return sorted(folder.glob(f"{PREFIX}*.tar"), reverse=True)


def _age(folder: Path) -> timedelta:
    newest = _backups(folder)[:1]
    if not newest:
        return timedelta.max
    return timedelta(seconds=timezone.now().timestamp() - newest[0].stat().st_mtime)
