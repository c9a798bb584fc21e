"""What is done to an order beside a refund: cancel, address, copies, codes, gift cards, store credit, note, tag."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comptoir.adapters.shopify import queries
from comptoir.adapters.shopify.client import Client
from comptoir.adapters.shopify.orders import KEY_MARK, address
from comptoir.adapters.shopify.reading import Reader, gid, quoted
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import key, mapping, minor, moment, nodes, plain, text, whole
from comptoir.lib.shops import copy_quote, first_and_last, own_code
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

COPIES = frozenset({Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE})
CODES = frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING})
_ON_ORDER = COPIES | {Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.NOTE, Verb.TAG}
_GONE = frozenset({"shipped", "delivered", "cancelled"})
_WORDS = {Verb.RESHIP: "Renvoi", Verb.REPLACE: "Remplacement", Verb.DUPLICATE: "Copie"}


class Gestures:
    """Acts on one shop. Whatever is created bears a mark of our key, so that it can be found again."""

    def __init__(self, client: Client, reader: Reader, secret: str) -> None:
        self.client, self.reader, self._secret = client, reader, secret

    def quote(self, request: Request) -> Quote:
        """What would be done, reckoned from the order as it stands."""
        blank = Quote(request, currency=request.currency)
        if request.verb in _ON_ORDER:
            found = self.reader.order(request.order_id)
            if found is None:
                return replace(blank, refusal="La commande n’existe pas dans Shopify.")
            return _on_order(replace(blank, currency=found.currency), found)
        if request.verb == Verb.STORE_CREDIT:
            owner = self._customer(request)
            if not owner:
                return replace(blank, refusal="Le client n’a pas de compte dans la boutique.")
            blank = replace(blank, token=owner)
        if request.verb in (Verb.GIFT_CARD, Verb.STORE_CREDIT) or (
            request.verb == Verb.DISCOUNT_CODE and not request.percent
        ):
            if request.amount <= 0:
                return replace(blank, refusal="Il faut un montant.")
            return replace(blank, amount=request.amount, maximum=request.amount)
        return blank

    def execute(self, quote: Quote, ours: str) -> Done:
        """Do it."""
        request = quote.request
        match request.verb:
            case Verb.CANCEL:
                return self._cancel(quote, ours)
            case Verb.EDIT_ADDRESS:
                return self._edit_address(request.order_id, request.address)
            case Verb.NOTE:
                return self._note(request)
            case Verb.TAG:
                self.client.act(queries.TAG, {"id": gid("Order", request.order_id), "tags": [request.text]})
                return Done(external_id=request.order_id)
            case Verb.GIFT_CARD:
                return self._gift_card(request, ours)
            case Verb.STORE_CREDIT:
                return self._store_credit(quote)
            case verb if verb in CODES:
                return self._discount(request, ours)
            case _:
                return self._copy(request, ours)

    def found(self, request: Request, ours: str, since: datetime) -> Done | None:
        """Whether it was done, by reading only."""
        match request.verb:
            case Verb.CANCEL:
                return self._cancelled(request.order_id, ours)
            case Verb.GIFT_CARD:
                return self._found_gift_card(ours, since, request)
            case Verb.STORE_CREDIT:
                return self._found_credit(request, since)
            case verb if verb in CODES:
                return self._found_discount(request, ours)
            case verb if verb in COPIES:
                draft = self._draft(ours)
                return _of_draft(draft) if draft and mapping(draft.get("order")) else None
        told = self.reader.order(request.order_id)
        if told is None:
            return None
        there = {
            Verb.NOTE: request.text.strip() in told.note,
            Verb.TAG: request.text in told.tags,
            Verb.EDIT_ADDRESS: all(
                told.address.get(part, "") == value for part, value in _plainly(request.address).items()
            ),
        }
        return Done(external_id=request.order_id, order=told) if there.get(request.verb) else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take it back, where Shopify can."""
        if verb in CODES:
            self.client.act(queries.STOP_DISCOUNT, {"id": gid("DiscountCodeNode", token)})
        elif verb == Verb.GIFT_CARD:
            self.client.act(queries.STOP_GIFT_CARD, {"id": gid("GiftCard", token)})
        elif verb == Verb.EDIT_ADDRESS:
            name, before = json.loads(token)
            return self._edit_address(name, before)
        else:
            raise PortError("Ce geste ne peut pas être annulé dans Shopify.", permanent=True, code="refused")
        return Done(external_id=token)

    def _cancel(self, quote: Quote, ours: str) -> Done:
        request = quote.request
        told = self.client.act(
            queries.CANCEL,
            {
                "id": gid("Order", request.order_id),
                "reason": "CUSTOMER",
                "restock": True,
                "notify": request.notify,
                "note": f"{request.reason.strip()[:150]} [{KEY_MARK}{ours}]".strip(),
                "refund": {"originalPaymentMethodsRefund": quote.amount > 0},
            },
        )
        job = mapping(told.get("job"))
        return Done(key(job.get("id")), amount=quote.amount, state="done" if job.get("done") else "pending")

    def _cancelled(self, name: str, ours: str) -> Done | None:
        told = mapping(self.client.ask(queries.CANCELLATION, {"id": gid("Order", name)}).get("order"))
        note = text(mapping(told.get("cancellation")).get("staffNote"), 1_000)
        return Done(external_id=name) if told.get("cancelledAt") and f"{KEY_MARK}{ours}]" in note else None

    def _edit_address(self, name: str, wanted: Mapping[str, str]) -> Done:
        before = self.reader.order(name)
        if before is None:
            raise PortError("La commande n’existe pas dans Shopify.", permanent=True, code="not_found")
        self.client.act(queries.UPDATE, {"input": {"id": gid("Order", name), "shippingAddress": mailing(wanted)}})
        return Done(external_id=name, undo=json.dumps([name, dict(before.address)]))

    def _note(self, request: Request) -> Done:
        before = self.reader.order(request.order_id)
        if before is None:
            raise PortError("La commande n’existe pas dans Shopify.", permanent=True, code="not_found")
        note = f"{before.note}\n{request.text.strip()}".strip()[:5_000]
        self.client.act(queries.UPDATE, {"input": {"id": gid("Order", request.order_id), "note": note}})
        return Done(external_id=request.order_id)

    def _discount(self, request: Request, ours: str) -> Done:
        code = self._code(request, ours)
        told: dict[str, Any] = {
            "title": f"{code} [{KEY_MARK}{ours}]"[:255],
            "code": code,
            "startsAt": datetime.now(UTC).isoformat(),
            "usageLimit": 1,
            "appliesOncePerCustomer": True,
            "context": {"customers": {"add": [gid("Customer", request.customer_id)]}} if request.customer_id else {"all": "ALL"},
        }  # fmt: skip
        if request.expires_at:
            told["endsAt"] = request.expires_at.astimezone(UTC).isoformat()
        if request.minimum:
            least = str(to_decimal(request.minimum, request.currency))
            told["minimumRequirement"] = {"subtotal": {"greaterThanOrEqualToSubtotal": least}}
        if request.verb == Verb.FREE_SHIPPING:
            made = self.client.act(queries.FREE_SHIPPING, {"input": {**told, "destination": {"all": True}}})
        else:
            value: dict[str, Any] = {"percentage": request.percent / 100}
            if not request.percent:
                worth = str(to_decimal(request.amount, request.currency))
                value = {"discountAmount": {"amount": worth, "appliesOnEachItem": False}}
            gets = {"value": value, "items": {"all": True}}
            made = self.client.act(queries.DISCOUNT, {"input": {**told, "customerGets": gets}})
        name = key(mapping(made.get("node")).get("id"))
        return Done(name, code=code, amount=request.amount, url=f"{self.reader.admin}/discounts/{name}", undo=name)

    def _found_discount(self, request: Request, ours: str) -> Done | None:
        code = self._code(request, ours)
        node = mapping(self.client.ask(queries.DISCOUNT_BY_CODE, {"code": code}).get("codeDiscountNodeByCode"))
        title = text(mapping(node.get("codeDiscount")).get("title"))
        if f"{KEY_MARK}{ours}]" not in title:
            return None
        name = key(node.get("id"))
        return Done(name, code=code, amount=request.amount, url=f"{self.reader.admin}/discounts/{name}", undo=name)

    def _gift_card(self, request: Request, ours: str) -> Done:
        code = self._code(request, ours)
        told: dict[str, Any] = {
            "initialAmount": {"amount": str(to_decimal(request.amount, request.currency)), "currencyCode": request.currency},
            "code": code,
            "note": f"{request.reason.strip()[:300]} [{KEY_MARK}{ours}]".strip(),
        }  # fmt: skip
        if request.customer_id:
            told["customerId"] = gid("Customer", request.customer_id)
        if request.expires_at:
            told["expiresOn"] = request.expires_at.date().isoformat()
        made = self.client.act(queries.GIFT_CARD, {"input": told})
        name = key(mapping(made.get("node")).get("id"))
        return Done(name, text(made.get("code"), 40) or code, request.amount, url=f"{self.reader.admin}/gift_cards/{name}", undo=name)  # fmt: skip

    def _found_gift_card(self, ours: str, since: datetime, request: Request) -> Done | None:
        after = (since - timedelta(minutes=5)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = self.client.ask(queries.GIFT_CARDS, {"query": f"created_at:>='{after}'"})
        for card in nodes(told.get("giftCards")):
            if f"{KEY_MARK}{ours}]" in text(card.get("note"), 1_000):
                name = key(card.get("id"))
                return Done(name, self._code(request, ours), request.amount, undo=name)
        return None

    def _store_credit(self, quote: Quote) -> Done:
        request = quote.request
        owner = quote.token or self._customer(request)
        told: dict[str, Any] = {
            "creditAmount": {"amount": str(to_decimal(request.amount, request.currency)), "currencyCode": request.currency},
            "notify": request.notify,
        }  # fmt: skip
        if request.expires_at:
            told["expiresAt"] = request.expires_at.astimezone(UTC).isoformat()
        made = self.client.act(queries.STORE_CREDIT, {"id": gid("Customer", owner), "input": told})
        return Done(key(mapping(made.get("node")).get("id")), amount=request.amount)

    def _found_credit(self, request: Request, since: datetime) -> Done | None:
        """Store credit bears no note: a credit of the same amount since then is taken for ours, so that none is given
        twice."""
        owner = self._customer(request)
        told = (
            mapping(self.client.ask(queries.STORE_CREDITS, {"id": gid("Customer", owner)}).get("customer"))
            if owner
            else {}
        )
        for entry in (
            each for account in nodes(told.get("storeCreditAccounts")) for each in nodes(account.get("transactions"))
        ):
            when, worth = moment(entry.get("createdAt")), mapping(entry.get("amount"))
            same = text(worth.get("currencyCode")) == request.currency
            if when and when >= since and same and minor(worth.get("amount"), request.currency, -1) == request.amount:
                return Done(key(entry.get("id")), amount=request.amount)
        return None

    def _customer(self, request: Request) -> str:
        if request.customer_id:
            return request.customer_id
        told = self.reader.order(request.order_id) if request.order_id else None
        return told.customer_id if told else ""

    def _copy(self, request: Request, ours: str) -> Done:
        """A new order of the same articles that costs nothing; a draft that was begun is finished, not made again."""
        draft = self._draft(ours)
        if draft is None:
            told = self.reader.told(request.order_id)
            if told is None:
                raise PortError("La commande n’existe pas dans Shopify.", permanent=True, code="not_found")
            draft = mapping(self.client.act(queries.DRAFT, {"input": copied(told, request, ours)}).get("node"))
        if not mapping(draft.get("order")):
            made = self.client.act(queries.COMPLETE_DRAFT, {"id": text(draft.get("id"), 120)})
            draft = mapping(made.get("node"))
        return _of_draft(draft)

    def _draft(self, ours: str) -> Mapping[str, Any] | None:
        told = self.client.ask(queries.DRAFTS_TAGGED, {"query": f"tag:{quoted(_tag(ours))}"})
        return next((each for each in nodes(told.get("draftOrders")) if _tag(ours) in (each.get("tags") or [])), None)

    def _code(self, request: Request, ours: str) -> str:
        """The code that was wished for; else one of the key, which nobody can reckon without the app's secret."""
        if request.code and request.verb != Verb.GIFT_CARD:
            return request.code
        if request.verb == Verb.GIFT_CARD:
            return own_code(self._secret, ours, 16)
        return f"MERCI-{own_code(self._secret, ours, 8)}"


def copied(told: Mapping[str, Any], request: Request, ours: str) -> dict[str, Any]:
    """The draft of a copy: chosen lines (all without a choice), at a discount of 100 %."""
    lines = []
    for each in nodes(told.get("line_items")):
        count = request.lines.get(key(each.get("id")), 0) if request.lines else whole(each.get("quantity"))
        if count <= 0:
            continue
        variant = text(mapping(each.get("variant")).get("id"), 120)
        money = mapping(mapping(each.get("price_set")).get("shop_money"))
        price = {"amount": text(money.get("amount"), 40), "currencyCode": text(money.get("currency_code"), 3)}
        own = {"title": plain(each.get("title")), "originalUnitPriceWithCurrency": price}
        lines.append({"quantity": count, **({"variantId": variant} if variant else own)})
    if not lines:
        raise PortError("Aucun article n’est à renvoyer.", permanent=True, code="refused")
    word, customer = _WORDS[request.verb], text(mapping(told.get("customer")).get("id"), 120)
    draft: dict[str, Any] = {
        "lineItems": lines,
        "appliedDiscount": {"valueType": "PERCENTAGE", "value": 100.0, "title": word},
        "shippingLine": {"title": word, "priceWithCurrency": {"amount": "0", "currencyCode": text(told.get("currency"), 3)}},
        "note": f"{word} {plain(told.get('name'))}. {request.reason.strip()[:300]}".strip(),
        "tags": ["comptoir", _tag(ours)],
        "shippingAddress": mailing(request.address or address(told.get("shipping_address"))),
        "email": text(told.get("email"), 320) or None,
    }  # fmt: skip
    if customer:
        draft["purchasingEntity"] = {"customerId": customer}
    return draft


def mailing(told: Mapping[str, str]) -> dict[str, str]:
    """An address as Shopify takes it: the last word of the name is the family name."""
    first, last = first_and_last(told.get("name", ""))
    parts = {
        "firstName": first,
        "lastName": last,
        "company": "",
        "address1": told.get("street", ""),
        "address2": "",
        "zip": told.get("postcode", ""),
        "city": told.get("city", ""),
        "phone": told.get("phone", ""),
        "provinceCode": told.get("province", ""),
        "countryCode": told.get("country", "").upper() if len(told.get("country", "")) == 2 else "",
    }
    return {part: value for part, value in parts.items() if value or part in ("company", "address2")}


def _on_order(blank: Quote, found: OrderData) -> Quote:
    request = blank.request
    if request.verb == Verb.CANCEL:
        if found.state == "cancelled":
            return replace(blank, refusal="La commande est déjà annulée.")
        if found.shipments and any(parcel.state != "cancelled" for parcel in found.shipments):
            return replace(
                blank, refusal="La commande est déjà expédiée, au moins en partie\u202f: remboursez ce qui revient."
            )
        paid = sum(payment.amount for payment in found.payments if payment.state == "paid")
        back = max(paid - sum(refund.amount for refund in found.refunds if refund.state != "failed"), 0)
        return replace(blank, amount=back, maximum=back, details=(("Remboursé au client", back),) if back else ())
    if request.verb == Verb.EDIT_ADDRESS and found.state in _GONE:
        return replace(blank, refusal="La commande est déjà partie\u202f: l’adresse ne peut plus être corrigée.")
    if request.verb in COPIES:
        return copy_quote(blank, found)
    return blank


def _of_draft(draft: Mapping[str, Any]) -> Done:
    made = mapping(draft.get("order"))
    if not made:
        raise PortError("Shopify n’a pas dit quelle commande a été créée.", unknown=True, code="protocol")
    return Done(key(made.get("id")), code=plain(made.get("name"), 60).lstrip("#"))


def _tag(ours: str) -> str:
    return f"comptoir-{hashlib.sha256(ours.encode()).hexdigest()[:16]}"


def _plainly(told: Mapping[str, str]) -> dict[str, str]:
    return {part: value for part, value in told.items() if value and part not in ("province",)}
