"""From a wish to an amount that is held: proposed with its quote, confirmed, approved by a second person, or refused.

Limits are read and used under locks on the customer's and the agent's rows, always in this order: two agents who act
at one instant see each other's amounts.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.core.actors import Actor, token_in_use
from comptoir.core.events import record
from comptoir.core.models import Agent, Role
from comptoir.customers.models import Customer
from comptoir.orders.gestures import authority, kept, quoting
from comptoir.orders.gestures.authority import APPROVAL, NO, YES, Verdict
from comptoir.orders.gestures.carrying import begin
from comptoir.orders.gestures.told import told
from comptoir.orders.models import Gesture, Order
from comptoir.ports.shop import Request

State = Gesture.State
LONGEST_LETTER = 5_000
PROPOSED_FOR = timedelta(days=7)  # then it is withdrawn by itself
UNJUDGED = Verdict(YES)  # a customer's wish: whoever confirms it is judged


class NotAllowed(Exception):
    """The matrix says no; `verdict` says why. `nobody`: it would need an accord that no one may give."""

    def __init__(self, verdict: Verdict, *, nobody: bool = False) -> None:
        super().__init__(" ".join(verdict.over) or verdict.outcome)
        self.verdict, self.nobody = verdict, nobody


class KeyTaken(ValueError):
    """The key stands for another act."""


class Changed(Exception):
    """The quote is not any more what the agent saw; `quoted` is the one of now."""

    def __init__(self, quoted: quoting.Quoted) -> None:
        super().__init__(str(quoted.quote.amount))
        self.quoted = quoted


class TooLate(Exception):
    """The act is not any more in the state in which this could be done; `gesture` is how it stands now."""

    def __init__(self, gesture: Gesture) -> None:
        super().__init__(gesture.state)
        self.gesture = gesture


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent or program wants done. `key` names this very act: the same key twice is the same act. `seen` is the
    amount that the agent agreed to, where one saw a quote before."""

    order: Order
    request: Request
    key: str
    words: str = ""
    letter: str = ""
    conversation_key: int | None = None
    doubts: list[str] = field(default_factory=list)
    seen: int | None = None


def propose(wish: Wish, *, agent: Agent) -> Gesture:
    """Quote it and write it down; nothing is done yet. The network is used. Raises what quoting.quote raises, KeyTaken,
    Changed, and NotAllowed when even a second person could not allow it."""
    known = Gesture.objects.filter(key=wish.key).first()
    if known is not None:
        return _same(known, wish, agent)
    quoted = quoting.quote(wish.order, wish.request, agent)
    if quoted.verdict.outcome == NO:
        raise NotAllowed(quoted.verdict)
    if wish.seen is not None and wish.seen != quoted.charge:
        raise Changed(quoted)
    try:
        return write_down(wish, quoted, agent=agent, verdict=quoted.verdict)
    except IntegrityError:  # the second click was quicker
        return _same(Gesture.objects.get(key=wish.key), wish, agent)


def _same(known: Gesture, wish: Wish, agent: Agent) -> Gesture:
    ours = (known.agent_id, known.order_id) == (agent.pk, wish.order.pk)
    asked = kept.request_of(known.request)
    if not ours or asked.verb != wish.request.verb or (asked.reason != wish.request.reason):
        raise KeyTaken(wish.key)
    return known


@transaction.atomic
def write_down(
    wish: Wish, quoted: quoting.Reckoned, *, agent: Agent | None = None, verdict: Verdict = UNJUDGED
) -> Gesture:
    """Put a quoted wish into the ledger; without an agent it is the customer's, whom an agent answers. Raises
    IntegrityError when its key is taken."""
    request = quoted.quote.request
    row = Gesture.objects.create(
        key=wish.key,
        shop=wish.order.shop,
        order=wish.order,
        identity=wish.order.identity,
        conversation_key=wish.conversation_key,
        agent=agent,
        role=agent.role if agent is not None else Role.AGENT,
        token_key=token_in_use.get(),
        verb=request.verb,
        request=kept.as_json(request),
        quote=kept.quote_as_json(quoted.quote),
        amount=quoted.charge,
        currency=quoted.quote.currency,
        reason=request.reason[:80],
        words=wish.words[:500],
        letter=wish.letter[:LONGEST_LETTER] if wish.conversation_key else "",
        doubts=wish.doubts,
        over=list(verdict.over),
        watched=verdict.watched,
        by_hand=quoted.by_hand,
        next_at=timezone.now() + PROPOSED_FOR,
    )
    actor = Actor.of(agent) if agent is not None else Actor.customer(wish.order.identity_id)
    record(row, "gesture.proposed", actor=actor, **told(row))
    return row


