"""An act is carried out: its line is claimed, the order read again, the platform asked once, the outcome kept.

A worker that dies in between leaves the line in *executing*; a sweep makes it *uncertain*, as a platform does that did
not answer. What is uncertain is looked for by reading alone, then shown to a person. It is never tried again.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Origin
from comptoir.orders import actions
from comptoir.orders.data import BadOrder
from comptoir.orders.gestures import kept, platforms
from comptoir.orders.gestures.told import told
from comptoir.orders.models import Gesture, Refund
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, ShopPort, Verb

log = logging.getLogger(__name__)
State = Gesture.State
STUCK_AFTER = timedelta(minutes=2)
AGAIN = (15, 60, 300, 900)  # seconds after which what was surely not done is tried again
LOOKS = (10, 30, 120, 600, 3_600, 6 * 3_600)  # seconds after which an unknown outcome is looked for
EARLIER = timedelta(minutes=5)  # clocks differ


def begin(row: Gesture, *, actor: Actor, already: bool = False) -> Gesture:
    """Let a held act be done, in the caller's transaction: by the platform's job, or by a person's hand."""
    if row.by_hand:
        row.state, row.next_at = State.BY_HAND, None
        row.save(update_fields=["state", "next_at"])
        if already:
            return finish_by_hand(row, actor=actor)
        record(row, "gesture.by_hand", actor=actor, **told(row))
        return row
    row.state, row.next_at = State.RESERVED, timezone.now() + STUCK_AFTER
    row.save(update_fields=["state", "next_at"])
    carry_out.defer(gesture_id=row.pk, in_turn=f"order:{row.order_id}")
    return row


def finish_by_hand(row: Gesture, *, actor: Actor) -> Gesture:
    """A person did it elsewhere: the ledger says so, and a refund stands on the order."""
    row.state, row.done_at = State.DONE, timezone.now()
    row.save(update_fields=["state", "done_at"])
    if row.verb == Verb.REFUND:
        request = kept.request_of(row.request)
        Refund.objects.create(
            order=row.order,
            external_id=f"comptoir:{row.pk}",
            amount=row.amount,
            currency=row.currency,
            reason=row.reason,
            refunded_at=row.done_at,
            lines=dict(request.lines),
            shipping=request.shipping,
        )
    record(row, "gesture.done", actor=actor, **told(row))
    return row


@job("now", retry=False)
def carry_out(gesture_id: int) -> None:
    """Do one held act, once. Safe to run twice: only one run claims the line."""
    row = _claimed(gesture_id, State.RESERVED, State.EXECUTING)
    if row is None:
        return
    try:
        port = _port(row)
        quote = _quoted_again(row, port)
    except PortError as error:
        _not_done(row, _surely_not(error))
        return
    except Exception as error:  # nothing was asked of the platform yet
        log.exception("An act could not be prepared", extra={"gesture_id": gesture_id})
        _not_done(row, PortError(f"{type(error).__name__}", permanent=True))
        return
    try:
        done = port.execute(quote, row.key)
    except PortError as error:
        _unknown(row, error.message) if error.unknown else _not_done(row, error)
    except Exception:  # whatever it was, the platform may have acted
        log.exception("An act ended in an unknown way", extra={"gesture_id": gesture_id})
        _unknown(row, "")
    else:
        _done(row, done, _read_again(port, row, done))


def _surely_not(error: PortError) -> PortError:
    """The same error of a call that only reads: nothing can have been done."""
    return PortError(error.message, permanent=error.permanent, code=error.code, retry_after=error.retry_after)


def _claimed(key: int, before: str, after: str) -> Gesture | None:
    taken = Gesture.objects.filter(pk=key, state=before).update(
        state=after, claimed_at=timezone.now(), next_at=timezone.now() + STUCK_AFTER
    )
    return _row(key) if taken else None


def _row(key: int) -> Gesture:
    return Gesture.objects.select_related("order__shop", "order__connection", "identity__customer", "agent").get(pk=key)


def _port(row: Gesture) -> ShopPort:
    port = platforms.port_of(row.order)
    if port is None:
        raise PortError(_("La boutique n’est plus connectée : rien n’a été fait."), permanent=True, code="connection")
    return port


def _quoted_again(row: Gesture, port: ShopPort) -> Quote:
    """The quote of this moment; raises PortError, permanent, when what was confirmed does not hold any more."""
    request, before = kept.request_of(row.request), kept.quote_of(kept.request_of(row.request), row.quote)
    if port.order(row.order.external_id) is None:
        raise PortError(_("La commande n’est plus dans la boutique : rien n’a été fait."), permanent=True, code="gone")
    now = port.quote(request)
    if now.refusal:
        text = _("La commande a changé entre-temps. Rien n’a été fait. La boutique répond : %(why)s")
        raise PortError(text % {"why": now.refusal}, permanent=True, code="changed")
    if (now.amount, now.currency) != (before.amount, before.currency):
        text = _("La commande a changé entre-temps : le devis n’est plus le même. Rien n’a été fait.")
        raise PortError(text, permanent=True, code="changed")
    return replace(now, request=replace(now.request, order_id=request.order_id))


def _read_again(port: ShopPort, row: Gesture, done: Done) -> OrderData | None:
    """The order after the act; that it cannot be read now does not make the act less done."""
    if done.order is not None:
        return done.order
    with suppress(PortError):
        return port.order(row.order.external_id)
    return None


