"""A dialog's fields as a request, amounts as people type them in French or English."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from comptoir.lib.money import NotMoney, parse_minor
from comptoir.orders.gestures import codes
from comptoir.orders.gestures.reckoning import ADDRESS_FIELDS, COPIES, CannotAct, left, worth
from comptoir.orders.models import Order
from comptoir.ports.shop import Request, Verb

LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class Asker:
    """The order that is asked about and the fields that were sent."""

    order: Order
    given: QueryDict

    def text(self, name: str, limit: int = 2_000) -> str:
        """A field without blanks around."""
        return self.given.get(name, "").strip()[:limit]

    def money(self, name: str) -> int:
        """A field in minor units, 0 when it is empty; raises CannotAct."""
        typed = self.text(name, 40)
        try:
            return parse_minor(typed, self.order.currency) if typed else 0
        except NotMoney as error:
            raise CannotAct("amount", typed) from error

    def number(self, name: str) -> int:
        """A whole number, 0 when it is empty; raises CannotAct."""
        typed = self.text(name, 12)
        if not typed:
            return 0
        if not typed.lstrip("-").isdecimal() or not typed.isascii():
            raise CannotAct("amount", typed)
        return int(typed)

    def reason(self) -> str:
        """Why, out of the list or in words of one's own."""
        chosen = self.text("reason", LONGEST_REASON)
        return self.text("other", LONGEST_REASON) if chosen == "other" else chosen

    def lines(self) -> dict[str, int]:
        """How many of each chosen line."""
        counts = {
            row.key: self.number(f"count-{place}") for place, row in enumerate(left(self.order)) if self._on(place)
        }
        return {key: count for key, count in counts.items() if count}

    def _on(self, place: int) -> bool:
        return f"line-{place}" in self.given

    def typed_amounts(self) -> int | None:
        """What is typed beside the chosen lines, when it is not what they cost; None when it is."""
        total, differs = 0, False
        for place, row in enumerate(left(self.order)):
            count = self.number(f"count-{place}") if self._on(place) else 0
            if not count:
                continue
            usual = worth(self.order, {row.key: count})
            typed = self.money(f"amount-{place}") if self.text(f"amount-{place}") else usual
            total, differs = total + typed, differs or typed != usual
        return total if differs else None


def request_of(verb: Verb, asker: Asker) -> Request:
    """What the dialog asks; raises CannotAct for what cannot be read."""
    base: dict[str, Any] = {"verb": verb, "reason": asker.reason(), "currency": asker.order.currency}
    if verb == Verb.REFUND:
        return Request(**base, **_refund(asker))
    if verb in COPIES:
        return Request(**base, lines=asker.lines(), text=asker.text("text"))
    if verb == Verb.CANCEL:
        return Request(**base, restock="restock" in asker.given)
    if verb == Verb.EDIT_ADDRESS:
        address = {name: asker.text(name, 300) for name in ADDRESS_FIELDS if asker.text(name, 300)}
        return Request(**base, address=address)
    if verb in (Verb.NOTE, Verb.TAG):
        return Request(**base, text=asker.text("text"))
    return Request(**base, **_gift(asker))


def _refund(asker: Asker) -> dict[str, Any]:
    shipping = asker.money("shipping") if "with-shipping" in asker.given else 0
    free, lines, typed = asker.money("amount"), asker.lines(), asker.typed_amounts()
    restock = "restock" in asker.given
    if free and (lines or shipping):
        usual = worth(asker.order, lines) if typed is None else typed
        return {"lines": lines, "shipping": shipping, "amount": usual + shipping + free, "restock": restock}
    amount = free if typed is None else typed + shipping
    return {"lines": lines, "shipping": shipping, "amount": amount, "restock": restock}


def _gift(asker: Asker) -> dict[str, Any]:
    typed = asker.text("amount", 40)
    values: dict[str, Any] = {
        "code": codes.cleaned(asker.text("code", 60)),
        "email": asker.order.identity.value if asker.order.identity.kind == "email" else "",
        "customer_id": asker.order.platform_customer,
        "minimum": asker.money("minimum"),
    }
    if typed.endswith("%"):
        return values | {"percent": int(bare) if (bare := typed[:-1].strip()).isdecimal() else -1}
    return values | {"amount": asker.money("amount")}
