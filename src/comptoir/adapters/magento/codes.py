"""Codes: a cart price rule with one coupon, good for one use. The rule's description bears our key."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC
from typing import Any

from comptoir.adapters.magento.client import Client, criteria
from comptoir.adapters.magento.orders import mark
from comptoir.adapters.magento.reading import Reader
from comptoir.lib.money import to_decimal
from comptoir.lib.payload import items, key, mapping, text, whole
from comptoir.lib.shops import own_code
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, Quote, Request, Verb

CODES = frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING})
_RULE = "Magento\\SalesRule\\Model\\Rule\\Condition"


class Codes:
    """Codes of one shop."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self.client, self.reader = client, reader

    def quote(self, blank: Quote) -> Quote:
        """What the code is worth; amounts of a rule are in the base currency."""
        request = blank.request
        wanted = request.amount if request.verb == Verb.DISCOUNT_CODE and not request.percent else 0
        if request.verb == Verb.DISCOUNT_CODE and not request.percent and wanted <= 0:
            return replace(blank, refusal="Il faut un montant.")
        if (wanted or request.minimum) and self.reader.site().currency not in ("", request.currency):
            return replace(
                blank,
                refusal="Les montants d’un code sont dans la devise de base de la boutique\u202f: donnez un pourcentage.",
            )
        return replace(blank, amount=wanted, maximum=wanted)

    def execute(self, request: Request, ours: str) -> Done:
        """Make the rule, then its coupon; without its coupon the rule is taken away again."""
        code = self._code(request, ours)
        if self._coupon(code):
            raise PortError("Ce code existe déjà dans la boutique.", permanent=True, code="refused")
        rule = key(
            mapping(self.client.act("POST", "salesRules", {"rule": self._rule(request, code, ours)})).get("rule_id")
        )
        if not rule:
            raise PortError("La boutique n’a pas dit ce qui a été fait.", unknown=True, code="protocol")
        coupon = {"rule_id": int(rule), "code": code, "usage_limit": 1, "usage_per_customer": 1, "is_primary": True}
        try:
            self.client.act("POST", "coupons", {"coupon": coupon})
        except PortError as error:
            if not error.unknown:
                with suppress(PortError):
                    self.client.act("DELETE", f"salesRules/{rule}")
            raise
        return _of(request, code, rule)

    def found(self, request: Request, ours: str) -> Done | None:
        """Whether there is a coupon whose rule bears our key."""
        code = self._code(request, ours)
        rule = key((self._coupon(code) or {}).get("rule_id"))
        told = mapping(self.client.get(f"salesRules/{rule}")) if rule.isdecimal() else {}
        return _of(request, code, rule) if mark(ours) in text(told.get("description"), 2_000) else None

    def undo(self, rule: str) -> Done:
        """Delete the rule, and with it the coupon."""
        if not rule.isdecimal():
            raise PortError("Ce geste ne peut pas être annulé dans la boutique.", permanent=True, code="refused")
        self.client.act("DELETE", f"salesRules/{rule}")
        return Done(external_id=rule)

    def _code(self, request: Request, ours: str) -> str:
        """The code that was wished for; else one of the key, which nobody can reckon without the token."""
        return request.code or f"MERCI-{own_code(self.client.keys.token, ours, 8)}"

    def _coupon(self, code: str) -> dict[str, Any] | None:
        told = mapping(self.client.get("coupons/search", criteria([("code", "eq", code)], 1, "coupon_id")))
        return next(
            (each for each in items(told.get("items")) if text(each.get("code"), 255).upper() == code.upper()), None
        )

    def _rule(self, request: Request, code: str, ours: str) -> dict[str, Any]:
        """A rule for every website and every group of customers."""
        sites = [
            whole(each.get("id")) for each in items(self.client.get("store/websites")) if whole(each.get("id")) > 0
        ]
        listed = mapping(self.client.get("customerGroups/search", criteria([], 500, "customer_group_id")))
        groups = [whole(each.get("id")) for each in items(listed.get("items"))]
        action, worth = ("by_percent", float(request.percent)) if request.percent else ("cart_fixed", float(to_decimal(request.amount, request.currency)))  # fmt: skip
        if request.verb == Verb.FREE_SHIPPING:
            action, worth = "by_percent", 0.0
        rule: dict[str, Any] = {
            "name": f"Comptoir {code}"[:255], "description": f"{request.reason.strip()[:300]} {mark(ours)}".strip(),
            "website_ids": sites, "customer_group_ids": groups, "is_active": True, "is_advanced": True, "sort_order": 0,
            "stop_rules_processing": False, "simple_action": action, "discount_amount": worth, "discount_step": 0,
            "apply_to_shipping": False, "is_rss": False, "coupon_type": "SPECIFIC_COUPON", "use_auto_generation": False,
            "uses_per_coupon": 1, "uses_per_customer": 1,
            "simple_free_shipping": "FREE_WITH_MATCHING_ITEMS" if request.verb == Verb.FREE_SHIPPING else "NONE",
        }  # fmt: skip
        if request.expires_at:
            rule["to_date"] = request.expires_at.astimezone(UTC).strftime("%Y-%m-%d")
        if request.minimum:
            rule["condition"] = _from(str(to_decimal(request.minimum, request.currency)))
        return rule


def _from(amount: str) -> Mapping[str, Any]:
    """The condition that the cart's articles come to that amount at least."""
    least = {
        "condition_type": f"{_RULE}\\Address",
        "attribute_name": "base_subtotal",
        "operator": ">=",
        "value": amount,
    }
    return {"condition_type": f"{_RULE}\\Combine", "aggregator_type": "all", "value": "1", "conditions": [least]}


def _of(request: Request, code: str, rule: str) -> Done:
    worth = 0 if request.percent or request.verb == Verb.FREE_SHIPPING else request.amount
    return Done(rule, code=code, amount=worth, undo=rule)
