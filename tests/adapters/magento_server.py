"""A Magento that answers its REST API out of memory, as documented and as its source does: searches by criteria whose last
page repeats, one answer for a wrong token and a missing right, credit memos reckoned by itself."""

import base64
import hashlib
import hmac
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote, unquote

from tests.adapters.vendor_server import Asked, Reply, VendorServer, told

TOKEN, CONSUMER, CONSUMER_SECRET, TOKEN_SECRET = "tok1", "con1", "cos1", "tos1"
HOOK_SECRET = "a long word"
RIGHTS = {
    "actions_view", "shipment", "sales_creditmemo", "sales_invoice", "customer", "products", "quote", "creditmemo",
    "cancel", "comment", "create", "store", "source", "group", "cart",
}  # fmt: skip
_CRITERION = re.compile(r"searchCriteria\[filter_groups\]\[(\d+)\]\[filters\]\[0\]\[(field|value|condition_type)\]")
CENT = Decimal("0.0001")


def problem(status: int, message: str, parameters: Any = None) -> Reply:
    """Magento's way to say no."""
    return told({"message": message, **({"parameters": parameters} if parameters is not None else {})}, status)


class MagentoServer(VendorServer):
    """One shop. `acts` are the changes that were carried out, by name; `rights` those of the integration."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.bearer, self.rights = TOKEN, True, set(RIGHTS)
        self.orders: dict[str, dict[str, Any]] = {}
        self.shipments: list[dict[str, Any]] = []
        self.creditmemos: list[dict[str, Any]] = []
        self.invoices: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.rules: dict[str, dict[str, Any]] = {}
        self.coupons: list[dict[str, Any]] = []
        self.products: list[dict[str, Any]] = []
        self.sources: list[dict[str, Any]] = []
        self.customers: list[dict[str, Any]] = []
        self.carts: list[dict[str, Any]] = []
        self.inventory = True
        self.gateway_refunds = True
        self.gateway_says = ""
        self.acts: list[str] = []
        self.losing = ""
        self._ids = 9_000

    def answer(self, asked: Asked) -> Reply:
        """The route first, then the right, then the act; a route that is not there is said in Magento's words."""
        found = re.fullmatch(r"/rest(?:/(\w+))?/V1/(.+)", asked.path)
        if not found:
            return Reply(404, b"<!doctype html><title>404 Not Found</title>", {"content-type": "text/html"})
        if found[1] not in (None, "default", "fr"):
            return problem(404, "The store that was requested wasn't found. Verify the store and try again.")
        for pattern, right, act, answer in self._routes(asked):
            if match := re.fullmatch(pattern, f"{asked.method} {found[2]}"):
                if refused := self._unproved(asked, right):
                    return refused
                before = len(self.acts)
                reply = answer(*match.groups())
                if act and self.losing == act and len(self.acts) > before:
                    self.losing = ""
                    return Reply(lost=True)
                return reply
        return problem(404, "Request does not match any route.")

    def _unproved(self, asked: Asked, right: str) -> Reply | None:
        kind, _, word = asked.headers.get("authorization", "").partition(" ")
        known = self.bearer and kind == "Bearer" and word == self.token
        if kind == "OAuth":
            if not self._signed(asked, word):
                return problem(401, "The signature is invalid. Verify and try again.")
            known = True
        if not known or right not in self.rights:
            return problem(
                401, "The consumer isn't authorized to access %resources.", {"resources": f"Magento::{right}"}
            )
        return None

    def _signed(self, asked: Asked, word: str) -> bool:
        given = {name: unquote(value.strip('"')) for name, value in (part.split("=", 1) for part in word.split(", "))}
        signature = given.pop("oauth_signature")
        pairs = sorted(
            (quote(name, safe="~"), quote(value, safe="~")) for name, value in {**asked.query, **given}.items()
        )
        line = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join(quote(part, safe="~") for part in (asked.method, f"{self.base}{asked.path}", line))
        right = hmac.new(f"{CONSUMER_SECRET}&{TOKEN_SECRET}".encode(), base.encode(), hashlib.sha256).digest()
        return signature == base64.b64encode(right).decode() and given["oauth_token"] == self.token

    def _routes(self, asked: Asked) -> list[tuple[str, str, str, Callable[..., Reply]]]:
        sent = asked.json() if asked.body else {}

        def listed(rows: list[dict[str, Any]], own: str = "entity_id") -> Callable[[], Reply]:
            return lambda: self._list(rows, asked, own)

        return [
            (r"GET orders", "actions_view", "", listed(list(self.orders.values()))),
            (r"GET orders/(\d+)", "actions_view", "", self._order),
            (r"PUT orders/(\d+)", "create", "address", lambda name: self._address(name, sent["entity"])),
            (r"POST orders/(\d+)/cancel", "cancel", "cancel", self._cancel),
            (r"POST orders/(\d+)/comments", "comment", "note", lambda name: self._comment(name, sent)),
            (r"GET orders/(\d+)/comments", "actions_view", "", lambda name: told({"items": [each for each in self.comments if each["parent_id"] == int(name)]})),
            (r"GET shipments", "shipment", "", listed(self.shipments)),
            (r"GET creditmemos", "sales_creditmemo", "", listed(self.creditmemos)),
            (r"GET creditmemo/(\d+)", "sales_creditmemo", "", lambda name: told(next(each for each in self.creditmemos if each["entity_id"] == int(name)))),
            (r"GET invoices", "sales_invoice", "", listed(self.invoices)),
            (r"POST order/(\d+)/refund", "creditmemo", "refund", lambda name: self.refund(name, sent)),
            (r"POST invoice/(\d+)/refund", "sales_invoice", "refund", lambda name: self._refund_invoice(name, sent)),
            (r"GET customers/search", "customer", "", listed(self.customers, "id")),
            (r"GET customerGroups/search", "group", "", lambda: told({"items": [{"id": 0, "code": "NOT LOGGED IN"}, {"id": 1, "code": "General"}], "total_count": 2})),
            (r"GET carts/search", "cart", "", listed(self.carts, "id")),
            (r"GET carts/(\d+)/totals", "cart", "", lambda name: told(next(each["totals"] for each in self.carts if str(each["id"]) == name))),
            (r"GET products", "products", "", listed(self.products, "id")),
            *([(r"GET inventory/source-items", "source", "", listed(self.sources))] if self.inventory else []),
            (r"GET salesRules/search", "quote", "", lambda: told({"items": list(self.rules.values()), "total_count": len(self.rules)})),
            (r"GET salesRules/(\d+)", "quote", "", lambda name: told(self.rules[name]) if name in self.rules else problem(404, "No such entity.")),
            (r"POST salesRules", "quote", "rule", lambda: self._rule(sent["rule"])),
            (r"DELETE salesRules/(\d+)", "quote", "", self._delete_rule),
            (r"GET coupons/search", "quote", "", listed(self.coupons, "coupon_id")),
            (r"POST coupons", "quote", "coupon", lambda: self._coupon(sent["coupon"])),
            (r"GET store/storeConfigs", "store", "", lambda: told([{"id": 1, "code": "default", "locale": "fr_FR", "base_currency_code": "EUR", "secure_base_media_url": "https://maison-alba.example/media/"}, {"id": 2, "code": "de", "locale": "de_DE", "base_currency_code": "EUR"}])),
            (r"GET store/storeViews", "store", "", lambda: told([{"id": 0, "code": "admin", "name": "Admin"}, {"id": 1, "code": "default", "name": "Maison Alba"}])),
            (r"GET store/websites", "store", "", lambda: told([{"id": 0, "code": "admin"}, {"id": 1, "code": "base"}])),
        ]  # fmt: skip

    def _list(self, rows: list[dict[str, Any]], asked: Asked, own: str) -> Reply:
        """Conditions, order and pages; beyond the last page the last one comes again, as in Magento's collections."""
        wanted: dict[str, dict[str, str]] = {}
        for name, value in asked.query.items():
            if match := _CRITERION.fullmatch(name):
                wanted.setdefault(match[1], {})[match[2]] = value
        for each in wanted.values():
            rows = [row for row in rows if _holds(row, own, **each)]
        down = asked.query.get("searchCriteria[sortOrders][0][direction]", "DESC") == "DESC"
        rows = sorted(rows, key=lambda row: row.get(own, 0), reverse=down)
        size, page = (
            int(asked.query.get("searchCriteria[pageSize]", "0")) or len(rows) or 1,
            int(asked.query.get("searchCriteria[currentPage]", "1")),
        )
        page = min(page, max(math.ceil(len(rows) / size), 1))
        return told({"items": rows[(page - 1) * size : page * size], "search_criteria": {}, "total_count": len(rows)})

    def _id(self) -> int:
        self._ids += 1
        return self._ids

    def _order(self, name: str) -> Reply:
        found = self.orders.get(name)
        return (
            told(found)
            if found
            else problem(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
        )

    def _address(self, name: str, entity: dict[str, Any]) -> Reply:
        found = self.orders[name]
        place = found["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]
        missing = [
            part
            for part in ("firstname", "lastname", "street", "city", "email", "country_id", "telephone", "postcode")
            if not entity.get(part)
        ]
        if missing or entity["entity_id"] != place["entity_id"] or entity["parent_id"] != int(name):
            return problem(400, 'The order address couldn\'t be saved: "%1" is required.', missing[:1])
        self.acts.append("address")
        place.clear()
        place.update(entity)
        return told(entity)

    def _cancel(self, name: str) -> Reply:
        found = self.orders.get(name)
        if not found:
            return problem(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
        if found["state"] not in ("new", "processing") or found["total_paid"]:
            return told(False)
        self.acts.append("cancel")
        found |= {"state": "canceled", "status": "canceled", "updated_at": _now()}
        return told(True)

    def _comment(self, name: str, sent: dict[str, Any]) -> Reply:
        if "statusHistory" not in sent:
            return problem(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "statusHistory"})
        if sent["statusHistory"]["status"] != self.orders[name]["status"]:
            return problem(400, "Unable to add comment: The status does not belong to the order.")
        self.acts.append("note")
        self.comments.append({**sent["statusHistory"], "entity_id": self._id()})
        return told(True)

    def _refund_invoice(self, name: str, sent: dict[str, Any]) -> Reply:
        found = next((each for each in self.invoices if each["entity_id"] == int(name)), None)
        return self.refund(str(found["order_id"]), sent, found) if found else problem(404, "No such entity.")

    def refund(self, name: str, sent: dict[str, Any], invoice: dict[str, Any] | None = None) -> Reply:
        """Magento's reckoning: all pieces and all shipping without a word about them, else what is named."""
        found = self.orders.get(name)
        if not found:
            return problem(404, "The entity that was requested doesn't exist. Verify the entity and try again.")
        arguments = sent.get("arguments") or {}
        wanted = {each["order_item_id"]: Decimal(str(each["qty"])) for each in sent.get("items", [])}
        rows, amount = [], Decimal(0)
        for each in found["items"]:
            if each.get("parent_item_id") and each["product_type"] == "simple" and not each["row_total"]:
                continue
            left = Decimal(str(each["qty_ordered"])) - Decimal(str(each["qty_refunded"]))
            pieces = wanted.get(each["item_id"], Decimal(0)) if wanted else left
            if pieces > left:
                return problem(
                    400,
                    'Creditmemo Document Validation Error(s):\nThe quantity to creditmemo must not be greater than the unrefunded quantity for product SKU "%1".',
                    [each["sku"]],
                )
            paid = sum(
                Decimal(str(each[part])) for part in ("row_total", "tax_amount", "discount_tax_compensation_amount")
            ) - Decimal(str(each["discount_amount"]))
            amount += _share(
                paid, Decimal(str(each["qty_refunded"])), pieces, Decimal(str(each["qty_ordered"])), found["places"]
            )
            rows.append((each, pieces))
        ship = Decimal(str(found["shipping_amount"])) - Decimal(str(found["shipping_refunded"]))
        tax = Decimal(str(found["shipping_tax_amount"])) - Decimal(str(found["shipping_tax_refunded"]))
        shippable = ship != 0
        if "shipping_amount" in arguments and Decimal(str(arguments["shipping_amount"])) != ship:
            part = Decimal(str(arguments["shipping_amount"]))
            ship, tax = part, (tax * part / ship if ship else Decimal(0))
        amount += (
            ship
            + tax
            + Decimal(str(arguments.get("adjustment_positive", 0)))
            - Decimal(str(arguments.get("adjustment_negative", 0)))
        )
        left_paid = Decimal(str(found["total_paid"])) - Decimal(str(found["total_refunded"]))
        if amount <= 0:
            return problem(400, "Creditmemo Document Validation Error(s):\nThe credit memo's total must be positive.")
        if not any(pieces for _, pieces in rows) and not shippable:
            return problem(
                400, "Creditmemo Document Validation Error(s):\nYou can't create a creditmemo without products."
            )
        if amount > left_paid:
            return problem(400, "The most money available to refund is %1.", [str(left_paid)])
        if sent.get("isOnline") and self.gateway_says:
            return problem(400, "Could not save a Creditmemo, see error log for details")
        self.acts.append("refund")
        memo = {
            "entity_id": self._id(), "order_id": int(name), "invoice_id": invoice["entity_id"] if invoice else None, "state": 2, "created_at": _now(), "updated_at": _now(),
            "grand_total": float(amount), "order_currency_code": found["order_currency_code"], "shipping_amount": float(ship), "shipping_tax_amount": float(tax),
            "adjustment_positive": arguments.get("adjustment_positive", 0), "adjustment_negative": arguments.get("adjustment_negative", 0),
            "items": [{"order_item_id": each["item_id"], "qty": float(pieces)} for each, pieces in rows],
            "comments": [{"comment": sent["comment"]["comment"], "is_visible_on_front": 0}] if sent.get("comment") else [],
            "sent": sent,
        }  # fmt: skip
        self.creditmemos.append(memo)
        for each, pieces in rows:
            each["qty_refunded"] = float(Decimal(str(each["qty_refunded"])) + pieces)
        found["shipping_refunded"] += float(ship)
        found["shipping_tax_refunded"] += float(tax)
        found["total_refunded"] = float(Decimal(str(found["total_refunded"])) + amount)
        if sent.get("isOnline") and self.gateway_refunds:
            found["payment"]["base_amount_refunded_online"] += float(amount)
        if found["total_refunded"] >= found["total_paid"]:
            found |= {"state": "closed", "status": "closed"}
        found["updated_at"] = _now()
        return told(str(memo["entity_id"]))

    def _rule(self, rule: dict[str, Any]) -> Reply:
        made = {**rule, "rule_id": self._id()}
        self.rules[str(made["rule_id"])] = made
        self.acts.append("rule")
        return told(made)

    def _delete_rule(self, name: str) -> Reply:
        self.rules.pop(name)
        self.coupons[:] = [each for each in self.coupons if each["rule_id"] != int(name)]
        return told(True)

    def _coupon(self, coupon: dict[str, Any]) -> Reply:
        if any(each["code"].lower() == coupon["code"].lower() for each in self.coupons):
            return problem(400, "Coupon with the same code already exists.")
        self.acts.append("coupon")
        made = {**coupon, "coupon_id": self._id()}
        self.coupons.append(made)
        return told(made)


def _holds(row: dict[str, Any], own: str, field: str, value: str, condition_type: str) -> bool:
    name = own if field == "entity_id" else field
    there = str(row.get(name, ""))
    match condition_type:
        case "gt":
            return int(there or 0) > int(value)
        case "gteq":
            return there >= value
        case "in":
            return there in value.split(",")
    return there.lower() == value.lower()


def _share(paid: Decimal, before: Decimal, pieces: Decimal, of: Decimal, places: int) -> Decimal:
    """What pieces of a row are worth, so that the last one takes what is left."""

    def up_to(amount: Decimal) -> Decimal:
        return (paid * amount / of).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    return up_to(before + pieces) - up_to(before)


def item(
    which: int, title: str, price: str, pieces: float = 1, *, rate: str = "1.2", places: int = 2, **more: Any
) -> dict[str, Any]:
    """A line as Magento shows it; `price` holds its tax of `rate`."""
    row = Decimal(price) * Decimal(str(pieces))
    net = (row / Decimal(rate)).quantize(Decimal(1).scaleb(-places))
    return {
        "item_id": which, "name": title, "sku": f"SKU-{which}", "product_id": 900 + which, "product_type": "simple", "qty_ordered": pieces,
        "qty_canceled": 0, "qty_refunded": 0, "qty_shipped": 0, "qty_invoiced": pieces, "is_virtual": 0, "price": float(net), "price_incl_tax": float(price),
        "row_total": float(net), "row_total_incl_tax": float(row), "tax_amount": float(row - net), "discount_amount": 0, "discount_tax_compensation_amount": 0, **more,
    }  # fmt: skip


def order(
    name: int, email: str, lines: list[dict[str, Any]], *, shipping: str = "0.00", currency: str = "EUR", places: int = 2, base: str = "",
    changed: str = "2026-11-12 10:00:00", state: str = "processing", paid: bool = True, method: str = "stripe_payments",
) -> dict[str, Any]:  # fmt: skip
    """An order as GET /V1/orders/{id} shows it."""
    net = (Decimal(shipping) / Decimal("1.2")).quantize(Decimal("0.01"))
    rows = [row for row in lines if not (row.get("parent_item_id") and not row["row_total"])]
    parts = ("row_total", "tax_amount", "discount_tax_compensation_amount")
    total = sum((Decimal(str(row[part])) for row in rows for part in parts), Decimal(shipping)) - sum(
        Decimal(str(row["discount_amount"])) for row in rows
    )
    place = {"entity_id": name * 10 + 1, "parent_id": name, "address_type": "shipping", "firstname": "Camille", "lastname": "Martin", "street": ["1 rue Haute"], "city": "Nantes", "postcode": "44000", "country_id": "FR", "telephone": "0240000000", "email": email, "region": "Loire-Atlantique", "region_id": 237, "region_code": "44"}  # fmt: skip
    amount = float(total)
    return {
        "entity_id": name, "increment_id": f"{name:09d}", "state": state, "status": state, "store_id": 1, "customer_id": 501, "customer_email": email,
        "customer_firstname": "Camille", "customer_lastname": "Martin", "customer_is_guest": 0, "is_virtual": 0, "created_at": "2026-11-11 10:00:00", "updated_at": changed,
        "base_currency_code": base or currency, "order_currency_code": currency, "grand_total": amount, "base_grand_total": amount, "total_paid": amount if paid else 0, "total_refunded": 0,
        "tax_amount": 0, "discount_amount": 0, "shipping_amount": float(net), "shipping_tax_amount": float(Decimal(shipping) - net), "shipping_discount_amount": 0,
        "shipping_refunded": 0.0, "shipping_tax_refunded": 0.0, "shipping_description": "Colissimo - Domicile", "places": places, "items": lines,
        "billing_address": {**place, "entity_id": name * 10, "address_type": "billing"},
        "payment": {"entity_id": name, "method": method, "last_trans_id": f"ch_{name}", "base_amount_refunded_online": 0.0},
        "extension_attributes": {
            "shipping_assignments": [{"shipping": {"address": place, "method": "colissimo_home"}}],
            "payment_additional_info": [{"key": "method_title", "value": "Carte bancaire"}],
        },
    }  # fmt: skip


def invoice(of: dict[str, Any], which: int) -> dict[str, Any]:
    """The invoice of all of an order, paid by a provider."""
    rows = [{"order_item_id": each["item_id"], "qty": each["qty_ordered"]} for each in of["items"]]
    return {"entity_id": which, "increment_id": f"{which:09d}", "order_id": of["entity_id"], "state": 2, "transaction_id": f"ch_{of['entity_id']}", "grand_total": of["grand_total"], "shipping_amount": of["shipping_amount"], "items": rows}  # fmt: skip


def shipment(of: dict[str, Any], which: int, tracks: list[tuple[str, str]], pieces: dict[int, float]) -> dict[str, Any]:
    """A shipment with its tracks."""
    rows = [
        {"entity_id": which * 100 + at, "order_item_id": name, "qty": count}
        for at, (name, count) in enumerate(pieces.items())
    ]
    there = [{"entity_id": which * 10 + at, "order_id": of["entity_id"], "parent_id": which, "track_number": number, "title": title, "carrier_code": "custom"} for at, (title, number) in enumerate(tracks)]  # fmt: skip
    return {
        "entity_id": which,
        "order_id": of["entity_id"],
        "created_at": "2026-11-12 09:00:00",
        "items": rows,
        "tracks": there,
        "packages": [],
        "comments": [],
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
