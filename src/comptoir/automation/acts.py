"""What a macro may do beside its text, as short codes: "state:closed", "tag:Retard", "assign:me", "snooze:3d"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

KINDS = ("state", "assign", "team", "tag", "untag", "topic", "priority", "snooze", "note", "field", "gesture")
STATES = ("open", "pending", "closed")
ON_ARRIVAL = ("pending", "closed", "quiet", "spam", "trash")  # the states that a filter may give to what arrives
MOST = 30
_KEY = re.compile(r"[1-9]\d{0,17}")
FILLED_MOST = 80  # characters that an act puts into a field
_FIELD = re.compile(
    rf"[a-z][a-z0-9_]{{0,29}}=.{{0,{FILLED_MOST}}}"
)  # the key of a field of conversations, and what goes into it
# an order action that is proposed: minor units with their currency, or a percentage
_GESTURE = re.compile(
    r"refund_shipping|free_shipping|reship|cancel|discount_code=([1-9]\d?|100)%|"
    r"(refund|discount_code|gift_card|store_credit)=[1-9]\d{0,11}[A-Z]{3}"
)
_REST = re.compile(r"([1-9]\d{0,2})([hd])")


class BadAct(ValueError):
    """The code names nothing that can be done."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do."""

    kind: str
    value: str

    @property
    def code(self) -> str:
        """As it is kept."""
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Offer:
    """An order action that an act proposes: of a percentage, or of minor units of `currency`; some have neither."""

    name: str
    percent: int = 0
    minor: int = 0
    currency: str = ""


def offer(value: str) -> Offer:
    """The value of a gesture's act, which `read` let pass: "free_shipping", "discount_code=10%", "refund=500EUR"."""
    name, _sep, given = value.partition("=")
    if given.endswith("%"):
        return Offer(name, percent=int(given[:-1]))
    return Offer(name, minor=int(given[:-3]), currency=given[-3:]) if given else Offer(name)


def read(code: str, states: tuple[str, ...] = STATES) -> Act:
    """The act of a code; raises BadAct."""
    kind, colon, value = code.partition(":")
    value = value.strip()
    fits = {
        "state": value in states,
        "assign": value in ("me", "nobody") or bool(_KEY.fullmatch(value)),
        "team": value == "none" or bool(_KEY.fullmatch(value)),
        "tag": 0 < len(value) <= 40,
        "untag": 0 < len(value) <= 40,
        "topic": len(value) <= 60,
        "priority": value in ("-1", "0", "1", "2"),
        "snooze": value in ("evening", "tomorrow", "monday") or bool(_REST.fullmatch(value)),
        "note": bool(_KEY.fullmatch(value)),
        "field": bool(_FIELD.fullmatch(value)),
        "gesture": bool(_GESTURE.fullmatch(value)),
    }.get(kind, False)
    if not colon or not fits or any(ord(mark) < 32 for mark in value):
        raise BadAct(code)
    return Act(kind, value)


def read_all(codes: Iterable[str]) -> list[Act]:
    """The acts of some codes, each once; of kinds that exclude themselves (state, topic...), the last one."""
    found: dict[str, Act] = {}
    for code in list(codes)[:MOST]:
        act = read(code)
        key = act.code if act.kind == "note" else _place(act)
        found.pop(key, None)
        found[key] = act
    return list(found.values())


def _place(act: Act) -> str:
    """What two acts would both decide: only the last one of a place is done."""
    if act.kind == "field":
        return f"field:{act.value.partition('=')[0]}"
    return act.code if act.kind in ("tag", "untag") else "state" if act.kind == "snooze" else act.kind


def read_arrival(codes: Iterable[str]) -> list[Act]:
    """The acts of a filter on arrival: no note, and nobody who answers; raises BadAct."""
    found: dict[str, Act] = {}
    for code in list(codes)[:MOST]:
        act = read(str(code), ON_ARRIVAL)
        if act.kind in ("note", "gesture") or (act.kind, act.value) == ("assign", "me"):
            raise BadAct(code)
        key = _place(act)
        found.pop(key, None)
        found[key] = act
    return list(found.values())


def until(value: str, now: datetime) -> datetime:
    """When a pause ends, `now` being local: "3h", "2d" (at nine), "evening", "tomorrow", "monday"."""
    rest = _REST.fullmatch(value)
    if rest and rest[2] == "h":
        return now + timedelta(hours=int(rest[1]))
    if value == "evening":
        return _at(now, 0 if now.time() < time(18) else 1, 18)
    days = int(rest[1]) if rest else 1 if value == "tomorrow" else 7 - now.weekday()
    return _at(now, days, 9)


def _at(now: datetime, days: int, hour: int) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), time(hour), tzinfo=now.tzinfo)


def as_fields(codes: Iterable[str]) -> dict[str, str]:
    """The acts as a form shows them: one value a kind, tags to put on and to take off as lists with commas."""
    values: dict[str, str] = {}
    listed: dict[str, list[str]] = {"tag": [], "untag": [], "field": []}
    for code in codes:
        kind, _colon, value = code.partition(":")
        if kind in listed:
            listed[kind].append(value)
        else:
            values[kind] = value
    return values | {
        "fields_set": "\n".join(listed["field"]),
        "tags": ", ".join(listed["tag"]),
        "untags": ", ".join(listed["untag"]),
    }
