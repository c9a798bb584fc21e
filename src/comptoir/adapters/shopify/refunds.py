"""Refunds: Shopify's own suggestion is the quote, and what it suggested is what is carried out."""

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from comptoir.adapters.shopify import queries
from comptoir.adapters.shopify.client import Client
from comptoir.adapters.shopify.orders import KEY_MARK, amount, presentment, refund
from comptoir.adapters.shopify.reading import gid
from comptoir.lib.money import decimals, format_minor, to_decimal
from comptoir.lib.payload import Unreadable, currency, items, key, mapping, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, Quote, Request


def quote(client: Client, request: Request) -> Quote:
    """What Shopify suggests for these lines and this shipping; an amount of its own takes the suggestion's place."""
    if not request.order_id.isdigit():
        return Quote(request, refusal="La commande n’existe pas dans Shopify.")
    told = _suggested(client, request)
    if told is None:
        return Quote(request, currency=request.currency, refusal="La commande n’existe pas dans Shopify.")
    code = currency(told.get("currency"), request.currency)
    foreign = text(told.get("presentment_currency"), 3) not in ("", code)
    suggestion = mapping(told.get("suggestedRefund"))
    if request.shipping:
        most = amount(mapping(suggestion.get("shipping")), "maximum", code)
        if request.shipping > most:
            return Quote(request, currency=code, refusal="Il ne reste pas autant de frais de livraison à rembourser.")
        if request.shipping < most and foreign:
            return Quote(
                request, currency=code,
                refusal="Le client a payé dans une autre devise\u202f: remboursez la livraison entière, ou un montant.",
            )  # fmt: skip
        told = _suggested(client, request, whole=request.shipping == most, code=code) or {}
        suggestion = mapping(told.get("suggestedRefund"))
    if request.amount and not items(suggestion.get("transactions")):
        # Where nothing is chosen Shopify may suggest no payment: those of a whole refund can take the amount back.
        entire = mapping((_suggested(client, request, full=True) or {}).get("suggestedRefund"))
        suggestion = {**suggestion, "transactions": entire.get("transactions")}
    return _weighed(request, suggestion, code)


def _suggested(
    client: Client, request: Request, *, whole: bool = False, full: bool = False, code: str = ""
) -> dict[str, Any] | None:
    lines = [
        {"lineItemId": gid("LineItem", name), "quantity": count, "restockType": "RETURN" if request.restock else "NO_RESTOCK"}
        for name, count in request.lines.items()
    ]  # fmt: skip
    shipping = str(to_decimal(request.shipping, code)) if code and not whole else None
    variables = {
        "id": gid("Order", request.order_id),
        "lines": lines,
        "shipping": shipping,
        "whole": whole or None,
        "full": full or None,
    }
    found = client.ask(queries.SUGGESTED, variables).get("order")
    return found if isinstance(found, dict) else None


def _weighed(request: Request, suggestion: Mapping[str, Any], code: str) -> Quote:
    most = amount(suggestion, "maximum", code)
    suggested = amount(suggestion, "amount", code)
    wanted = request.amount or suggested
    details = [
        ("Articles", amount(suggestion, "subtotal", code)),
        ("Livraison", amount(mapping(suggestion.get("shipping")), "amount", code)),
    ]
    if request.amount and request.amount != suggested:
        details = [("Montant choisi", request.amount)]
    blank = Quote(request, wanted, most, code, tuple((what, minor) for what, minor in details if minor), binding=True)
    if most <= 0:
        return _refused(blank, "Il ne reste rien à rembourser.")
    if wanted <= 0:
        return _refused(blank, "Il n’y a rien à rembourser dans ce qui est choisi.")
    if wanted > most:
        return _refused(blank, "Il ne reste pas autant à rembourser.")
    moves, given, theirs = _moves(suggestion, request, wanted, code)
    if not moves:
        return _refused(blank, "Shopify ne connaît pas de paiement à rembourser.")
    warnings = (
        (f"Le client reçoit {_shown(given, theirs)}, la devise dans laquelle il a payé.",) if theirs != code else ()
    )
    plan = {"input": _input(request, suggestion, moves, theirs, code), "amount": wanted}
    return Quote(
        request, wanted, most, code, blank.details, warnings, binding=True, token=json.dumps(plan, sort_keys=True)
    )


