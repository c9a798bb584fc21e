"""Refunds: reckoned from the order as just read, made on one payment."""

import json
from dataclasses import replace

from comptoir.adapters.vendure import queries
from comptoir.adapters.vendure.client import Client
from comptoir.adapters.vendure.orders import KEY_MARK, theirs
from comptoir.adapters.vendure.reading import Reader
from comptoir.lib.payload import key as identifier
from comptoir.lib.payload import text
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, RefundData, Request

_STATES = {"Settled": "done", "Failed": "failed"}


def quote(reader: Reader, request: Request) -> Quote:
    """What would go back, and to which payment."""
    found = reader.order(request.order_id)
    if found is None:
        return Quote(request, currency=request.currency, refusal="La commande n’existe pas dans Vendure.")
    return weighed(request, found)


def weighed(request: Request, found: OrderData) -> Quote:
    """The quote of a request on an order as it stands."""
    blank = Quote(request, currency=found.currency, maximum=sum(_left(found).values()))
    worth = 0
    for line in found.lines:
        count = request.lines.get(line.external_id, 0)
        if count > line.quantity - line.refunded:
            return replace(blank, refusal=f"Il ne reste pas autant de «\u202f{line.title}\u202f» à rembourser.")
        worth += line.amount * count // line.quantity
    if not set(request.lines) <= {line.external_id for line in found.lines}:
        return replace(blank, refusal="Un article n’est pas dans la commande.")
    if request.shipping > found.shipping - sum(refund.shipping for refund in _made(found)):
        return replace(blank, refusal="Il ne reste pas autant de frais de livraison à rembourser.")
    wanted = request.amount or worth + request.shipping
    details = (("Articles", worth), ("Livraison", request.shipping))
    if request.amount and request.amount != worth + request.shipping:
        details = (("Montant choisi", request.amount), ("", 0))
    blank = replace(blank, amount=wanted, details=tuple((what, minor) for what, minor in details if minor))
    if blank.maximum <= 0:
        return replace(blank, refusal="Il ne reste rien à rembourser.")
    if wanted <= 0:
        return replace(blank, refusal="Il n’y a rien à rembourser dans ce qui est choisi.")
    if wanted > blank.maximum:
        return replace(blank, refusal="Il ne reste pas autant à rembourser.")
    payment = next((name for name, left in _left(found).items() if left >= wanted), "")
    if not payment:
        return replace(
            blank, refusal="La commande a été payée en plusieurs fois\u202f: remboursez paiement par paiement."
        )
    plan = {"payment": payment, "amount": wanted, "items": min(worth, wanted - request.shipping)}
    return replace(blank, token=json.dumps(plan, sort_keys=True))


def _made(found: OrderData) -> list[RefundData]:
    return [refund for refund in found.refunds if refund.state != "failed"]


def _left(found: OrderData) -> dict[str, int]:
    """What is left of each payment; refunds fill the payments in their order, as Vendure tells them by payment."""
    left = {payment.external_id: payment.amount for payment in found.payments if payment.state == "paid"}
    for refund in _made(found):
        name = refund.method if refund.method in left else next(iter(left), "")
        if name:
            left[name] -= refund.amount
    return {name: amount for name, amount in left.items() if amount > 0}


def execute(client: Client, reader: Reader, quoted: Quote, key: str, *, settles: bool) -> Done:
    """Refund once, after the order was read again. `settles`: what the payment's module leaves waiting is set right."""
    request = quoted.request
    now = quote(reader, request)
    if now.refusal or now.amount != quoted.amount or not now.token:
        raise PortError(now.refusal or "La commande a changé depuis.", permanent=True, code="refused")
    plan = json.loads(now.token)

    def amount(minor: int) -> int:
        return theirs(minor, now.currency, reader.precision)

    whole = {
        "lines": [{"orderLineId": name, "quantity": count} for name, count in request.lines.items()],
        "shipping": amount(request.shipping),
        "adjustment": amount(plan["amount"] - plan["items"] - request.shipping),
        "amount": amount(plan["amount"]),
        "paymentId": plan["payment"],
        "reason": f"{request.reason.strip()[:300]} [{KEY_MARK}{key}]".strip(),
    }
    told = client.act(queries.REFUND, {"input": whole})
    name, state = identifier(told.get("id")), text(told.get("state"), 40)
    if state == "Pending" and settles:
        settled = client.act(queries.SETTLE, {"input": {"id": name, "transactionId": f"{KEY_MARK}{key}"[:100]}})
        state = text(settled.get("state"), 40)
    return Done(name, amount=plan["amount"], state=_STATES.get(state, "pending"))