@transaction.atomic
def _done(row: Gesture, done: Done, order: OrderData | None) -> None:
    """Keep what was done, and the order as it is now. An answer that came after all is believed."""
    changed = Gesture.objects.filter(pk=row.pk, state__in=[State.EXECUTING, State.UNCERTAIN]).update(
        state=State.DONE,
        result=kept.result_of(done),
        undo_with=done.undo[:500],
        done_at=timezone.now(),
        next_at=None,
        problem="",
    )
    if not changed:
        return
    row.refresh_from_db()
    if order is not None and order.external_id == row.order.external_id:
        with suppress(BadOrder):
            actions.take(row.shop, order, origin=Origin.LIVE, actor=_actor(row), connection=row.order.connection)
    record(row, "gesture.done", actor=_actor(row), **told(row))


@transaction.atomic
def _not_done(row: Gesture, error: PortError) -> None:
    """It was surely not done: tried again later when that can help, else the amount is free again."""
    again = not error.permanent and row.attempts < len(AGAIN)
    values: dict[str, Any] = {"state": State.FAILED, "next_at": None, "problem": error.message[:500]}
    if again:
        wait = max(error.retry_after, AGAIN[row.attempts])
        values |= {"state": State.RESERVED, "next_at": timezone.now() + timedelta(seconds=wait)}
    claimed = [State.EXECUTING] if again else [State.EXECUTING, State.UNCERTAIN]
    if Gesture.objects.filter(pk=row.pk, state__in=claimed).update(**values, attempts=row.attempts + 1):
        row.refresh_from_db()
        record(row, "gesture.delayed" if again else "gesture.failed", actor=SYSTEM, **told(row))


@transaction.atomic
def _unknown(row: Gesture, problem: str) -> None:
    """Nobody knows whether it was done: from now on it is only looked for."""
    changed = Gesture.objects.filter(pk=row.pk, state=State.EXECUTING).update(
        state=State.UNCERTAIN, problem=problem[:500], next_at=timezone.now() + timedelta(seconds=LOOKS[0])
    )
    if changed:
        row.refresh_from_db()
        record(row, "gesture.uncertain", actor=SYSTEM, **told(row))


@job("soon", retry=False)
def look_for(gesture_id: int) -> None:
    """Read from the platform whether an uncertain act was done. Never does it."""
    row = _row(gesture_id)
    if row.state != State.UNCERTAIN:
        return
    try:
        port = _port(row)
        found = port.found(kept.request_of(row.request), row.key, row.created_at - EARLIER)
        order = _read_again(port, row, found) if found is not None else None
    except PortError as error:
        log.info("An outcome could not be read", extra={"gesture_id": gesture_id, "why": error.code})
        found, order = None, None
    if found is not None:
        _done(row, found, order)
    elif row.next_at is None:
        record(row, "gesture.unsettled", actor=SYSTEM, **told(row))


@transaction.atomic
def settle(gesture: Gesture, *, agent: Agent, done: bool) -> bool:
    """A person looked in the shop: an uncertain act was done or not, or what was to be done by hand is done."""
    row = Gesture.objects.select_for_update(of=("self",)).select_related("order", "identity").get(pk=gesture.pk)
    if row.state == State.BY_HAND and done:
        finish_by_hand(row, actor=Actor.of(agent))
        return True
    if row.state != State.UNCERTAIN:
        return False
    row.state, row.next_at = State.DONE if done else State.FAILED, None
    row.done_at = timezone.now() if done else None
    row.save(update_fields=["state", "next_at", "done_at"])
    record(row, "gesture.settled", actor=Actor.of(agent), **told(row))
    return True


@transaction.atomic
def undo(gesture: Gesture, *, agent: Agent) -> bool:
    """Ask the platform to take an act back; False when it cannot be."""
    changed = (
        Gesture.objects.filter(pk=gesture.pk, state=State.DONE)
        .exclude(undo_with="")
        .update(state=State.UNDOING, next_at=timezone.now() + STUCK_AFTER)
    )
    if changed:
        gesture.refresh_from_db()
        record(gesture, "gesture.undoing", actor=Actor.of(agent), **told(gesture))
        carry_back.defer(gesture_id=gesture.pk, in_turn=f"order:{gesture.order_id}")
    return bool(changed)


@job("now", retry=False)
def carry_back(gesture_id: int) -> None:
    """Take one act back, once."""
    claim = Gesture.objects.filter(pk=gesture_id, state=State.UNDOING).exclude(undo_with="")
    row = claim.select_related("order__shop", "order__connection", "identity", "agent").first()
    if row is None or not claim.update(undo_with=""):
        return
    token = row.undo_with
    try:
        port = _port(row)
        done = port.undo(Verb(row.verb), token)
        order = _read_again(port, row, done)
    except PortError as error:
        surely_not = not error.unknown
        _back(row, State.DONE, error.message, token if surely_not and not error.permanent else "")
        return
    _back(row, State.UNDONE, "", "", order)


@transaction.atomic
def _back(row: Gesture, state: str, problem: str, token: str, order: OrderData | None = None) -> None:
    row.state, row.problem, row.undo_with, row.next_at = state, problem[:500], token, None
    row.save(update_fields=["state", "problem", "undo_with", "next_at"])
    if order is not None and order.external_id == row.order.external_id:
        with suppress(BadOrder):
            actions.take(row.shop, order, origin=Origin.LIVE, actor=_actor(row), connection=row.order.connection)
    record(row, "gesture.undone" if state == State.UNDONE else "gesture.not_undone", actor=SYSTEM, **told(row))


def _actor(row: Gesture) -> Actor:
    return Actor.of(row.agent) if row.agent is not None else SYSTEM
