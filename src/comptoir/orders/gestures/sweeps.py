"""Acts whose time has come, looked at each second by the workers; two workers at once do no harm."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.orders.gestures.carrying import LOOKS, STUCK_AFTER, carry_out, look_for
from comptoir.orders.gestures.told import told
from comptoir.orders.models import Gesture

State = Gesture.State


@transaction.atomic
def move_on(limit: int = 100) -> int:
    """Let what is due go on: held acts whose job was lost, those that a crash cut off, outcomes to look for; how many."""
    due = Gesture.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=timezone.now())
    rows = list(due.select_related("identity").order_by("next_at")[:limit])
    for row in rows:
        _MOVES.get(row.state, _forget)(row)
    return len(rows)


def _queue(row: Gesture) -> None:
    row.next_at = timezone.now() + STUCK_AFTER
    row.save(update_fields=["next_at"])
    carry_out.defer(gesture_id=row.pk, in_turn=f"order:{row.order_id}")


def _cut_off(row: Gesture) -> None:
    """A worker died between the question and the answer: the platform may have acted."""
    row.state, row.next_at = State.UNCERTAIN, timezone.now()
    row.save(update_fields=["state", "next_at"])
    record(row, "gesture.uncertain", actor=SYSTEM, **told(row))


def _look(row: Gesture) -> None:
    """Look for it now, and once more later; after the last look it is a person's."""
    row.looks += 1
    row.next_at = timezone.now() + timedelta(seconds=LOOKS[row.looks]) if row.looks < len(LOOKS) else None
    row.save(update_fields=["looks", "next_at"])
    look_for.defer(gesture_id=row.pk)


def _cut_off_back(row: Gesture) -> None:
    """Taking it back was cut off: a person has to look, the act itself stands."""
    row.state, row.undo_with, row.next_at = State.DONE, "", None
    row.save(update_fields=["state", "undo_with", "next_at"])
    record(row, "gesture.not_undone", actor=SYSTEM, **told(row))


def _expire(row: Gesture) -> None:
    """Nobody confirmed it."""
    row.state, row.decided_at, row.next_at = State.REFUSED, timezone.now(), None
    row.save(update_fields=["state", "decided_at", "next_at"])
    record(row, "gesture.withdrawn", actor=SYSTEM, **told(row))


def _forget(row: Gesture) -> None:
    row.next_at = None
    row.save(update_fields=["next_at"])


_MOVES: dict[str, Callable[[Gesture], None]] = {
    State.PROPOSED: _expire,
    State.RESERVED: _queue,
    State.EXECUTING: _cut_off,
    State.UNCERTAIN: _look,
    State.UNDOING: _cut_off_back,
}