def _refused(blank: Quote, sentence: str) -> Quote:
    return Quote(blank.request, blank.amount, blank.maximum, blank.currency, blank.details, (), sentence, binding=True)


def _moves(
    suggestion: Mapping[str, Any], request: Request, wanted: int, code: str
) -> tuple[list[dict[str, Any]], Decimal, str]:
    """The payments that money goes back to, in the customer's currency: what is wanted fills one after the other."""
    given, theirs = presentment(suggestion, "maximum")
    theirs = theirs or code
    most = to_decimal(amount(suggestion, "maximum", code), code)
    step = Decimal(1).scaleb(-decimals(theirs))
    left = to_decimal(wanted, code)
    if theirs != code:  # at the rate of the order itself
        left = (left * given / most).quantize(step, ROUND_HALF_UP) if most else Decimal(0)
    moves, total = [], left
    for told in items(suggestion.get("transactions")):
        limit, _ = presentment(told, "maximum")
        part = min(left, limit)
        if part <= 0:
            continue
        move = {
            "orderId": gid("Order", request.order_id),
            "gateway": text(told.get("gateway"), 120),
            "kind": "REFUND",
            "amount": str(part),
        }
        parent = text(mapping(told.get("parent")).get("id"), 120)
        moves.append({**move, "parentId": parent} if parent else move)
        left -= part
    return (moves if left <= 0 else []), total, theirs


def _input(
    request: Request, suggestion: Mapping[str, Any], moves: list[dict[str, Any]], theirs: str, code: str
) -> dict[str, Any]:
    lines = []
    for told in items(suggestion.get("refund_line_items")):
        line: dict[str, Any] = {
            "lineItemId": mapping(told.get("line_item")).get("id"),
            "quantity": whole(told.get("quantity")),
            "restockType": text(told.get("restock_type")) or "NO_RESTOCK",
        }
        place = mapping(told.get("location")).get("id")
        if place and line["restockType"] != "NO_RESTOCK":
            line["locationId"] = place
        lines.append(line)
    plan: dict[str, Any] = {"orderId": gid("Order", request.order_id), "transactions": moves}
    if lines:
        plan["refundLineItems"] = lines
    if request.shipping:
        value, _ = presentment(mapping(suggestion.get("shipping")), "amount")
        plan["shipping"] = {"amount": str(value)}
    if theirs != code:
        plan["currency"] = theirs
    return plan


def execute(client: Client, quoted: Quote, key_of_ours: str) -> Done:
    """Refund as quoted, once: Shopify keeps the key, and the note shows it to whoever reads back."""
    try:
        plan = json.loads(quoted.token)
    except ValueError:
        raise PortError("Le remboursement n’a pas été chiffré.", permanent=True, code="refused") from None
    reason = quoted.request.reason.strip()[:300]
    plan["input"] |= {"note": f"{reason} [{KEY_MARK}{key_of_ours}]".strip(), "notify": quoted.request.notify}
    told = client.act(queries.REFUND, {"input": plan["input"], "key": key_of_ours})
    try:
        made = refund(mapping(told.get("refund")), quoted.currency)
    except Unreadable:
        made = None
    if made is None:
        raise PortError("Shopify n’a pas dit ce qui a été remboursé.", unknown=True, code="protocol")
    return Done(external_id=key(mapping(told.get("refund")).get("id")), amount=made.amount, state=made.state)


def _shown(value: Decimal, code: str) -> str:
    return format_minor(int(value.scaleb(decimals(code))), code)
