"""`comptoir webhook explain`: how a shop's or carrier's payload is understood, one JSON object a line; no database, no network."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comptoir.config.adapters import ADAPTERS
from comptoir.config.mail_explain import language
from comptoir.config.webhook_words import reasons
from comptoir.lib.money import NotMoney, to_decimal
from comptoir.lib.payload import Unreadable, load
from comptoir.ports import registry
from comptoir.ports.carrier import Followed
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import Notice, OrderData, RefundData

LIMIT = 10 * 2**20  # what the inbound road takes
SIMULATED = ("simulated", "simulator", "generic")  # theirs is no vendor's form: never guessed


def register(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    explain = actions.add_parser("explain", help="print how payloads are understood, one JSON object a line")
    explain.add_argument("vendor", metavar="VENDOR", help="shopify, woocommerce, laposte…; another word: guessed")
    explain.add_argument("files", nargs="+", metavar="FILE", help="a payload as it was posted")
    explain.add_argument("--topic", default="", help="as the platform named it; left out, its shape says it")
    explain.add_argument("--why", action="store_true", help="add the reasons in words (French or English, by LANG)")


def run(arguments: argparse.Namespace) -> int:
    """Print one line a payload, in their order; 1 when one could not be understood."""
    registry.configure(ADAPTERS)
    failed = False
    for path in arguments.files:
        line = explained(path, arguments.vendor, arguments.topic, language() if arguments.why else "")
        failed = failed or line["error"] is not None
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class Understood:
    """What an adapter makes of a payload; `guessed` when the vendor was told by the payload alone."""

    vendor: str
    port: str
    notice: Notice
    followed: Followed | None = None
    guessed: bool = False

    @property
    def problem(self) -> str:
        """Why it cannot be taken."""
        return self.notice.problem or (self.followed.problem if self.followed else "")

    @property
    def parcels(self) -> tuple[ShipmentData, ...]:
        """Those that it tells of."""
        if self.followed:
            return self.followed.parcels
        return self.notice.shipments or (self.notice.order.shipments if self.notice.order else ())

    @property
    def weight(self) -> tuple[int, ...]:
        """How much was understood: what a guess is judged by."""
        order, steps = self.notice.order, sum(len(parcel.events) for parcel in self.parcels)
        found = bool(order or self.notice.product or self.notice.customer or self.notice.privacy or self.notice.refund)
        named = sum(bool(parcel.number) for parcel in self.parcels)
        sense = bool(order and (order.lines or order.total) and order.number)
        unknown = len(self.followed.codes) if self.followed else 0
        return (not self.problem, sense, found or named > 0, named, steps, -unknown)


def explained(path: str, vendor: str, topic: str = "", words: str = "") -> dict[str, Any]:
    """What is printed for a payload; `words` is the language of the reasons, "" without them."""
    try:
        with Path(path).open("rb") as file:
            body = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        return _line(path, vendor, error=getattr(error, "strerror", None) or str(error))
    if len(body) > LIMIT:
        return _line(path, vendor, error="Un webhook pèse 10\u00a0Mo au plus.")
    if not body.strip():
        return _line(path, vendor, error="Le fichier est vide.")
    done = understand(vendor, topic, body)
    if done is None:
        return _line(path, vendor, error="Aucun connecteur ne comprend ce contenu.")
    line = _told(path, done)
    if words:
        line["why"] = reasons(done.vendor, done.notice, done.followed, guessed=done.guessed, language=words)
    return line


def understand(vendor: str, topic: str, body: bytes) -> Understood | None:
    """By the vendor's own adapter; for another word than a vendor's by whichever makes most sense of it. None when
    nobody does."""
    for port in ("shop", "carrier"):
        if vendor.lower() in registry.names(port):
            return _best(_parsed(port, vendor.lower(), topic, body))
    guesses = [
        _best(_parsed(port, name, topic, body))
        for port in ("shop", "carrier")
        for name in registry.names(port)
        if name not in SIMULATED
    ]
    best = max(guesses, key=lambda guess: guess.weight, default=None)
    if best is None or not best.weight[2]:
        return None
    return Understood(best.vendor, best.port, best.notice, best.followed, guessed=True)


def _best(tries: Iterator[Understood]) -> Understood:
    """As it is, else without what somebody has wrapped around it."""
    first = next(tries)
    return first if first.weight[2] else max([first, *tries], key=lambda one: one.weight)


def _parsed(port: str, vendor: str, topic: str, body: bytes) -> Iterator[Understood]:
    adapter = registry.get(port, vendor)({})
    for inner, named in _unwrapped(body, topic):
        if port == "carrier":
            yield Understood(vendor, port, Notice("shipment"), adapter.parse(inner))
        else:
            yield Understood(vendor, port, adapter.parse(named, inner))


def _unwrapped(body: bytes, topic: str) -> Iterator[tuple[bytes, str]]:
    """The payload, then what stands alone inside: an answer of an API instead of a webhook, a list of one."""
    yield body, topic
    try:
        told = load(body)
    except Unreadable:
        return
    for _ in range(3):
        inner = told[0] if isinstance(told, list) and len(told) == 1 else _only(told)
        if not isinstance(inner, dict | list):
            return
        told = inner
        yield json.dumps(told, default=str).encode(), topic


def _only(told: Any) -> Any:
    """The one thing in an object; « data » and « payload » beside other words count too."""
    if not isinstance(told, dict):
        return None
    inner = [value for value in told.values() if isinstance(value, dict | list)]
    return next(
        (told[name] for name in ("data", "payload") if name in told), inner[0] if len(told) == 1 == len(inner) else None
    )


def _line(path: str, vendor: str, *, error: str | None = None) -> dict[str, Any]:
    return {
        "path": path, "vendor": vendor, "kind": "other", "id": "", "order": None, "refund": None, "parcels": [],
        "privacy": None, "error": error,
    }  # fmt: skip


def _told(path: str, done: Understood) -> dict[str, Any]:
    notice = done.notice
    parcels = [_parcel(parcel) for parcel in done.parcels]
    name = notice.external_id or (parcels[0]["number"] if len(parcels) == 1 else "")
    line = _line(path, done.vendor) | {
        "kind": notice.kind if not done.followed or parcels else "other",
        "id": name,
        "order": _order(notice.order) if notice.order else None,
        "refund": _refund(notice.refund, notice) if notice.refund else None,
        "parcels": parcels,
        "privacy": notice.privacy or None,
        "error": done.problem or None,
    }
    more = {
        "guessed": done.guessed,
        "topic": notice.topic,
        "order_id": notice.order_id,
        "gone": notice.gone,
        "unknown": list(done.followed.unknown) if done.followed else [],
        "codes": list(done.followed.codes) if done.followed else [],
    }
    return line | {key: value for key, value in more.items() if value}


def _order(order: OrderData) -> dict[str, Any]:
    return {
        "id": order.external_id,
        "number": order.number,
        "status": order.status or order.state,
        "state": order.state,
        "total": _amount(order.total, order.currency),
        "currency": order.currency,
        "email": order.email,
        "lines": [
            {
                "id": line.external_id,
                "sku": line.sku,
                "title": line.title,
                "quantity": line.quantity,
                "price": _amount(line.unit_price, order.currency),
                "total": _amount(line.amount, order.currency),
            }
            for line in order.lines
        ],
    }


def _refund(refund: RefundData, notice: Notice) -> dict[str, Any]:
    currency = notice.currency or (notice.order.currency if notice.order else "")
    return {
        "id": refund.external_id,
        "amount": _amount(refund.amount, currency or "EUR"),
        "currency": currency,
        "reason": refund.reason,
        "state": refund.state,
        "lines": dict(refund.lines),
    }


def _parcel(parcel: ShipmentData) -> dict[str, Any]:
    return {
        "number": parcel.number,
        "carrier": parcel.carrier,
        "state": str(parcel.state),
        "estimated": parcel.estimated_on.isoformat() if parcel.estimated_on else None,
        "events": [
            {
                "at": event.occurred_at.isoformat(),
                "code": event.code,
                "state": str(event.state),
                "place": event.place,
                "text": event.text,
            }
            for event in parcel.events
        ],
    }


def _amount(minor: int, currency: str) -> str:
    try:
        return str(to_decimal(minor, currency))
    except NotMoney:
        return str(minor)
