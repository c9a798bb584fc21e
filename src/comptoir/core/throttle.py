"""Counting attempts in the database, so that several machines count together."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from comptoir.core import keys
from comptoir.core.models import ThrottleWindow


class TooMany(Exception):
    """The limit is reached; `seconds` says when to come back."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts; {seconds} s to wait.")
        self.seconds = seconds


def hit(name: str, *, limit: int, seconds: int) -> int:
    """Count one attempt under a name ("signin:a@b.fr"); raises TooMany above `limit` in a window of `seconds`.

    Returns how many attempts are left in the window.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {ThrottleWindow._meta.db_table} AS held (key, count, ends_at) VALUES (%s, 1, %s)
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN held.ends_at < %s THEN 1 ELSE held.count + 1 END,
                ends_at = CASE WHEN held.ends_at < %s THEN excluded.ends_at ELSE held.ends_at END
            RETURNING count, ends_at
            """,
            [
                keys.digest(name, purpose="throttle"),
                now + timedelta(seconds=seconds),
                now,
                now,
            ],
        )
        count, ends_at = cursor.fetchone()
    if count > limit:
        raise TooMany(max(1, int((ends_at - now).total_seconds())))
    return limit - int(count)


def forget(name: str) -> None:
    """Start counting anew under a name (after a sign-in that succeeded)."""
    ThrottleWindow.objects.filter(key=keys.digest(name, purpose="throttle")).delete()


def sweep() -> None:
    """Delete the windows that ended."""
    ThrottleWindow.objects.filter(ends_at__lt=timezone.now()).delete()
