"""A WooCommerce that answers wc/v3 out of memory, as documented: pages in headers, its own error codes, its plugins' noise."""

import base64
import math
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tests.adapters.vendor_server import Asked, Reply, VendorServer, told

KEY, SECRET, HOOK_SECRET = "ck_1", "cs_1", "a long word"
TAX = Decimal("1.2")


def refused(status: int, code: str, message: str) -> Reply:
    """WordPress's way to say no."""
    return told({"code": code, "message": message, "data": {"status": status}}, status)


class WooServer(VendorServer):
    """One shop. `acts` are the changes that were carried out, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.keys = {KEY: SECRET}
        self.writes = True
        self.headers_reach_it = True
        self.noise = b""
        self.gateways = {"stripe": ["products", "refunds"], "bacs": ["products"]}
        self.gateway_says = ""
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, list[dict[str, Any]]] = {}
        self.notes: dict[str, list[dict[str, Any]]] = {}
        self.coupons: list[dict[str, Any]] = []
        self.webhooks: list[dict[str, Any]] = []
        self.products: list[dict[str, Any]] = []
        self.customers: list[dict[str, Any]] = []
        self.acts: list[str] = []
        self.losing = False
        self._ids = 9_000

    def answer(self, asked: Asked) -> Reply:
        """The key first, then the route."""
        path = asked.path.removeprefix("/wp-json")
        if path == "/":
            return told({"name": "Maison &amp; Alba", "namespaces": ["wc/v3"]})
        if not path.startswith("/wc/v3/"):
            return refused(404, "rest_no_route", "No route was found matching the URL and request method.")
        if problem := self._unproved(asked):
            return problem
        reply = self._route(asked.method, path.removeprefix("/wc/v3/"), asked)
        if self.losing and asked.method != "GET":
            self.losing = False
            return Reply(lost=True)
        return Reply(reply.status, self.noise + reply.body, reply.headers)

    def _unproved(self, asked: Asked) -> Reply | None:
        key, secret = asked.query.get("consumer_key", ""), asked.query.get("consumer_secret", "")
        if not key and self.headers_reach_it:
            kind, _, word = asked.headers.get("authorization", "").partition(" ")
            key, _, secret = base64.b64decode(word).decode().partition(":") if kind == "Basic" else ("", "", "")
        if not key:
            return refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        if self.keys.get(key) != secret:
            return refused(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
        if asked.method != "GET" and not self.writes:
            return refused(
                401, "woocommerce_rest_authentication_error", "The API key provided does not have write permissions."
            )
        return None

    def _route(self, method: str, path: str, asked: Asked) -> Reply:
        routes: list[tuple[str, Callable[..., Reply]]] = [
            (r"GET settings/general/woocommerce_currency", lambda: told({"id": "woocommerce_currency", "value": "EUR"})),
            (r"GET payment_gateways/([\w-]+)", self._gateway),
            (r"GET orders", lambda: self._list(list(self.orders.values()), asked)),
            (r"POST orders", lambda: self._create_order(asked.json())),
            (r"GET orders/(\d+)", self._order),
            (r"PUT orders/(\d+)", lambda name: self._change_order(name, asked.json())),
            (r"GET orders/(\d+)/refunds", lambda name: self._list(self.refunds.get(name, []), asked)),
            (r"POST orders/(\d+)/refunds", lambda name: self.refund(name, asked.json())),
            (r"GET orders/(\d+)/notes", lambda name: told(self.notes.get(name, []))),
            (r"POST orders/(\d+)/notes", lambda name: self._note(name, asked.json())),
            (r"GET coupons", lambda: self._list([each for each in self.coupons if each["code"] == asked.query.get("code", "").lower()], asked)),
            (r"POST coupons", lambda: self._coupon(asked.json())),
            (r"DELETE coupons/(\d+)", lambda name: told(self.coupons.pop([str(each["id"]) for each in self.coupons].index(name)))),
            (r"GET webhooks", lambda: self._list(self.webhooks, asked)),
            (r"POST webhooks", lambda: self._webhook(asked.json())),
            (r"PUT webhooks/(\d+)", lambda name: self._change_webhook(name, asked.json())),
            (r"GET products", lambda: self._list(self.products, asked)),
            (r"GET customers", lambda: self._list(self.customers, asked)),
        ]  # fmt: skip
        for pattern, answer in routes:
            if found := re.fullmatch(pattern, f"{method} {path}"):
                return answer(*found.groups())
        return refused(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _list(self, listed: list[dict[str, Any]], asked: Asked) -> Reply:
        query = asked.query
        if since := query.get("modified_after"):
            listed = [each for each in listed if each["date_modified_gmt"] > since]
        if after := query.get("after"):
            listed = [each for each in listed if each["date_created_gmt"] > after]
        if word := query.get("search"):
            listed = [each for each in listed if word.lower() in f"{each['number']} {each['billing']['email']}".lower()]
        down = query.get("order", "desc") == "desc"
        by = "date_created_gmt" if query.get("orderby") == "date" else "id"
        listed = sorted(listed, key=lambda each: each.get(by) or 0, reverse=down)
        size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
        pages = math.ceil(len(listed) / size)
        return told(listed[(page - 1) * size : page * size], x_wp_total=str(len(listed)), x_wp_totalpages=str(pages))

    def _id(self) -> int:
        self._ids += 1
        return self._ids

    def _order(self, name: str) -> Reply:
        found = self.orders.get(name)
        return told(found) if found else refused(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")

    def _create_order(self, sent: dict[str, Any]) -> Reply:
        self.acts.append("order")
        made = {**order(str(self._id()), "copy@example.org", []), **sent, "date_created_gmt": _now()}
        self.orders[str(made["id"])] = made
        return told(made, 201)

    def _change_order(self, name: str, sent: dict[str, Any]) -> Reply:
        found = self.orders.get(name)
        if not found:
            return refused(400, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        self.acts.append("cancel" if sent.get("status") == "cancelled" else "change")
        meta = [*found["meta_data"], *sent.pop("meta_data", [])]
        shipping = {**found["shipping"], **sent.pop("shipping", {})}
        found |= {**sent, "meta_data": meta, "shipping": shipping, "date_modified_gmt": _now()}
        return told(found)

    def refund(self, name: str, sent: dict[str, Any]) -> Reply:
        """Refund an order, or say no as wc_create_refund does: with status 500."""
        found = self.orders[name]
        there = self.refunds.setdefault(name, [])
        left = Decimal(found["total"]) - sum(Decimal(each["amount"]) for each in there)
        amount = Decimal(sent["amount"])
        gateway = self.gateways.get(found["payment_method"], [])
        problem = "Invalid refund amount." if not 0 < amount <= left else ""
        if sent.get("api_refund", True) and not problem:
            problem = self.gateway_says or ("" if "refunds" in gateway else "The payment gateway for this order does not support automatic refunds.")  # fmt: skip
        if problem:
            return refused(500, "woocommerce_rest_cannot_create_order_refund", problem)
        self.acts.append("refund")
        lines = {each["id"]: each for each in found["line_items"]}
        rows = []
        for part in sent.get("line_items", []):
            tax = sum(Decimal(each["refund_total"]) for each in part.get("refund_tax", []))
            row = {
                "id": self._id(), "quantity": -part.get("quantity", 0), "total": f"-{part['refund_total']}", "total_tax": f"-{tax}",
                "meta_data": [{"key": "_refunded_item_id", "value": str(part["id"])}], "line": part["id"] in lines,
            }  # fmt: skip
            rows.append(row)
        made = {
            "id": self._id(), "date_created_gmt": _now(), "amount": sent["amount"], "reason": sent.get("reason", ""),
            "refunded_payment": sent.get("api_refund", True), "meta_data": sent.get("meta_data", []),
            "line_items": [row for row in rows if row["line"]], "shipping_lines": [row for row in rows if not row["line"]],
        }  # fmt: skip
        there.append(made)
        found["refunds"].append({"id": made["id"], "reason": made["reason"], "total": f"-{made['amount']}"})
        found["date_modified_gmt"] = _now()
        if amount == left:
            found["status"] = "refunded"
        return told(made, 201)

    def _gateway(self, name: str) -> Reply:
        if name not in self.gateways:
            return refused(404, "woocommerce_rest_payment_gateway_invalid", "Resource does not exist.")
        return told({"id": name, "method_supports": self.gateways[name]})

    def _note(self, name: str, sent: dict[str, Any]) -> Reply:
        self.acts.append("note")
        made = {"id": self._id(), **sent}
        self.notes.setdefault(name, []).append(made)
        return told(made, 201)

    def _coupon(self, sent: dict[str, Any]) -> Reply:
        code = sent["code"].lower()
        if any(each["code"] == code for each in self.coupons):
            return refused(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
        self.acts.append("coupon")
        made = {"id": self._id(), **sent, "code": code}
        self.coupons.append(made)
        return told(made, 201)

    def _change_webhook(self, name: str, sent: dict[str, Any]) -> Reply:
        found = next(each for each in self.webhooks if str(each["id"]) == name)
        found |= sent
        return told(found)

    def _webhook(self, sent: dict[str, Any]) -> Reply:
        made = {"id": self._id(), "status": "active", **sent}
        self.webhooks.append(made)
        return told({name: value for name, value in made.items() if name != "secret"}, 201)


def order(
    name: str, email: str, lines: list[tuple[int, str, str, int]], *, shipping: str = "0.00", currency: str = "EUR", places: int = 2,
    modified: str = "2026-11-12T10:00:00", status: str = "processing", taxed: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """An order as wc/v3 shows it: amounts without tax, tax beside them. Prices are given with tax."""
    rate = TAX if taxed else Decimal(1)

    def split(amount: Decimal) -> tuple[str, str]:
        net = (amount / rate).quantize(Decimal(1).scaleb(-places))
        return str(net), str(amount - net)

    rows = []
    for which, title, price, count in lines:
        net, tax = split(Decimal(price) * count)
        rows.append(
            {
                "id": which, "name": title, "product_id": 900 + which, "variation_id": 0, "quantity": count, "subtotal": net, "subtotal_tax": tax,
                "total": net, "total_tax": tax, "taxes": [{"id": 1, "total": tax, "subtotal": tax}] if taxed else [], "meta_data": [],
                "sku": f"SKU-{which}", "price": float(Decimal(net) / count), "image": {"id": "", "src": ""}, "parent_name": None,
            }
        )  # fmt: skip
    net, tax = split(Decimal(shipping))
    place = {"first_name": "Camille", "last_name": "Martin", "company": "", "address_1": "1 rue Haute", "address_2": "", "city": "Nantes", "state": "", "postcode": "44000", "country": "FR", "phone": ""}  # fmt: skip
    total = sum((Decimal(price) * count for _, _, price, count in lines), Decimal(0)) + Decimal(shipping)
    return {
        "id": int(name), "parent_id": 0, "status": status, "currency": currency, "prices_include_tax": True, "number": name, "order_key": "wc_order_x",
        "date_created_gmt": "2026-11-11T10:00:00", "date_modified_gmt": modified, "date_paid_gmt": "2026-11-11T10:00:05", "discount_total": "0.00", "discount_tax": "0.00",
        "shipping_total": net, "shipping_tax": tax, "total": str(total), "total_tax": "0.00", "customer_id": 501, "customer_note": "",
        "billing": {**place, "email": email}, "shipping": dict(place), "payment_method": "stripe", "payment_method_title": "Carte bancaire", "transaction_id": "ch_1",
        "meta_data": [], "line_items": rows, "tax_lines": [], "fee_lines": [], "coupon_lines": [], "refunds": [],
        "shipping_lines": [{"id": 81, "method_title": "Colissimo", "total": net, "total_tax": tax, "taxes": [{"id": 1, "total": tax}] if taxed else []}],
    }  # fmt: skip


def copy_of(told_order: dict[str, Any]) -> dict[str, Any]:
    """What a webhook says of an order: the same object."""
    return deepcopy(told_order)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
