"""What is done to an order: a credit slip, a cancellation, a code, a private note."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from comptoir.adapters.prestashop.client import Client
from comptoir.adapters.prestashop.fields import CAPABILITIES
from comptoir.adapters.prestashop.orders import slip
from comptoir.adapters.prestashop.reading import Reader
from comptoir.adapters.prestashop.resources import local
from comptoir.adapters.prestashop.threads import Threads
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import key, plain, text
from comptoir.lib.shops import own_code
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, OrderData, Quote, Request, Verb

CODES = frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING})
_NOT_THERE = "La commande n’existe pas dans la boutique."
_GONE = frozenset({"shipped", "delivered", "cancelled", "refunded"})
_CANCELLED = "6"  # the number of that state in a fresh PrestaShop


class Gestures:
    """Acts on one shop."""

    def __init__(self, client: Client, reader: Reader, threads: Threads, settings: Mapping[str, str]) -> None:
        self.client, self.reader, self.threads = client, reader, threads
        self._secret = settings.get("key", "")

    def quote(self, request: Request) -> Quote:
        """What would be done, reckoned from the order as it stands."""
        blank = Quote(request, currency=request.currency)
        if request.verb not in CAPABILITIES.verbs:
            return replace(blank, refusal=CAPABILITIES.lacking[request.verb])
        if request.verb in CODES:
            worth = 0 if request.percent or request.verb == Verb.FREE_SHIPPING else request.amount
            if worth <= 0 and not request.percent and request.verb == Verb.DISCOUNT_CODE:
                return replace(blank, refusal="Il faut un montant.")
            return replace(blank, amount=worth, maximum=worth)
        found = self.reader.order(request.order_id)
        if found is None:
            return replace(blank, refusal=_NOT_THERE)
        blank = replace(blank, currency=found.currency)
        if request.verb == Verb.REFUND:
            return _refund(blank, found)
        if request.verb == Verb.CANCEL:
            if found.state in _GONE:
                return replace(blank, refusal="La commande est déjà expédiée, annulée ou remboursée.")
            warning = "Annuler ne rembourse pas\u202f: ce qui a été payé reste à rembourser."
            return replace(blank, warnings=(warning,) if found.payments else ())
        return blank

    def execute(self, quote: Quote, ours: str) -> Done:
        """Do it."""
        request = quote.request
        match request.verb:
            case Verb.REFUND:
                return self._slip(quote)
            case Verb.CANCEL:
                state = self._cancelled_state()
                self.client.create(
                    "order_histories", "order_history", {"id_order": request.order_id, "id_order_state": state}
                )
                return Done(external_id=request.order_id)
            case Verb.NOTE:
                thread = self._thread(request.order_id)
                return Done(self.threads.say(thread, f"{request.text.strip()} [comptoir:{ours}]", ours, private=True))
            case _:
                return self._rule(request, ours)

    def found(self, request: Request, ours: str, since: datetime) -> Done | None:
        """Whether it was done, by reading only. Slips bear no note: one of that worth since then is taken for ours."""
        if request.verb in CODES:
            code = self._code(request, ours)
            rules = self.client.listed("cart_rules", {"code": code})
            mine = next((rule for rule in rules if f"[comptoir:{ours}]" in text(rule.get("description"), 2_000)), None)
            return self._of_rule(mine, request, code) if mine else None
        told = self.reader.order(request.order_id)
        if told is None:
            return None
        if request.verb == Verb.CANCEL:
            return Done(request.order_id) if told.state == "cancelled" else None
        if request.verb == Verb.REFUND:
            after = since - timedelta(seconds=5)  # its clock has whole seconds
            recent = [back for back in told.refunds if back.refunded_at >= after]
            mine_ = next((back for back in recent if back.amount == _worth(request, told)), None)
            return Done(mine_.external_id, amount=mine_.amount, state="pending") if mine_ else None
        threads = self.client.listed("customer_threads", {"id_order": request.order_id})
        for thread in threads:
            for row in self.client.listed("customer_messages", {"id_customer_thread": key(thread.get("id"))}):
                if f"[comptoir:{ours}]" in plain(row.get("message"), 60_000):
                    return Done(key(row.get("id")))
        return None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take a code back."""
        if verb not in CODES or not token.isdigit():
            raise PortError("Ce geste ne peut pas être annulé dans PrestaShop.", permanent=True, code="refused")
        self.client.delete("cart_rules", token)
        return Done(external_id=token)

    def _thread(self, name: str) -> str:
        """The order's thread, opened when there is none."""
        threads = self.client.listed("customer_threads", {"id_order": name})
        if threads:
            return key(threads[0].get("id"))
        row = self.reader.told(name)
        if row is None:
            raise PortError(_NOT_THERE, permanent=True, code="not_found")
        person = self.client.one("customers", key(row.get("id_customer"))) or {}
        fields = {
            "id_lang": key(row.get("id_lang")) or "1", "id_shop": key(row.get("id_shop")) or "1", "id_contact": "0",
            "id_customer": key(row.get("id_customer")), "id_order": name, "status": "open", "email": text(person.get("email"), 320),
            "token": own_code(self._secret, f"thread:{name}", 12),
        }  # fmt: skip
        return key(self.client.create("customer_threads", "customer_thread", fields).get("id"))

    def _cancelled_state(self) -> str:
        states = self.reader.fixed().states
        return next(
            (name for name, row in states.items() if local(row.get("template")) == "order_canceled"), _CANCELLED
        )

    def _slip(self, quote: Quote) -> Done:
        """A credit slip. PrestaShop checks no amount, so the order is read again first."""
        again = self.quote(quote.request)
        if again.refusal:
            raise PortError(again.refusal, permanent=True, code="refused")
        fields = json.loads(again.token)
        row = self.reader.told(quote.request.order_id) or {}
        fields |= {"id_customer": key(row.get("id_customer")), "id_order": quote.request.order_id}
        details = fields.pop("details")
        fields["associations"] = {"order_slip_details": ("order_slip_detail", details)}
        made = self.client.create("order_slip", "order_slip", fields)
        read = slip(made, again.currency, self.reader.zone)
        return Done(key(made.get("id")), amount=read.amount if read else again.amount, state="pending")

    def _rule(self, request: Request, ours: str) -> Done:
        code, fixed = self._code(request, ours), self.reader.fixed()
        zone = ZoneInfo(self.reader.zone)
        start = datetime.now(UTC)
        end = request.expires_at or start + timedelta(days=365)
        money = next(
            (name for name, row in fixed.currencies.items() if text(row.get("iso_code")) == request.currency), "1"
        )
        fields: dict[str, Any] = {
            "code": code,
            "name": ("language", [code]),
            "description": f"{request.reason.strip()[:300]} [comptoir:{ours}]".strip(),
            "date_from": f"{start.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "date_to": f"{end.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "quantity": 1,
            "quantity_per_user": 1,
            "active": 1,
            "id_customer": request.customer_id or 0,
            "free_shipping": int(request.verb == Verb.FREE_SHIPPING),
            "minimum_amount": to_decimal(request.minimum, request.currency),
            "minimum_amount_currency": money,
            "minimum_amount_tax": 1,
        }
        if request.verb == Verb.DISCOUNT_CODE and request.percent:
            fields["reduction_percent"] = request.percent
        elif request.verb == Verb.DISCOUNT_CODE:
            worth = to_decimal(request.amount, request.currency)
            fields |= {"reduction_amount": worth, "reduction_currency": money, "reduction_tax": 1}
        if self.client.listed("cart_rules", {"code": code}):  # PrestaShop would take the same code twice
            raise PortError("Ce code existe déjà dans la boutique.", permanent=True, code="refused")
        return self._of_rule(self.client.create("cart_rules", "cart_rule", fields), request, code)

    def _of_rule(self, rule: Mapping[str, Any], request: Request, code: str) -> Done:
        worth = 0 if request.percent or request.verb == Verb.FREE_SHIPPING else request.amount
        return Done(key(rule.get("id")), code=code, amount=worth, undo=key(rule.get("id")))

    def _code(self, request: Request, ours: str) -> str:
        return request.code or f"MERCI-{own_code(self._secret, ours, 8)}"


def _worth(request: Request, found: OrderData) -> int:
    """What the request asks to give back: an amount, or lines and shipping."""
    lines = {line.external_id: line for line in found.lines}
    chosen = sum(lines[name].unit_price * count for name, count in request.lines.items() if name in lines)
    return request.amount or chosen + request.shipping


def _refund(blank: Quote, found: OrderData) -> Quote:
    request, lines = blank.request, {line.external_id: line for line in found.lines}
    left = found.total - sum(back.amount for back in found.refunds)
    blank = replace(blank, maximum=max(left, 0))
    if left <= 0:
        return replace(blank, refusal="Il ne reste rien à rembourser.")
    for name, count in request.lines.items():
        if name not in lines or count <= 0 or count > lines[name].quantity - lines[name].refunded:
            return replace(blank, refusal="Un article choisi n’est pas, ou plus, à rembourser.")
    if request.shipping > found.shipping - sum(back.shipping for back in found.refunds):
        return replace(blank, refusal="Il ne reste pas autant de frais de livraison à rembourser.")
    amount = _worth(request, found)
    articles = amount - request.shipping
    parts = (
        [("Montant choisi", amount)] if request.amount else [("Articles", articles), ("Livraison", request.shipping)]
    )
    details = tuple((what, worth) for what, worth in parts if worth)
    blank = replace(blank, amount=amount, details=details)
    if amount <= 0:
        return replace(blank, refusal="Il n’y a rien à rembourser dans ce qui est choisi.")
    if amount > left:
        return replace(blank, refusal="Il ne reste pas autant à rembourser.")
    warning = "PrestaShop ne rend pas l’argent\u202f: il note l’avoir, et l’argent reste à rendre chez votre prestataire de paiement."
    return replace(blank, warnings=(warning,), token=_fields(request, found, amount, articles))


def _fields(request: Request, found: OrderData, amount: int, articles: int) -> str:
    """The credit slip to be written."""
    lines = {line.external_id: line for line in found.lines}

    def shown(minor: int) -> str:
        return str(to_decimal(minor, found.currency))

    def untaxed(name: str, count: int) -> int:
        line = lines[name]
        return line.unit_price * count - line.tax * count // max(line.quantity, 1)

    before_tax = sum(untaxed(name, count) for name, count in request.lines.items()) if not request.amount else articles
    details = [
        {
            "id_order_detail": name, "product_quantity": count, "amount_tax_excl": shown(untaxed(name, count)),
            "amount_tax_incl": shown(lines[name].unit_price * count),
        }
        for name, count in request.lines.items()
    ]  # fmt: skip
    return json.dumps(
        {
            "conversion_rate": "1", "total_products_tax_excl": shown(before_tax), "total_products_tax_incl": shown(articles),
            "total_shipping_tax_excl": shown(request.shipping), "total_shipping_tax_incl": shown(request.shipping),
            "amount": shown(articles), "shipping_cost": int(request.shipping > 0), "shipping_cost_amount": shown(request.shipping),
            "partial": int(amount < found.total), "details": details,
        }
    )  # fmt: skip
