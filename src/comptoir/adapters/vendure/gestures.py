"""What is done to an order beside a refund. Whatever is created bears a mark of our key, so that it is found again."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from comptoir.adapters.vendure import queries
from comptoir.adapters.vendure.client import Client
from comptoir.adapters.vendure.orders import KEY_MARK, theirs
from comptoir.adapters.vendure.reading import Reader
from comptoir.lib.payload import items, key, mapping, text, whole
from comptoir.lib.shops import copy_quote, own_code
from comptoir.ports.errors import PortError
from comptoir.ports.parcels import ParcelState
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

COPIES = frozenset({Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE})
CODES = frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING})
_OPEN = "Modifying"
_LEFT_OPEN = (
    "La commande est restée en cours de modification dans Vendure\u202f: ouvrez-la et terminez la modification."
)
_GONE = (ParcelState.ACCEPTED, ParcelState.DELIVERED)
_WORDS = {
    Verb.RESHIP: "Renvoi",
    Verb.REPLACE: "Remplacement",
    Verb.DUPLICATE: "Copie",
    Verb.DISCOUNT_CODE: "Geste commercial",
    Verb.FREE_SHIPPING: "Livraison offerte",
}


class Gestures:
    """Acts on one shop."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self.client, self.reader = client, reader

    def _code(self, kind: str, ours: str) -> str:
        return f"{kind}-{own_code(self.client.secret, ours, 10)}"

    def quote(self, request: Request) -> Quote:
        """What would be done, reckoned from the order as it stands."""
        blank = Quote(request, currency=request.currency)
        if request.verb in CODES:
            if request.verb == Verb.DISCOUNT_CODE and not request.percent and request.amount <= 0:
                return replace(blank, refusal="Il faut un montant ou un pourcentage.")
            return replace(blank, amount=request.amount, maximum=request.amount)
        found = self.reader.order(request.order_id)
        if found is None:
            return replace(blank, refusal="La commande n’existe pas dans Vendure.")
        return _on_order(replace(blank, currency=found.currency), found)

    def execute(self, quote: Quote, ours: str) -> Done:
        """Do it."""
        request = quote.request
        match request.verb:
            case Verb.CANCEL:
                return self._cancel(request, ours)
            case Verb.EDIT_ADDRESS:
                return self._edit_address(request.order_id, request.address, ours)
            case Verb.NOTE:
                note = {"id": request.order_id, "note": f"{request.text} [{KEY_MARK}{ours}]", "isPublic": False}
                self.client.act(queries.NOTE, {"input": note})
                return self._noted(request, ours) or Done(request.order_id)
            case verb if verb in CODES:
                return self._promise(request, ours, request.code or self._code("MERCI", ours))
            case _:
                return self._copy(request, ours)

    def found(self, request: Request, ours: str, since: datetime) -> Done | None:
        """Whether it was done, by reading only."""
        match request.verb:
            case Verb.CANCEL:
                notes = self.reader.notes(request.order_id)
                made = any(_mark(ours) in text(mapping(each.get("data")).get("reason"), 600) for each in notes)
                return Done(request.order_id) if made else None
            case Verb.EDIT_ADDRESS:
                told = mapping(self.reader.told(request.order_id))
                made = any(_mark(ours) in text(each.get("note"), 600) for each in items(told.get("modifications")))
                if made and text(told.get("state"), 60) == _OPEN:  # cut off half way: a person has to close it
                    raise PortError(_LEFT_OPEN, permanent=True, code="half_done")
                return Done(request.order_id) if made else None
            case Verb.NOTE:
                return self._noted(request, ours)
            case verb if verb in CODES:
                made_code = self._promised(request.code or self._code("MERCI", ours), ours)
                return Done(key(made_code.get("id")), code=text(made_code.get("couponCode"), 120), amount=request.amount) if made_code else None  # fmt: skip
        wanted = self._code("COMPTOIR", request.verb + ours)
        copies = (each for each in self.reader.recent(since) if wanted in (each.get("couponCodes") or []))
        copy = next((each for each in copies if each.get("orderPlacedAt")), None)
        return Done(key(copy.get("id")), code=text(copy.get("code"), 60)) if copy else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take it back, where Vendure can."""
        if verb in CODES:
            self.client.act(queries.DELETE_PROMOTION, {"id": token})
        elif verb == Verb.NOTE:
            self.client.act(queries.DELETE_NOTE, {"id": token})
        elif verb == Verb.EDIT_ADDRESS:
            name, before = json.loads(token)
            return self._edit_address(name, before, "undo")
        else:
            raise PortError("Ce geste ne peut pas être annulé dans Vendure.", permanent=True, code="refused")
        return Done(external_id=token)

    def _cancel(self, request: Request, ours: str) -> Done:
        """All that has not left; the rest of the order stands."""
        told = mapping(self.reader.told(request.order_id))
        sent: dict[str, int] = {}
        for parcel in items(told.get("fulfillments")):
            for each in items(parcel.get("lines")) if parcel.get("state") != "Cancelled" else ():
                name = key(each.get("orderLineId"))
                sent[name] = sent.get(name, 0) + whole(each.get("quantity"))
        lines = [
            {"orderLineId": name, "quantity": left}
            for each in items(told.get("lines"))
            if (name := key(each.get("id"))) and (left := whole(each.get("quantity")) - sent.get(name, 0)) > 0
        ]
        reason = f"{request.reason.strip()[:300]} {_mark(ours)}".strip()
        whole_order = {"orderId": request.order_id, "reason": reason, "cancelShipping": not sent}
        self.client.act(queries.CANCEL, {"input": {**whole_order, **({"lines": lines} if sent else {})}})
        return Done(request.order_id, order=self.reader.order(request.order_id))

    def _edit_address(self, name: str, wanted: Mapping[str, str], ours: str) -> Done:
        """Vendure changes an order in its state « Modifying » only; it goes back to the one before, come what may."""
        before = self.reader.order(name)
        if before is None:
            raise PortError("La commande n’existe pas dans Vendure.", permanent=True, code="not_found")
        self.client.act(queries.TRANSITION, {"id": name, "state": _OPEN})
        try:
            note = f"Adresse corrigée {_mark(ours)}"
            whole_change = {"dryRun": False, "orderId": name, "updateShippingAddress": mailing(wanted), "note": note}
            whole_change["options"] = {"recalculateShipping": False, "freezePromotions": True}
            self.client.act(queries.MODIFY, {"input": whole_change})
        finally:
            self.client.act(queries.TRANSITION, {"id": name, "state": before.status})
        undo = json.dumps([name, dict(before.address)])
        return Done(name, undo=undo, order=self.reader.order(name))

    def _noted(self, request: Request, ours: str) -> Done | None:
        for each in self.reader.notes(request.order_id):
            if _mark(ours) in text(mapping(each.get("data")).get("note"), 12_000):
                return Done(request.order_id, undo=key(each.get("id")))
        return None

    def _promise(self, request: Request, ours: str, code: str) -> Done:
        """A promotion with a code that is good once."""
        amount = theirs(request.amount, request.currency, self.reader.precision)
        action: dict[str, Any] = {"code": "free_shipping", "arguments": []}
        if request.verb == Verb.DISCOUNT_CODE:
            kind, value = ("percentage", request.percent) if request.percent else ("fixed", amount)
            action = {"code": f"order_{kind}_discount", "arguments": [{"name": "discount", "value": str(value)}]}
        conditions = []
        if request.minimum:
            least = str(theirs(request.minimum, request.currency, self.reader.precision))
            taxed = {"name": "taxInclusive", "value": "true"}
            conditions = [{"code": "minimum_order_amount", "arguments": [{"name": "amount", "value": least}, taxed]}]
        made = self._promotion(code, f"{_WORDS[request.verb]} {_mark(ours)}", [action], conditions, request.expires_at)
        return Done(key(made.get("id")), code=code, amount=request.amount, undo=key(made.get("id")))

    def _promotion(
        self,
        code: str,
        name: str,
        actions: list[dict[str, Any]],
        conditions: list[dict[str, Any]],
        ends: datetime | None,
    ) -> Mapping[str, Any]:
        if self._promised(code, ""):
            raise PortError(f"Le code «\u202f{code}\u202f» existe déjà dans Vendure.", permanent=True, code="refused")
        wanted = {
            "enabled": True, "couponCode": code, "usageLimit": 1, "perCustomerUsageLimit": 1, "conditions": conditions,
            "actions": actions, "translations": [{"languageCode": self._language(), "name": name}],
        }  # fmt: skip
        if ends:
            wanted["endsAt"] = ends.isoformat()
        return self.client.act(queries.PROMOTION, {"input": wanted})

    def _promised(self, code: str, ours: str) -> Mapping[str, Any] | None:
        options = {"take": 5, "filter": {"couponCode": {"eq": code}}}
        told = mapping(self.client.ask(queries.PROMOTIONS, {"options": options}).get("promotions"))
        return next(
            (each for each in items(told.get("items")) if not ours or _mark(ours) in text(each.get("name"), 400)), None
        )

    def _language(self) -> str:
        told = mapping(self.client.ask(queries.SHOP).get("activeChannel"))
        return text(told.get("defaultLanguageCode"), 10) or "en"

    def _copy(self, request: Request, ours: str) -> Done:
        """A new order of the same articles that costs nothing, by a code that is good for it alone."""
        told = mapping(self.reader.told(request.order_id))
        free: list[dict[str, Any]] = [
            {"code": "order_percentage_discount", "arguments": [{"name": "discount", "value": "100"}]},
            {"code": "free_shipping", "arguments": []},
        ]
        coupon = self._code("COMPTOIR", request.verb + ours)
        self._promotion(coupon, f"{_WORDS[request.verb]} {_mark(ours)}", free, [], None)
        draft = key(self.client.act(queries.DRAFT, {}).get("id"))
        for each in items(told.get("lines")):
            count = (
                request.lines.get(key(each.get("id")), 0) if request.lines else whole(each.get("orderPlacedQuantity"))
            )
            if count > 0:
                variant = {"productVariantId": key(mapping(each.get("productVariant")).get("id")), "quantity": count}
                self.client.act(queries.DRAFT_ITEM, {"id": draft, "input": variant})
        owner = key(mapping(told.get("customer")).get("id"))
        self.client.act(queries.DRAFT_CUSTOMER, {"id": draft, "customer": owner})
        place = mailing(request.address) if request.address else _kept(mapping(told.get("shippingAddress")))
        self.client.act(queries.DRAFT_ADDRESS, {"id": draft, "input": place})
        methods = self.client.ask(queries.DRAFT_METHODS, {"id": draft}).get("eligibleShippingMethodsForDraftOrder")
        method = key(items(methods)[0].get("id")) if items(methods) else ""
        self.client.act(queries.DRAFT_METHOD, {"id": draft, "method": method})
        self.client.act(queries.DRAFT_COUPON, {"id": draft, "code": coupon})
        note = f"{_WORDS[request.verb]} {text(told.get('code'), 60)}. {request.reason.strip()[:300]} {_mark(ours)}"
        self.client.act(queries.NOTE, {"input": {"id": draft, "note": note, "isPublic": False}})
        self.client.act(queries.TRANSITION, {"id": draft, "state": "ArrangingPayment"})
        paid = {"orderId": draft, "method": _WORDS[request.verb], "transactionId": _mark(ours)[:100], "metadata": {}}
        self.client.act(queries.PAY, {"input": paid})
        made = self.reader.order(draft)
        return Done(draft, code=made.number if made else "")


def _on_order(blank: Quote, found: OrderData) -> Quote:
    request = blank.request
    gone = [parcel for parcel in found.shipments if parcel.state in _GONE]
    if request.verb == Verb.CANCEL:
        if found.state == "cancelled":
            return replace(blank, refusal="La commande est déjà annulée.")
        if found.state in ("shipped", "delivered"):
            return replace(blank, refusal="La commande est déjà partie\u202f: remboursez ce qui revient.")
        left = ("Seuls les articles qui ne sont pas partis sont annulés.",) if gone else ()
        return replace(blank, warnings=(*left, "L’argent se rembourse par un geste à part."))
    if request.verb == Verb.EDIT_ADDRESS and found.status == _OPEN:
        return replace(blank, refusal=_LEFT_OPEN)
    if request.verb == Verb.EDIT_ADDRESS and found.state in ("shipped", "delivered", "cancelled"):
        return replace(blank, refusal="La commande est déjà partie\u202f: l’adresse ne peut plus être corrigée.")
    if request.verb == Verb.EDIT_ADDRESS and any(refund.state != "failed" for refund in found.refunds):
        return replace(
            blank, refusal="Vendure ne modifie pas une commande remboursée en partie\u202f: prévenez l’atelier."
        )
    if request.verb in COPIES:
        return copy_quote(blank, found)
    return blank


def mailing(told: Mapping[str, str]) -> dict[str, str]:
    """An address as Vendure takes it."""
    parts = {
        "fullName": told.get("name", ""),
        "company": "",
        "streetLine1": told.get("street", ""),
        "streetLine2": "",
        "postalCode": told.get("postcode", ""),
        "city": told.get("city", ""),
        "countryCode": told.get("country", "").upper() if len(told.get("country", "")) == 2 else "",
        "phoneNumber": told.get("phone", ""),
    }
    return {part: value for part, value in parts.items() if value or part in ("company", "streetLine1", "streetLine2")}


def _kept(told: Mapping[str, Any]) -> dict[str, str]:
    return {part: text(value, 300) for part, value in told.items() if value}


def _mark(ours: str) -> str:
    return f"[{KEY_MARK}{ours}]"
