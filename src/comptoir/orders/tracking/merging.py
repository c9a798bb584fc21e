"""A parcel's state from its history, whatever the order in which its steps become known. Pure.

A parcel goes ahead. It goes back only for what really happens: a second round after a failed attempt, a return, and a
carrier's later correction of an end (delivered, then waiting at the relay; lost, then found).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from comptoir.ports.parcels import ParcelState as S

# how far a parcel is; those of one rank may follow each other
RANK: dict[S, int] = {
    S.UNKNOWN: -1,
    S.ANNOUNCED: 0,
    S.ACCEPTED: 1,
    S.IN_TRANSIT: 2, S.CUSTOMS: 2, S.DELAYED: 2, S.EXCEPTION: 2,
    S.OUT_FOR_DELIVERY: 3, S.ATTEMPT_FAILED: 3, S.AVAILABLE_FOR_PICKUP: 3,
    S.RETURNING: 4,
    S.DELIVERED: 5, S.RETURNED: 5, S.LOST: 5, S.CANCELLED: 5,
}  # fmt: skip
FINAL = frozenset(state for state, rank in RANK.items() if rank == 5)
MOVING = frozenset(state for state, rank in RANK.items() if 2 <= rank <= 3)
# what a later step may make of a state that is nearly or quite the end
CORRECTIONS: dict[S, frozenset[S]] = {
    S.RETURNING: FINAL,
    S.DELIVERED: frozenset({S.RETURNING, S.RETURNED, S.ATTEMPT_FAILED, S.AVAILABLE_FOR_PICKUP, S.EXCEPTION, S.LOST}),
    S.RETURNED: frozenset(),
    S.LOST: MOVING | FINAL | {S.RETURNING},
    S.CANCELLED: MOVING | FINAL | {S.ACCEPTED, S.RETURNING},
}


@dataclass(frozen=True, slots=True)
class Step:
    """A state at its moment."""

    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a parcel is, and since when."""

    state: str
    since: datetime | None = None


def after(state: str, said: str) -> str:
    """The state once `said` has happened later than it."""
    here, there = S(state), S(said)
    if there == S.UNKNOWN or here == there:
        return here
    if here in CORRECTIONS:
        return there if there in CORRECTIONS[here] else here
    if RANK[here] >= RANK[S.IN_TRANSIT]:
        return there if RANK[there] >= RANK[S.IN_TRANSIT] else here
    return there if RANK[there] >= RANK[here] else here


def folded(steps: Iterable[Step]) -> Stand:
    """Where the whole history leads, in the order of its moments; of two at one moment the one that is further comes
    last."""
    stand = Stand(S.UNKNOWN)
    for step in sorted(steps, key=lambda step: (step.at, RANK[S(step.state)], step.state)):
        reached = after(stand.state, step.state)
        if reached != stand.state:
            stand = Stand(reached, step.at)
    return stand


def merged(kept: Stand, known: Sequence[Step], new: Sequence[Step], said: str = S.UNKNOWN) -> Stand:
    """Where the parcel stands once `new` steps and the carrier's word on the whole (`said`) came.

    `kept` may be known otherwise than by steps (the shop said so): then only what may follow it replaces it.
    """
    before, now = folded(known), folded([*known, *new])
    reached = after(now.state, said)
    if reached != now.state:
        moment = max((step.at for step in [*known, *new]), default=None)
        now = Stand(reached, moment)
    if now.state in (S.UNKNOWN, kept.state):
        return Stand(kept.state, kept.since or now.since)
    if before.state == kept.state or kept.state == S.UNKNOWN:
        return now
    return now if after(kept.state, now.state) == now.state and now.state != before.state else kept
