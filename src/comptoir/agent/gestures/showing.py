"""Quotes, limits and lines of the ledger as the templates read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from comptoir.agent.gestures import words
from comptoir.agent.orders import drawings
from comptoir.agent.spoken import spoken
from comptoir.conversations.queries.proof import sentence
from comptoir.core.access import May, can
from comptoir.core.models import Agent
from comptoir.orders.gestures import authority, platforms, reckoning
from comptoir.orders.gestures.authority import APPROVAL, NO, Bar
from comptoir.orders.gestures.quoting import Quoted
from comptoir.orders.models import Gesture, Order
from comptoir.ports.shop import ShopCapabilities, Verb

# the verbs that stand beside an order, with the key that follows the prefix
FIRST = {Verb.RESHIP: "x", Verb.REFUND: "r", Verb.DISCOUNT_CODE: "g", Verb.CANCEL: "c", Verb.EDIT_ADDRESS: "d"}


@dataclass(frozen=True, slots=True)
class Pick:
    """A line of an order in a dialog: what is left of it and what that cost."""

    place: int
    row: Any
    picture: str
    most: int
    each: int
    amount: int


def lines(order: Order, *, everything: bool) -> list[Pick]:
    """The lines to choose from; with `everything`, those that were refunded too."""
    return [
        Pick(
            place,
            row.line,
            drawings.of(row.line),
            count,
            row.each,
            reckoning.worth(order, {row.key: count}),
        )
        for place, row in enumerate(reckoning.left(order))
        if (count := row.line.quantity if everything else row.count)
    ]


def quoted(told: Quoted, agent: Agent) -> dict[str, Any]:
    """The quote, the limits and who has to agree."""
    verdict, currency = told.verdict, told.quote.currency
    bar = verdict.tightest
    waits = verdict.outcome == APPROVAL
    approvers = authority.approvers(told.act, agent) if waits else []
    return {
        "quoted": told,
        "charge": told.charge,
        "currency": currency,
        "details": [(spoken(what), amount) for what, amount in told.quote.details],
        "warnings": [spoken(text) for text in told.quote.warnings],
        "verdict": verdict,
        "bar": _drawn(bar) if bar else None,
        "bar_over": bar.over if bar else 0,
        "limits": [words.remaining(each, currency) for each in verdict.bars if each.kind != "act"],
        "cap_limit": next((each.limit for each in verdict.bars if each.kind == "act"), None),
        "waits": waits,
        "forbidden": words.forbidden(verdict) if verdict.outcome == NO else "",
        "over_words": words.over_words(verdict, currency) if waits else "",
        "left_words": words.left_words(bar, currency) if bar and not waits else "",
        "approvers": approvers,
        "approver": approvers[0] if approvers else None,
    }


def _drawn(bar: Bar) -> dict[str, float]:
    """The bar in shares of a hundred: what was used before, what this act uses within the limit, and beyond it."""
    whole = max(bar.used + bar.amount, bar.limit, 1)
    before, within = min(bar.used, bar.limit), min(bar.used + bar.amount, bar.limit)
    shares = {"within": round(100 * within / whole, 1), "over": round(100 * bar.over / whole, 1)}
    return shares | {"at": shares["within"], "before": round(100 * before / whole, 1)}


def shown(rows: Iterable[Gesture], agent: Agent) -> list[dict[str, Any]]:
    """Lines of the ledger with what this agent may do to them."""
    found, acts = list(rows), can(agent, May.ACT_ON_ORDERS)
    asked = any(row.state == Gesture.State.WAITING or (row.watched and row.seen_at is None) for row in found)
    approves = asked and authority.can_approve_anything(agent)
    return [_line(row, agent, acts, approves) for row in found]


def _line(row: Gesture, agent: Agent, acts: bool, approves: bool) -> dict[str, Any]:
    mine = row.agent_id == agent.pk
    state = Gesture.State(row.state)
    return {
        "row": row,
        "icon": words.ICONS[Verb(row.verb)],
        "tone": words.TONES.get(state, ""),
        "amount": words.amount(row),
        "code": row.result.get("code", ""),
        "problem": spoken(row.problem),
        "doubts": [sentence(code) for code in row.doubts] if state == Gesture.State.PROPOSED else [],
        "approve": approves and state == Gesture.State.WAITING and not mine,
        "withdraw": acts and state in (Gesture.State.PROPOSED, Gesture.State.WAITING, Gesture.State.BY_HAND),
        "confirm": acts and state == Gesture.State.PROPOSED,
        "settle": acts and (state == Gesture.State.BY_HAND or (state == Gesture.State.UNCERTAIN)),
        "looking": state == Gesture.State.UNCERTAIN and row.next_at is not None,
        "undo": acts and state == Gesture.State.DONE and bool(row.undo_with),
        "look": approves and row.watched and row.seen_at is None and not mine,
    }


def beside(order: Order, agent: Agent, *, first: bool = True, limit: int = 6) -> dict[str, Any]:
    """What the panel and the order's page show of an order's actions: its buttons (those of the `first` order have
    keys), and the newest lines of the ledger."""
    acts = can(agent, May.ACT_ON_ORDERS)
    known = platforms.capabilities_of(order) if acts else None
    rows = order.gestures.select_related("agent", "approver").order_by("-created_at", "-pk")[:limit]
    made = [_button(verb, known) for verb in [*FIRST, *(verb for verb in Verb if verb not in FIRST)]]
    return {
        "gestures": shown(rows, agent),
        "may_act": acts,
        "acts_first": made[: len(FIRST)],
        "acts_more": made[len(FIRST) :],
        "order_key": order.pk,
        "first": first,
    }


def _button(verb: Verb, known: ShopCapabilities | None) -> dict[str, Any]:
    return {
        "verb": verb.value,
        "title": words.title(verb),
        "short": words.short(verb),
        "icon": words.ICONS[verb],
        "key": FIRST.get(verb, ""),
        "lacks": bool(words.lacking(verb, known)),
    }
