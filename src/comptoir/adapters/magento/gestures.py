"""What is done to an order beside a refund and a code: cancel, address, note."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from comptoir.adapters.magento.client import Client
from comptoir.adapters.magento.orders import destination, mark
from comptoir.adapters.magento.reading import Reader
from comptoir.lib.payload import items, key, mapping, text
from comptoir.lib.shops import first_and_last
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

_GONE = frozenset({"shipped", "delivered", "cancelled", "refunded"})
_KEPT = ("company", "email", "firstname", "lastname", "telephone", "region", "region_id", "region_code", "customer_address_id", "customer_id", "vat_id", "prefix", "middlename", "suffix", "fax")  # fmt: skip


class Gestures:
    """Acts on one shop. Comments of the order bear our key."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self.client, self.reader = client, reader

    def quote(self, blank: Quote) -> Quote:
        """What would be done, reckoned from the order as it stands."""
        request = blank.request
        found = self.reader.order(request.order_id)
        if found is None:
            return replace(blank, refusal="La commande n’existe pas dans la boutique.")
        blank = replace(blank, currency=found.currency)
        if request.verb == Verb.CANCEL:
            return replace(blank, refusal=_cancel_refused(found))
        if request.verb == Verb.EDIT_ADDRESS and found.state in (*_GONE, "partly_shipped"):
            return replace(blank, refusal="La commande est déjà partie\u202f: l’adresse ne peut plus être corrigée.")
        if request.verb == Verb.EDIT_ADDRESS and not destination(self.reader.told(request.order_id) or {}):
            return replace(blank, refusal="La commande n’a pas d’adresse de livraison.")
        return blank

    def execute(self, request: Request, ours: str) -> Done:
        """Do it."""
        if request.verb == Verb.CANCEL:
            return self._cancel(request, ours)
        if request.verb == Verb.EDIT_ADDRESS:
            return self._edit(request.order_id, request.address)
        self._comment(request.order_id, f"{request.text.strip()[:5_000]} {mark(ours)}")
        return self._noted(request.order_id, ours) or Done(request.order_id)

    def found(self, request: Request, ours: str) -> Done | None:
        """Whether it was done, by reading only."""
        if request.verb == Verb.NOTE:
            return self._noted(request.order_id, ours)
        told = self.reader.told(request.order_id)
        if told is None:
            return None
        if request.verb == Verb.CANCEL:
            asked = text(told.get("state"), 40) == "canceled" and self._noted(request.order_id, ours)
            return Done(request.order_id) if asked else None
        there = destination(told)
        wanted = posted(request.address, there)
        same = all(there.get(part) == wanted[part] for part in ("street", "postcode", "city", "country_id", "lastname"))
        return Done(request.order_id) if same else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Put the address of before back."""
        if verb != Verb.EDIT_ADDRESS:
            raise PortError("Ce geste ne peut pas être annulé dans la boutique.", permanent=True, code="refused")
        name, before = json.loads(token)
        self.client.act("PUT", f"orders/{name}", {"entity": before})
        return Done(external_id=name)

    def _cancel(self, request: Request, ours: str) -> Done:
        """Say why in a comment that bears the key, then cancel. Magento answers false when it cannot."""
        self._comment(request.order_id, f"Annulation demandée. {request.reason.strip()[:300]} {mark(ours)}")
        if self.client.act("POST", f"orders/{request.order_id}/cancel") is not True:
            raise PortError(
                "Magento n’annule pas cette commande\u202f: elle est facturée, expédiée ou en attente d’un contrôle.",
                permanent=True,
                code="refused",
            )
        return Done(request.order_id)

    def _edit(self, name: str, wanted: Mapping[str, str]) -> Done:
        there = destination(self.reader.told(name) or {})
        if not key(there.get("entity_id")):
            raise PortError("La commande n’a pas d’adresse de livraison.", permanent=True, code="refused")
        before = json.dumps([name, _entity(there)], default=str)
        self.client.act("PUT", f"orders/{name}", {"entity": posted(wanted, there)})
        return Done(name, undo=before)

    def _comment(self, name: str, words: str) -> None:
        """A comment that no customer sees; the order's status stays."""
        told = self.reader.told(name) or {}
        history = {
            "comment": words, "parent_id": int(name) if name.isdecimal() else 0, "is_customer_notified": 0,
            "is_visible_on_front": 0, "status": text(told.get("status"), 60), "entity_name": "order",
        }  # fmt: skip
        if self.client.act("POST", f"orders/{name}/comments", {"statusHistory": history}) is not True:
            raise PortError("La boutique n’a pas dit ce qui a été fait.", unknown=True, code="protocol")

    def _noted(self, name: str, ours: str) -> Done | None:
        listed = items(mapping(self.client.get(f"orders/{name}/comments")).get("items")) if name.isdecimal() else []
        mine = next((each for each in listed if mark(ours) in text(each.get("comment"), 6_000)), None)
        return Done(key(mine.get("entity_id")) or name) if mine else None


def _cancel_refused(found: OrderData) -> str:
    if found.state in _GONE:
        return "La commande est déjà expédiée, annulée ou remboursée."
    if any(payment.state == "paid" and payment.amount >= found.total for payment in found.payments):
        return "Magento n’annule pas une commande payée et facturée\u202f: remboursez-la."
    return ""


def _entity(there: Mapping[str, Any]) -> dict[str, Any]:
    """A delivery address as Magento takes it back: whole, for what is left out of it would be emptied."""
    own = ("entity_id", "parent_id", "address_type", "street", "postcode", "city", "country_id")
    return {"address_type": "shipping", **{part: there[part] for part in (*own, *_KEPT) if there.get(part) is not None}}


def posted(wanted: Mapping[str, str], there: Mapping[str, Any]) -> dict[str, Any]:
    """The address of there, changed. Names and telephone that are not told stay: Magento wants them. The region goes
    when the place is another, unless it is told."""
    first, last = first_and_last(wanted.get("name", ""))
    changed: dict[str, Any] = {
        "street": [part.strip() for part in wanted.get("street", "").split("\n") if part.strip()],
        "postcode": wanted.get("postcode", ""), "city": wanted.get("city", ""), "country_id": wanted.get("country", "").upper(),
        "firstname": first, "lastname": last, "telephone": wanted.get("phone", ""),
    }  # fmt: skip
    entity = _entity(there) | {part: value for part, value in changed.items() if value}
    moved = any(entity.get(part) != there.get(part) for part in ("postcode", "country_id"))
    if wanted.get("province") or moved:
        entity |= {"region": wanted.get("province") or None, "region_id": None, "region_code": None}
    return entity