@transaction.atomic
def confirm(gesture: Gesture, *, agent: Agent, already: bool = False) -> Gesture:
    """Hold the amount and let it be done, or ask a second person. Confirmed twice, it is done once.

    `already` says that a person did it elsewhere. Raises NotAllowed; then it stays proposed.
    """
    _lock(gesture, agent)
    row = held(gesture)
    if row.state != State.PROPOSED:
        return row
    if row.agent_id != agent.pk:
        row.agent, row.role = agent, agent.role  # a macro's or a colleague's proposal: who confirms answers for it
    verdict = authority.judge(agent, authority.weighed(row))
    row.over, row.watched = list(verdict.over), verdict.watched
    if verdict.outcome == NO:
        raise NotAllowed(verdict)
    if verdict.outcome == APPROVAL:
        if not authority.approvers(authority.weighed(row), agent):
            raise NotAllowed(verdict, nobody=True)
        row.state, row.next_at = State.WAITING, None
        row.save(update_fields=["agent", "role", "over", "watched", "state", "next_at"])
        record(row, "gesture.asked", actor=Actor.of(agent), **told(row))
        return row
    row.charged_to, row.charged_at = agent, timezone.now()
    row.save(update_fields=["agent", "role", "over", "watched", "charged_to", "charged_at"])
    record(row, "gesture.confirmed", actor=Actor.of(agent), **told(row))
    return begin(row, actor=Actor.of(agent), already=already)


@transaction.atomic
def approve(gesture: Gesture, *, agent: Agent, answer: str = "") -> Gesture:
    """A second person agrees; the amount is held against that person's limits. Raises TooLate, NotAllowed (their own
    act, or beyond their limits too)."""
    _lock(gesture, agent)
    row = held(gesture)
    if row.state != State.WAITING:
        raise TooLate(row)
    act = authority.weighed(row)
    if row.agent_id == agent.pk or not authority.may_approve(agent, act):
        raise NotAllowed(authority.judge(agent, act))
    row.approver, row.decided_at, row.answer = agent, timezone.now(), answer.strip()[:500]
    row.charged_to, row.charged_at = agent, timezone.now()
    row.save(update_fields=["approver", "decided_at", "answer", "charged_to", "charged_at"])
    record(row, "gesture.approved", actor=Actor.of(agent), **told(row))
    return begin(row, actor=Actor.of(agent))


@transaction.atomic
def decline(gesture: Gesture, *, agent: Agent, answer: str = "") -> Gesture:
    """A second person does not agree, in words. Raises TooLate, NotAllowed for one's own act (withdraw it instead)."""
    row = held(gesture)
    if row.state != State.WAITING:
        raise TooLate(row)
    if row.agent_id == agent.pk or not authority.can_approve_anything(agent):
        raise NotAllowed(authority.judge(agent, authority.weighed(row)))
    row.state, row.approver, row.decided_at, row.answer = State.REFUSED, agent, timezone.now(), answer.strip()[:500]
    row.save(update_fields=["state", "approver", "decided_at", "answer"])
    record(row, "gesture.declined", actor=Actor.of(agent), **told(row))
    return row


@transaction.atomic
def withdraw(gesture: Gesture, *, agent: Agent) -> Gesture:
    """Who asked wants it no more; nothing was done. Raises TooLate."""
    row = held(gesture)
    if row.state not in (State.PROPOSED, State.WAITING, State.BY_HAND):
        raise TooLate(row)
    row.state, row.decided_at, row.next_at = State.REFUSED, timezone.now(), None
    row.save(update_fields=["state", "decided_at", "next_at"])
    record(row, "gesture.withdrawn", actor=Actor.of(agent), **told(row))
    return row


@transaction.atomic
def mark_seen(gesture: Gesture, *, agent: Agent) -> bool:
    """Someone who approves looked at a watched act; False when it was so already."""
    changed = Gesture.objects.filter(pk=gesture.pk, watched=True, seen_at=None).update(seen_at=timezone.now())
    if changed:
        record(gesture, "gesture.seen", actor=Actor.of(agent), **told(gesture))
    return bool(changed)


def held(gesture: Gesture) -> Gesture:
    """The line under its lock, as it stands now."""
    rows: Any = Gesture.objects.select_for_update(of=("self",))
    found: Gesture = rows.select_related("order__shop", "identity__customer", "agent", "shop").get(pk=gesture.pk)
    return found


def _lock(gesture: Gesture, agent: Agent) -> None:
    """Whose limits are read and used: locked against another act at this very moment."""
    list(Customer.objects.select_for_update(no_key=True).filter(identities=gesture.identity_id).values_list("pk"))
    list(Agent.objects.select_for_update(no_key=True).filter(pk=agent.pk).values_list("pk"))
