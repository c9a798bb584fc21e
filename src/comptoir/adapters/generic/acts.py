"""Acts of the generic connector: reckoned from the order, written for the program, read from its answer."""

from typing import Any

from comptoir.lib.money import to_decimal
from comptoir.lib.payload import Unreadable, link, mapping, minor, text
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

POSSIBLE = frozenset(Verb) - {Verb.STORE_CREDIT, Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE}
OF_AN_ORDER = frozenset({Verb.REFUND, Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.NOTE, Verb.TAG})
CHANGED = "La commande a changé entre-temps\u202f: le devis n’est plus le même."
NOT_THERE = "La commande n’existe pas chez votre programme."


def reckoned(request: Request, order: OrderData | None) -> Quote:
    """What the request would do."""
    if order is None and (request.verb in OF_AN_ORDER or request.order_id):
        return Quote(request, currency=request.currency, refusal=NOT_THERE)
    if order is None or request.verb not in (Verb.REFUND, Verb.CANCEL):
        amount = request.amount if request.verb == Verb.GIFT_CARD else 0
        return Quote(request, amount=amount, maximum=amount, currency=order.currency if order else request.currency)
    back = [refund for refund in order.refunds if refund.state != "failed"]
    left = order.total - sum(refund.amount for refund in back)
    if request.verb == Verb.CANCEL:
        sent = order.state in ("shipped", "delivered", "cancelled", "refunded")
        refusal = "La commande est déjà partie ou close\u202f: elle ne s’annule plus." if sent else ""
        return Quote(request, amount=0 if sent else left, maximum=left, currency=order.currency, refusal=refusal)
    return _refund(request, order, left)


def _refund(request: Request, order: OrderData, left: int) -> Quote:
    details, problem = [], ""
    lines = {line.external_id: line for line in order.lines}
    for name, count in request.lines.items():
        line = lines.get(name)
        if line is None or count < 1 or count > line.quantity - line.refunded:
            problem = "Un article n’est pas dans la commande, ou a déjà été remboursé."
            continue
        details.append((line.title, line.amount * count // line.quantity))
    if request.shipping:
        paid = order.shipping - sum(refund.shipping for refund in order.refunds if refund.state != "failed")
        problem = problem or ("La livraison a déjà été remboursée." if request.shipping > paid else "")
        details.append(("Livraison", request.shipping))
    amount = request.amount or sum(worth for _, worth in details)
    if not problem and not 0 < amount <= left:
        problem = "Il ne reste pas autant à rembourser."
    return Quote(request, amount, left, order.currency, tuple(details), refusal=problem)


def written(quote: Quote, key: str) -> dict[str, Any]:
    """The act as the program gets it; only what the verb needs."""
    request = quote.request
    told: dict[str, Any] = {
        "verb": request.verb.value,
        "key": key,
        "order_id": request.order_id,
        "amount": str(to_decimal(quote.amount, quote.currency)) if quote.amount else "",
        "currency": quote.currency,
        "shipping": str(to_decimal(request.shipping, quote.currency)) if request.shipping else "",
        "lines": dict(request.lines),
        "reason": request.reason,
        "address": dict(request.address),
        "code": request.code,
        "percent": request.percent,
        "text": request.text,
        "email": request.email,
        "restock": request.restock,
        "notify": request.notify,
        "expires_at": request.expires_at.isoformat() if request.expires_at else "",
    }
    return {name: value for name, value in told.items() if value}


def done(told: Any, quote: Quote) -> Done:
    """What the program says it did."""
    answer = mapping(told)
    try:
        amount = minor(answer.get("amount"), quote.currency, quote.amount)
    except Unreadable:
        amount = quote.amount
    return Done(
        external_id=text(answer.get("id"), 120),
        code=text(answer.get("code"), 80),
        amount=amount,
        state="pending" if answer.get("state") == "pending" else "done",
        url=link(answer.get("url")),
    )
