"""Refunds: reckoned from the order as just read, since WooCommerce has no quote of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comptoir.adapters.woocommerce.client import Client
from comptoir.adapters.woocommerce.orders import KEY, order, refund
from comptoir.adapters.woocommerce.reading import Reader
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import Unreadable, items, key, mapping, minor, plain, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, Request


def quote(client: Client, reader: Reader, request: Request) -> Quote:
    """What would go back: lines and shipping with their tax, or an amount; and whether money moves by itself."""
    told = reader.told(request.order_id)
    if told is None:
        return Quote(request, currency=request.currency, refusal="La commande n’existe pas dans la boutique.")
    try:
        found = order(told, refunds=reader.refunds(request.order_id))
    except Unreadable as problem:
        return Quote(request, currency=request.currency, refusal=str(problem))
    left = found.total - sum(back.amount for back in found.refunds)
    blank = Quote(request, maximum=max(left, 0), currency=found.currency)
    if left <= 0:
        return replace(blank, refusal="Il ne reste rien à rembourser.")
    try:
        parts = [*_lines(told, found, request), *_shipping(told, found, request)]
    except Unreadable as problem:
        return replace(blank, refusal=str(problem))
    reckoned = sum(part.worth for part in parts)
    amount = request.amount or reckoned
    details = (("Montant choisi", amount),) if amount != reckoned else _details(parts)
    quoted = replace(blank, amount=amount, details=details)
    if amount <= 0:
        return replace(quoted, refusal="Il n’y a rien à rembourser dans ce qui est choisi.")
    if amount > left:
        return replace(quoted, refusal="Il ne reste pas autant à rembourser.")
    by_gateway, warnings = _gateway(client, told)
    plan = {
        "amount": str(to_decimal(amount, found.currency)),
        "api_refund": by_gateway,
        "api_restock": request.restock,
        "line_items": [part.told for part in parts],
    }
    return replace(quoted, warnings=warnings, token=json.dumps(plan))


@dataclass(frozen=True, slots=True)
class _Part:
    """A share of an order's line or of its shipping: what it is worth, and how the shop is told of it."""

    what: str
    worth: int
    told: dict[str, Any]


def _details(parts: list[_Part]) -> tuple[tuple[str, int], ...]:
    sums = ((what, sum(part.worth for part in parts if part.what == what)) for what in ("Articles", "Livraison"))
    return tuple((what, worth) for what, worth in sums if worth)


def _lines(told: Mapping[str, Any], found: OrderData, request: Request) -> list[_Part]:
    """The wished lines, net and tax by tax; what was refunded of them before is counted, so that cents add up."""
    by_name = {key(entry.get("id")): entry for part in ("line_items", "fee_lines") for entry in items(told.get(part))}
    refunded = {line.external_id: line.refunded for line in found.lines}
    parts = []
    for name, count in request.lines.items():
        entry = by_name.get(name, {})
        before, quantity = refunded.get(name, 0), whole(entry.get("quantity"), 1) if entry else 0
        if count <= 0 or before + count > quantity:
            raise Unreadable("Un article choisi n’est pas, ou plus, à rembourser.")
        share = _share(entry, found.currency, (before, before + count, quantity))
        parts.append(_Part("Articles", share.worth, {**share.told, "quantity": count}))
    return parts


def _shipping(told: Mapping[str, Any], found: OrderData, request: Request) -> list[_Part]:
    if not request.shipping:
        return []
    before = sum(back.shipping for back in found.refunds)
    if before + request.shipping > found.shipping:
        raise Unreadable("Il ne reste pas autant de frais de livraison à rembourser.")
    span = (before, before + request.shipping, found.shipping)
    return [_share(entry, found.currency, span) for entry in items(told.get("shipping_lines"))]


def _share(entry: Mapping[str, Any], code: str, span: tuple[int, int, int]) -> _Part:
    """What lies between two points of a line (first, last, of how many), in its net amount and in each of its taxes."""
    start, end, of = span

    def between(amount: int) -> int:
        return amount * end // of - amount * start // of

    net = between(minor(entry.get("total"), code, 0))
    taxes = [(key(tax.get("id")), between(minor(tax.get("total"), code, 0))) for tax in items(entry.get("taxes"))]
    if not taxes:
        net += between(minor(entry.get("total_tax"), code, 0))
    told: dict[str, Any] = {"id": whole(entry.get("id")), "refund_total": str(to_decimal(net, code))}
    if taxes:
        told["refund_tax"] = [{"id": whole(name), "refund_total": str(to_decimal(tax, code))} for name, tax in taxes]
    return _Part("Livraison", net + sum(tax for _, tax in taxes), told)


def _gateway(client: Client, told: Mapping[str, Any]) -> tuple[bool, tuple[str, ...]]:
    """Whether the payment's gateway can give money back, and what is said when it cannot."""
    name = text(told.get("payment_method"), 80)
    title = plain(told.get("payment_method_title"), 80) or name or "—"
    gateway = (
        mapping(client.get(f"payment_gateways/{name}")) if name.replace("-", "").replace("_", "").isalnum() else {}
    )
    supports = gateway.get("method_supports")
    if isinstance(supports, list) and "refunds" in supports:
        return True, ()
    sentence = f"«\u202f{title}\u202f» ne sait pas rembourser\u202f: le remboursement sera noté dans la boutique, et l’argent reste à rendre à la main."
    return False, (sentence,)


def execute(client: Client, quoted: Quote, ours: str) -> Done:
    """Refund as quoted. WooCommerce keeps no key: it goes into the refund's metadata, so that it can be found."""
    try:
        plan = json.loads(quoted.token)
    except ValueError:
        raise PortError("Le remboursement n’a pas été chiffré.", permanent=True, code="refused") from None
    plan |= {"reason": quoted.request.reason.strip()[:300], "meta_data": [{"key": KEY, "value": ours}]}
    told = client.act("POST", f"orders/{quoted.request.order_id}/refunds", plan)
    made = refund(told, quoted.currency)
    if made is None:
        raise PortError("La boutique n’a pas dit ce qui a été remboursé.", unknown=True, code="protocol")
    return Done(made.external_id, amount=made.amount, state="done" if plan["api_refund"] else "pending")


def found(reader: Reader, request: Request, ours: str) -> Done | None:
    """Whether a refund of the order bears our key."""
    told = reader.told(request.order_id)
    code = text(told.get("currency"), 3) if told else ""
    made = [refund(entry, code) for entry in reader.refunds(request.order_id)] if code else []
    mine = next((back for back in made if back and back.key == ours), None)
    return Done(mine.external_id, amount=mine.amount) if mine else None
