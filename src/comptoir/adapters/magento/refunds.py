"""Refunds: reckoned from the order as just read, made on an invoice (the money goes back by itself) or on the order (it
is noted, and the money has to be given back by hand).

Magento reckons a credit memo in its base currency out of pieces, shipping and a free amount (« adjustment »).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comptoir.adapters.magento.client import Client
from comptoir.adapters.magento.orders import CANCELLED_MEMO, chosen, count, mark, measure, method
from comptoir.adapters.magento.reading import Reader
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import Unreadable, items, key, mapping, minor, plain, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, LineData, OrderData, Quote, RefundData, Request

OFFLINE = frozenset({"checkmo", "banktransfer", "cashondelivery", "purchaseorder", "free"})
_CHANGED = "La commande a changé depuis\u202f: demandez un nouveau chiffre."
_LOST = "Could not save a Creditmemo"  # the gateway refused, or did it and the shop could not write it down


@dataclass(frozen=True, slots=True)
class _Case:
    """An order as just read: as Magento tells it, as the port does, its credit memos, its invoices."""

    told: Mapping[str, Any]
    found: OrderData
    memos: list[dict[str, Any]]
    invoices: list[dict[str, Any]]

    @property
    def left(self) -> int:
        """What was paid and not given back."""
        paid = minor(self.told.get("total_paid"), self.found.currency, 0)
        return max(paid - sum(back.amount for back in self.found.refunds), 0)

    @property
    def foreign(self) -> bool:
        """Whether the customer paid in another currency than the one in which Magento takes amounts."""
        return text(self.told.get("base_currency_code"), 3).upper() not in ("", self.found.currency)


def quote(reader: Reader, request: Request) -> Quote:
    """What would go back, and whether money moves by itself."""
    blank = Quote(request, currency=request.currency)
    told = reader.told(request.order_id)
    if told is None:
        return replace(blank, refusal="La commande n’existe pas dans la boutique.")
    sent, memos = reader.around([request.order_id])
    try:
        case = _Case(told, reader.whole(told, sent, memos), memos, reader.invoices(request.order_id))
        return _weighed(replace(blank, currency=case.found.currency, maximum=case.left), case)
    except Unreadable as problem:
        return replace(blank, refusal=str(problem))


def _weighed(blank: Quote, case: _Case) -> Quote:
    request = blank.request
    if case.left <= 0:
        return replace(blank, refusal="Il ne reste rien à rembourser.")
    worth, sent = _lines(case.found, request), _shipping(case, request)
    amount = request.amount or worth + sent
    chosen_amount = amount != worth + sent
    details = (("Montant choisi", amount),) if chosen_amount else (("Articles", worth), ("Livraison", sent))
    quoted = replace(blank, amount=amount, details=tuple((what, part) for what, part in details if part))
    if amount <= 0:
        return replace(quoted, refusal="Il n’y a rien à rembourser dans ce qui est choisi.")
    if amount > case.left:
        return replace(quoted, refusal="Il ne reste pas autant à rembourser.")
    entire = not case.found.refunds and amount == case.found.total == case.left and not request.lines
    if not entire and chosen_amount and (refusal := _amount_refused(case, request)):
        return replace(quoted, refusal=refusal)
    body = {} if entire else _body(case, request, amount - worth - sent)
    online = _has_gateway(case)
    invoice = _invoice(case, request, amount, entire=entire) if online else None
    if online and invoice is None:
        return replace(
            quoted, refusal="La commande a été payée en plusieurs fois\u202f: remboursez paiement par paiement."
        )
    plan = {
        "invoice": key(invoice.get("entity_id")) if invoice else "",
        "amount": amount,
        "body": body,
        "before": _moved(case.told),
    }
    title = method(case.told) or "—"
    warning = (
        f"L’argent repart par «\u202f{title}\u202f», sur la facture {plain(invoice.get('increment_id'), 60)}."
        if invoice
        else f"«\u202f{title}\u202f» ne sait pas rembourser\u202f: le remboursement sera noté dans la boutique, et l’argent reste à rendre à la main."
    )
    return replace(quoted, warnings=(warning,), token=json.dumps(plan, sort_keys=True))


def _lines(found: OrderData, request: Request) -> int:
    """What the wished lines are worth; what was refunded of them before is counted, so that cents add up."""
    known, worth = {line.external_id: line for line in found.lines}, 0
    for name, pieces in request.lines.items():
        line = known.get(name)
        if line is None or pieces <= 0 or line.refunded + pieces > line.quantity:
            raise Unreadable("Un article choisi n’est pas, ou plus, à rembourser.")
        worth += _share(line, line.refunded + pieces) - _share(line, line.refunded)
    return worth


def _share(line: LineData, pieces: int) -> int:
    """What so many pieces of a line are worth, half up as Magento rounds."""
    return (2 * line.amount * pieces + line.quantity) // (2 * line.quantity)


def _shipping(case: _Case, request: Request) -> int:
    """Shipping that is asked for. Whether Magento takes a part of it with or without tax depends on a setting of the
    shop that it does not tell, so a part of taxed shipping is refused."""
    found = case.found
    left = found.shipping - sum(back.shipping for back in found.refunds)
    if request.shipping > left:
        raise Unreadable("Il ne reste pas autant de frais de livraison à rembourser.")
    taxed = minor(case.told.get("shipping_tax_amount"), found.currency, 0) != 0
    if 0 < request.shipping < left and (taxed or case.foreign):
        raise Unreadable("Magento rembourse la livraison en entier\u202f: pour une part, choisissez un montant.")
    return request.shipping


def _amount_refused(case: _Case, request: Request) -> str:
    """Why Magento would not take a free amount."""
    if case.foreign:
        return "Le client a payé dans une autre devise que celle de la boutique\u202f: remboursez des articles, ou la livraison entière."
    code = case.found.currency
    if not request.lines and minor(case.told.get("shipping_amount"), code, 0) == minor(
        case.told.get("shipping_refunded"), code, 0
    ):
        return "Magento ne rembourse un montant seul que s’il reste de la livraison à rembourser\u202f: choisissez aussi un article."
    return ""


def _body(case: _Case, request: Request, adjustment: int) -> dict[str, Any]:
    """Pieces, shipping, free amount. Without a piece named Magento would refund all of them: one is named with none."""
    found, told = case.found, {key(each.get("item_id")): each for each in chosen(case.told).lines}
    pieces = []
    for name, number in request.lines.items():
        ordered = measure(told[name].get("qty_ordered"))
        pieces.append({"order_item_id": int(name), "qty": number if ordered == count(ordered) else float(ordered)})
    if not pieces and found.lines:
        pieces.append({"order_item_id": int(found.lines[0].external_id), "qty": 0})
    arguments: dict[str, Any] = {}
    left = found.shipping - sum(back.shipping for back in found.refunds)
    if not request.shipping or request.shipping < left:  # what is left goes back whole when nothing is named
        arguments["shipping_amount"] = float(to_decimal(request.shipping, found.currency))
    if adjustment:
        side = "adjustment_positive" if adjustment > 0 else "adjustment_negative"
        arguments[side] = float(to_decimal(abs(adjustment), found.currency))
    if request.restock and request.lines:
        arguments["extension_attributes"] = {"return_to_stock_items": [int(name) for name in request.lines]}
    return {"items": pieces, "arguments": arguments}


def _has_gateway(case: _Case) -> bool:
    """Whether money can move by itself: a payment method of a provider, and an invoice that knows its transaction."""
    known = text(mapping(case.told.get("payment")).get("method"), 120)
    return known not in OFFLINE and any(text(each.get("transaction_id")) for each in case.invoices)


def _invoice(case: _Case, request: Request, amount: int, *, entire: bool) -> dict[str, Any] | None:
    """The first paid invoice that holds what goes back and of which enough is left."""
    code = case.found.currency
    for each in case.invoices:
        name = key(each.get("entity_id"))
        own = [
            memo
            for memo in case.memos
            if key(memo.get("invoice_id")) == name and whole(memo.get("state")) != CANCELLED_MEMO
        ]
        left = minor(each.get("grand_total"), code, 0) - sum(minor(memo.get("grand_total"), code, 0) for memo in own)
        held = {key(part.get("order_item_id")): measure(part.get("qty")) for part in items(each.get("items"))}
        holds = all(held.get(line, 0) >= pieces for line, pieces in request.lines.items())
        ships = not request.shipping or minor(each.get("shipping_amount"), code, 0) > 0
        if text(each.get("transaction_id")) and amount <= left and holds and ships and (not entire or amount == left):
            return each
    return None


def _moved(told: Mapping[str, Any]) -> str:
    """What went back by the provider so far, in the base currency."""
    return str(measure(mapping(told.get("payment")).get("base_amount_refunded_online")))


def execute(client: Client, reader: Reader, quoted: Quote, ours: str) -> Done:
    """Refund once, after the order was read again. Magento keeps no key: it stands in the credit memo's comment."""
    now = quote(reader, quoted.request)
    if now.refusal or now.amount != quoted.amount or now.token != quoted.token or not now.token:
        raise PortError(now.refusal or _CHANGED, permanent=True, code="refused")
    plan, request = json.loads(now.token), quoted.request
    online = bool(plan["invoice"])
    comment = {"comment": f"{request.reason.strip()[:300]} {mark(ours)}".strip(), "is_visible_on_front": 0}
    body = {**plan["body"], "notify": request.notify, "appendComment": False, "comment": comment}
    path = f"invoice/{plan['invoice']}/refund" if online else f"order/{request.order_id}/refund"
    try:
        name = key(client.act("POST", path, {**body, "isOnline": True} if online else body))
    except PortError as error:
        if online and error.permanent and _LOST in error.message:
            raise PortError(
                "La boutique n’a pas pu écrire l’avoir\u202f: voyez chez votre prestataire de paiement si l’argent est reparti.",
                unknown=True,
                code="refused",
            ) from None
        raise
    if not name:
        raise PortError("La boutique n’a pas dit ce qui a été remboursé.", unknown=True, code="protocol")
    return _after(client, reader, request.order_id, Done(name, amount=now.amount, state="pending"), plan)


def _after(client: Client, reader: Reader, order_id: str, done: Done, plan: Mapping[str, Any]) -> Done:
    """What the credit memo came to, and whether money moved: a method that cannot refund is noted without a word."""
    try:
        memo = mapping(client.get(f"creditmemo/{done.external_id}"))
        told = reader.told(order_id) or {}
        amount = minor(memo.get("grand_total"), text(memo.get("order_currency_code"), 3), done.amount)
    except (PortError, Unreadable, ValueError):
        return done  # it was done: only its end is not known
    moved = bool(plan["invoice"]) and _moved(told) != plan["before"]
    return replace(done, amount=amount, state="done" if moved else "pending")


def found(reader: Reader, request: Request, ours: str) -> Done | None:
    """Whether a credit memo of the order bears our key."""
    order = reader.order(request.order_id)
    made: RefundData | None = next((back for back in (order.refunds if order else ()) if back.key == ours), None)
    return Done(made.external_id, amount=made.amount, state=made.state) if made else None
