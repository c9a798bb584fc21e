"""What an act asks, checked against the order as it is known, and what it costs the house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from comptoir.lib.money import MAX_MINOR
from comptoir.orders.models import Order, OrderLine, Refund
from comptoir.ports.shop import Quote, Request, ShopCapabilities, Verb

COPIES = frozenset({Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE})
GIVES = frozenset({Verb.DISCOUNT_CODE, Verb.GIFT_CARD, Verb.STORE_CREDIT})
ADDRESS_NEEDS = ("name", "street", "postcode", "city")
ADDRESS_FIELDS = (*ADDRESS_NEEDS, "country", "phone")
LONGEST_TEXT = 2_000


class CannotAct(ValueError):
    """The act cannot be asked for; `code` says why, `detail` holds an amount or a name: nothing, negative, too_much,
    line, count, shipping, percent, address, text, long, verb, cancelled."""

    def __init__(self, code: str, detail: str = "", *, amount: int = 0) -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail, self.amount = code, detail, amount


@dataclass(frozen=True, slots=True)
class Left:
    """What of a line may still be refunded or sent again."""

    line: OrderLine
    key: str
    count: int

    @property
    def each(self) -> int:
        """What one of it cost, its discount taken off."""
        return self.line.total // max(self.line.quantity, 1)


def line_key(line: OrderLine) -> str:
    """How a request names a line: the platform's key, or its place where the platform gave none."""
    return line.external_id or f"#{line.position}"


def left(order: Order) -> list[Left]:
    """The order's lines with what is left of each."""
    return [Left(line, line_key(line), max(0, line.quantity - line.refunded)) for line in order.lines.all()]


def refunded(order: Order) -> int:
    """What went back already, or is on its way."""
    rows = (row for row in order.refunds.all() if row.currency == order.currency and row.state != Refund.State.FAILED)
    return sum(row.amount for row in rows)


def refundable(order: Order) -> int:
    """What may still go back."""
    return max(0, order.total - refunded(order))


def shipping_left(order: Order) -> int:
    """What of the shipping may still go back."""
    return max(0, order.shipping - sum(row.shipping for row in order.refunds.all()))


def worth(order: Order, lines: Mapping[str, int]) -> int:
    """What so many of these lines cost; all of a line costs its total, whatever one of it is rounded to."""
    rows = {line_key(line): line for line in order.lines.all()}
    return sum(rows[key].total * count // max(rows[key].quantity, 1) for key, count in lines.items() if key in rows)


def check(order: Order, request: Request, known: ShopCapabilities | None) -> Request:
    """The request as it may be sent to a platform with these capabilities (None: done by hand); raises CannotAct."""
    if min(request.amount, request.shipping, request.minimum, *request.lines.values(), 0) < 0:
        raise CannotAct("negative")
    if max(request.amount, request.shipping, request.minimum, 0) > MAX_MINOR:
        raise CannotAct("too_much")
    if any("\0" in text for text in (request.text, request.code, request.reason, *request.address.values())):
        raise CannotAct("text")
    if len(request.text) > LONGEST_TEXT:
        raise CannotAct("long")
    if known is not None and request.verb not in known.verbs:
        raise CannotAct("verb")
    _check_lines(order, request)
    if request.verb == Verb.REFUND:
        return _refund(order, request, known)
    _CHECKS.get(request.verb, _anything)(request)
    return request


def _check_lines(order: Order, request: Request) -> None:
    rows = {row.key: row for row in left(order)}
    for key, count in request.lines.items():
        if key not in rows:
            raise CannotAct("line", key[:60])
        most = rows[key].count if request.verb == Verb.REFUND else rows[key].line.quantity
        if count > most:
            raise CannotAct("count", rows[key].line.title)


def _refund(order: Order, request: Request, known: ShopCapabilities | None) -> Request:
    if request.shipping > shipping_left(order):
        raise CannotAct("shipping", amount=shipping_left(order))
    asked = request.amount or worth(order, request.lines) + request.shipping
    if not asked:
        raise CannotAct("nothing")
    if asked > refundable(order):
        raise CannotAct("too_much", amount=refundable(order))
    apart = known is not None and (
        (request.lines and not known.refund_lines) or (request.shipping and not known.refund_shipping)
    )
    return replace(request, amount=asked) if apart else request


def _gives(request: Request) -> None:
    if request.verb == Verb.DISCOUNT_CODE and request.percent:
        if not 1 <= request.percent <= 100:
            raise CannotAct("percent")
        return
    if not request.amount:
        raise CannotAct("nothing")


def _address(request: Request) -> None:
    for name in ADDRESS_NEEDS:
        if not request.address.get(name, "").strip():
            raise CannotAct("address", name)


def _words(request: Request) -> None:
    if not request.text.strip():
        raise CannotAct("text")


def _copies(request: Request) -> None:
    if not any(request.lines.values()):
        raise CannotAct("nothing")


def _anything(request: Request) -> None:
    """Nothing to say against it."""


_CHECKS = dict.fromkeys(GIVES, _gives) | dict.fromkeys(COPIES, _copies) | {
    Verb.EDIT_ADDRESS: _address, Verb.NOTE: _words, Verb.TAG: _words,
}  # fmt: skip


def charge(order: Order, quote: Quote) -> int:
    """What the act uses of an agent's limits, minor units: the money that leaves, or the worth of goods and codes."""
    request = quote.request
    if request.verb == Verb.CANCEL:
        return quote.amount or refundable(order)
    if request.verb in COPIES:
        return quote.amount or worth(order, request.lines)
    if request.verb == Verb.DISCOUNT_CODE:
        return request.amount or order.total * request.percent // 100
    if request.verb == Verb.FREE_SHIPPING:
        return order.shipping
    return quote.amount or request.amount


def by_hand(order: Order, request: Request, warnings: Iterable[str] = ()) -> Quote:
    """The quote of an act that a person does elsewhere: reckoned from the order as it is known here."""
    amount = request.amount
    if request.verb == Verb.REFUND:
        amount = amount or worth(order, request.lines) + request.shipping
    most = refundable(order) if request.verb == Verb.REFUND else amount
    return Quote(request, amount=amount, maximum=most, currency=order.currency, warnings=tuple(warnings))
