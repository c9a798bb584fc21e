"""Order actions: quoted and written down first, done only when they are confirmed; within the agent's limits."""

import uuid
from typing import Any

from django.http import Http404
from ninja import Query, Router, Status

from comptoir.api.v1 import pages, results
from comptoir.api.v1.door import KEY_LIMIT, ProgramRequest, acting, needs, writes
from comptoir.api.v1.filters import GestureFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.gestures import Decision, GestureOut, GesturePage, NewGesture
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.programs import Scope
from comptoir.orders.gestures import carrying, codes, proposing, representation
from comptoir.orders.gestures.proposing import Wish
from comptoir.orders.models import Gesture, Order
from comptoir.orders.queries import with_parts
from comptoir.ports.shop import Request

router = Router(tags=["Order actions"])
NEWEST = Sort("newest", "pk", falling=True)


@router.get("/gestures", response=GesturePage, **needs(Scope.READ_GESTURES))
def gestures(request: ProgramRequest, given: Query[GestureFilters]) -> dict[str, Any]:
    """The ledger of what was done to orders, newest first."""
    wanted = {
        "order": given.order,
        "identity__customer": given.customer,
        "verb": given.verb or None,
        "state": given.state or None,
    }
    rows = access.gestures(request.agent).filter(**{name: value for name, value in wanted.items() if value is not None})
    return pages.page(rows.select_related("order", "identity"), NEWEST, given, representation.gesture)


@router.get("/gestures/{int:key}", response=GestureOut, **needs(Scope.READ_GESTURES))
def gesture(request: ProgramRequest, key: int) -> Any:
    """One act."""
    return results.shown(request.agent, "gesture", key)


@router.post("/orders/{int:key}/gestures", response={201: GestureOut}, **needs(Scope.WRITE_GESTURES))
def propose(request: ProgramRequest, key: int, payload: NewGesture) -> Any:
    """Quote an act: it stands as *proposed*, with what it would cost, and is done by its confirmation alone.

    The same `Idempotency-Key` gives the same act, for ever.
    """
    access.require(request.agent, May.ACT_ON_ORDERS)
    order: Order | None = (
        with_parts(access.orders(request.agent)).select_related("identity__customer").filter(pk=key).first()
    )
    if order is None:
        raise Http404
    conversation = payload.conversation
    if conversation and not access.conversations(request.agent).filter(pk=conversation).exists():
        raise Problem(422, "conversation", "There is no such conversation.")
    wish = Wish(
        order,
        _asked(order, payload),
        key=f"api:{request.auth.pk}:{_key(request)}",
        words=payload.words,
        letter=payload.letter,
        conversation_key=conversation,
    )
    with acting(request.auth):  # the platform is asked: no transaction is open yet
        made = proposing.propose(wish, agent=request.agent)
    return Status(201, results.shown(request.agent, "gesture", made.pk))


@router.post("/gestures/{int:key}/confirmation", response=GestureOut, **needs(Scope.WRITE_GESTURES))
@writes("gesture", May.ACT_ON_ORDERS)
def confirm(request: ProgramRequest, key: int) -> int:
    """Let it be done: at once within the limits, else after a second person's accord (`state` is *waiting*)."""
    return proposing.confirm(_of(request, key), agent=request.agent).pk


@router.post("/gestures/{int:key}/withdrawal", response=GestureOut, **needs(Scope.WRITE_GESTURES))
@writes("gesture", May.ACT_ON_ORDERS)
def withdraw(request: ProgramRequest, key: int) -> int:
    """It is not wanted any more; nothing was done."""
    return proposing.withdraw(_of(request, key), agent=request.agent).pk


@router.post("/gestures/{int:key}/approval", response=GestureOut, **needs(Scope.WRITE_GESTURES))
@writes("gesture", May.ACT_ON_ORDERS)
def approve(request: ProgramRequest, key: int, payload: Decision) -> int:
    """Agree to somebody else's act."""
    return proposing.approve(_of(request, key), agent=request.agent, answer=payload.answer).pk


@router.post("/gestures/{int:key}/refusal", response=GestureOut, **needs(Scope.WRITE_GESTURES))
@writes("gesture", May.ACT_ON_ORDERS)
def decline(request: ProgramRequest, key: int, payload: Decision) -> int:
    """Do not agree."""
    return proposing.decline(_of(request, key), agent=request.agent, answer=payload.answer).pk


@router.post("/gestures/{int:key}/undo", response=GestureOut, **needs(Scope.WRITE_GESTURES))
@writes("gesture", May.ACT_ON_ORDERS)
def undo(request: ProgramRequest, key: int) -> int:
    """Take a done act back, where the platform allows (`can_undo`)."""
    row = _of(request, key)
    if not carrying.undo(row, agent=request.agent):
        raise Problem(409, "cannot_undo", "This act cannot be taken back.")
    return row.pk


def _of(request: ProgramRequest, key: int) -> Gesture:
    found: Gesture | None = access.gestures(request.agent).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _key(request: ProgramRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > min(KEY_LIMIT, 90):
        raise Problem(400, "bad_key", "An Idempotency-Key of an act may have 90 characters.")
    return key or uuid.uuid4().hex


def _asked(order: Order, given: NewGesture) -> Request:
    plain = given.dict(
        include={"verb", "reason", "lines", "shipping", "amount", "percent", "minimum", "text", "restock"}
    )
    return Request(
        **plain,
        currency=order.currency,
        code=codes.cleaned(given.code),
        address=given.address.dict(exclude_defaults=True) if given.address else {},
        email=order.identity.value if order.identity.kind == "email" else "",
        customer_id=order.platform_customer,
    )
