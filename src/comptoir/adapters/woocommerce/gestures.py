"""What is done to an order beside a refund: cancel, address, copies, codes, note."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.adapters.woocommerce.client import Client
from comptoir.adapters.woocommerce.fields import CAPABILITIES
from comptoir.adapters.woocommerce.orders import KEY, meta
from comptoir.adapters.woocommerce.reading import Reader
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import items, key, mapping, plain, text, whole
from comptoir.lib.shops import copy_quote, first_and_last, own_code
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

COPIES = frozenset({Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE})
CODES = frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING})
_GONE = frozenset({"shipped", "delivered", "cancelled", "refunded"})
_WORDS = {Verb.RESHIP: "Renvoi", Verb.REPLACE: "Remplacement", Verb.DUPLICATE: "Copie"}
_NOT_THERE = "La commande n’existe pas dans la boutique."


class Gestures:
    """Acts on one shop. Whatever is created bears our key in its metadata, so that it can be found again."""

    def __init__(self, client: Client, reader: Reader, secret: str) -> None:
        self.client, self.reader, self._secret = client, reader, secret

    def quote(self, request: Request) -> Quote:
        """What would be done, reckoned from the order as it stands."""
        blank = Quote(request, currency=request.currency)
        if request.verb not in CAPABILITIES.verbs:
            return replace(blank, refusal=CAPABILITIES.lacking[request.verb])
        if request.verb in CODES:
            if request.verb == Verb.DISCOUNT_CODE and not request.percent and request.amount <= 0:
                return replace(blank, refusal="Il faut un montant.")
            worth = 0 if request.percent or request.verb == Verb.FREE_SHIPPING else request.amount
            return replace(blank, amount=worth, maximum=worth)
        found = self.reader.order(request.order_id)
        if found is None:
            return replace(blank, refusal=_NOT_THERE)
        return _on_order(replace(blank, currency=found.currency), found)

    def execute(self, quote: Quote, ours: str) -> Done:
        """Do it."""
        request = quote.request
        path = f"orders/{request.order_id}"
        match request.verb:
            case Verb.CANCEL:
                self.client.act(
                    "PUT", path, {"status": "cancelled", "meta_data": [{"key": f"{KEY}_cancel", "value": ours}]}
                )
                return Done(external_id=request.order_id)
            case Verb.EDIT_ADDRESS:
                before = mapping((self.reader.told(request.order_id) or {}).get("shipping"))
                self.client.act("PUT", path, {"shipping": posted(request.address)})
                return Done(request.order_id, undo=json.dumps([request.order_id, dict(before)], default=str))
            case Verb.NOTE:
                note = f"{request.text.strip()[:5_000]} [comptoir:{ours}]"
                made = self.client.act("POST", f"{path}/notes", {"note": note, "customer_note": False})
                return Done(key(made.get("id")))
            case verb if verb in CODES:
                return self._coupon(request, ours)
            case _:
                return self._copy(request, ours)

    def found(self, request: Request, ours: str, since: datetime) -> Done | None:
        """Whether it was done, by reading only."""
        if request.verb in CODES:
            return self._found_coupon(request, ours)
        if request.verb in COPIES:
            return self._found_copy(request, ours, since)
        if request.verb == Verb.NOTE:
            notes = items(self.client.get(f"orders/{request.order_id}/notes"))
            mine = next((note for note in notes if f"[comptoir:{ours}]" in text(note.get("note"), 6_000)), None)
            return Done(key(mine.get("id"))) if mine else None
        told = self.reader.told(request.order_id)
        if told is None:
            return None
        if request.verb == Verb.CANCEL:
            done = text(told.get("status")) == "cancelled" and text(meta(told).get(f"{KEY}_cancel")) == ours
        else:
            there = mapping(told.get("shipping"))
            done = all(plain(there.get(part)) == value for part, value in posted(request.address).items())
        return Done(request.order_id) if done else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take it back, where WooCommerce can."""
        if verb in CODES and token.isdigit():
            self.client.act("DELETE", f"coupons/{token}", None, {"force": "true"})
        elif verb == Verb.EDIT_ADDRESS:
            name, before = json.loads(token)
            self.client.act("PUT", f"orders/{name}", {"shipping": before})
        else:
            raise PortError("Ce geste ne peut pas être annulé dans WooCommerce.", permanent=True, code="refused")
        return Done(external_id=token)

    def _coupon(self, request: Request, ours: str) -> Done:
        code = self._code(request, ours)
        told: dict[str, Any] = {
            "code": code,
            "description": request.reason.strip()[:300],
            "usage_limit": 1,
            "usage_limit_per_user": 1,
            "meta_data": [{"key": KEY, "value": ours}],
        }
        if request.email:
            told["email_restrictions"] = [request.email]
        if request.minimum:
            told["minimum_amount"] = str(to_decimal(request.minimum, request.currency))
        if request.expires_at:
            told["date_expires_gmt"] = request.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        if request.verb == Verb.FREE_SHIPPING:
            told |= {"discount_type": "fixed_cart", "amount": "0", "free_shipping": True}
        elif request.percent:
            told |= {"discount_type": "percent", "amount": str(request.percent)}
        else:
            told |= {"discount_type": "fixed_cart", "amount": str(to_decimal(request.amount, request.currency))}
        return self._of_coupon(self.client.act("POST", "coupons", told), request, code)

    def _found_coupon(self, request: Request, ours: str) -> Done | None:
        code = self._code(request, ours)
        listed = items(self.client.get("coupons", {"code": code}))
        mine = next((each for each in listed if text(meta(each).get(KEY)) == ours), None)
        return self._of_coupon(mine, request, code) if mine else None

    def _of_coupon(self, told: Mapping[str, Any], request: Request, code: str) -> Done:
        name = key(told.get("id"))
        worth = 0 if request.percent or request.verb == Verb.FREE_SHIPPING else request.amount
        url = f"{self.client.site}/wp-admin/post.php?post={name}&action=edit"
        return Done(name, code=code, amount=worth, url=url, undo=name)

    def _copy(self, request: Request, ours: str) -> Done:
        """A new order of the same articles that costs nothing."""
        told = self.reader.told(request.order_id)
        if told is None:
            raise PortError(_NOT_THERE, permanent=True, code="not_found")
        return _of_copy(self.client.act("POST", "orders", copied(told, request, ours)))

    def _found_copy(self, request: Request, ours: str, since: datetime) -> Done | None:
        after = (since - timedelta(minutes=5)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        params = {"after": after, "dates_are_gmt": "true", "orderby": "id", "order": "desc"}
        number, more = 1, True
        while more and number <= 10:
            listed, more = self.client.page("orders", params, number)
            mine = next((each for each in listed if text(meta(each).get(KEY)) == ours), None)
            if mine:
                return _of_copy(mine)
            number += 1
        return None

    def _code(self, request: Request, ours: str) -> str:
        """The code that was wished for; else one of the key, which nobody can reckon without the secret."""
        return request.code or f"MERCI-{own_code(self._secret, ours, 8)}"


def copied(told: Mapping[str, Any], request: Request, ours: str) -> dict[str, Any]:
    """The order of a copy: chosen lines (all without a choice) at nothing."""
    lines = []
    for entry in items(told.get("line_items")):
        count = request.lines.get(key(entry.get("id")), 0) if request.lines else whole(entry.get("quantity"))
        if count <= 0:
            continue
        line: dict[str, Any] = {"quantity": count, "subtotal": "0", "total": "0", "name": plain(entry.get("name"))}
        for part in ("product_id", "variation_id"):
            if which := whole(entry.get(part)):
                line[part] = which
        lines.append(line)
    if not lines:
        raise PortError("Aucun article n’est à renvoyer.", permanent=True, code="refused")
    word = _WORDS[request.verb]
    made: dict[str, Any] = {
        "status": "processing",
        "currency": text(told.get("currency"), 3),
        "customer_id": whole(told.get("customer_id")),
        "billing": dict(mapping(told.get("billing"))),
        "shipping": posted(request.address) if request.address else dict(mapping(told.get("shipping"))),
        "line_items": lines,
        "customer_note": f"{word} {plain(told.get('number'))}",
        "meta_data": [{"key": KEY, "value": ours}, {"key": "_comptoir_copy_of", "value": request.order_id}],
    }
    return made


def posted(told: Mapping[str, str]) -> dict[str, str]:
    """An address as WooCommerce takes it: the last word of the name is the family name."""
    first, last = first_and_last(told.get("name", ""))
    return {
        "first_name": first,
        "last_name": last,
        "company": "",
        "address_1": told.get("street", ""),
        "address_2": "",
        "postcode": told.get("postcode", ""),
        "city": told.get("city", ""),
        "country": told.get("country", ""),
        "phone": told.get("phone", ""),
        **({"state": told["province"]} if told.get("province") else {}),
    }


def _on_order(blank: Quote, found: OrderData) -> Quote:
    request = blank.request
    if request.verb == Verb.CANCEL:
        if found.state in _GONE:
            return replace(blank, refusal="La commande est déjà expédiée, annulée ou remboursée.")
        left = found.total - sum(back.amount for back in found.refunds)
        paid = left > 0 and any(payment.state == "paid" for payment in found.payments)
        warning = "Annuler ne rembourse pas\u202f: ce qui a été payé reste à rembourser."
        return replace(blank, warnings=(warning,) if paid else ())
    if request.verb == Verb.EDIT_ADDRESS and found.state in _GONE:
        return replace(blank, refusal="La commande est déjà partie\u202f: l’adresse ne peut plus être corrigée.")
    if request.verb in COPIES:
        return copy_quote(blank, replace(found, lines=tuple(line for line in found.lines if line.product)))  # no fees
    return blank


def _of_copy(told: Mapping[str, Any]) -> Done:
    name = key(told.get("id"))
    if not name:
        raise PortError("La boutique n’a pas dit quelle commande a été créée.", unknown=True, code="protocol")
    return Done(name, code=plain(told.get("number"), 60).lstrip("#"))
