"""A PrestaShop that answers its web service out of memory: lists with filters, XML in, JSON or XML out, its own errors."""

import base64
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from tests.adapters.vendor_server import Asked, Reply, VendorServer, told

KEY = "PRESTAKEY"
ZONE = ZoneInfo("Europe/Paris")
ROWS = {
    "orders": "order", "customers": "customer", "addresses": "address", "countries": "country", "currencies": "currency", "carriers": "carrier",
    "order_states": "order_state", "languages": "language", "order_carriers": "order_carrier", "order_slip": "order_slip",
    "order_payments": "order_payment", "order_histories": "order_history", "products": "product", "stock_availables": "stock_available",
    "cart_rules": "cart_rule", "carts": "cart", "customer_threads": "customer_thread", "customer_messages": "customer_message",
    "employees": "employee",
}  # fmt: skip


class PrestaServer(VendorServer):
    """One shop: `tables` hold the rows of each resource by their numbers, `acts` what was made."""

    def __init__(self) -> None:
        super().__init__()
        self.key = KEY
        self.closed: set[tuple[str, str]] = set()
        self.tables: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in ROWS}
        self.acts: list[str] = []
        self.losing = False
        self.xml = False

    def answer(self, asked: Asked) -> Reply:
        """The key is the user of Basic, then the resource."""
        word = asked.headers.get("authorization", "").removeprefix("Basic ")
        user = base64.b64decode(word).decode().partition(":")[0] if word else ""
        if user != self.key:
            return Reply(401, b"401 Unauthorized", {"content-type": "text/plain"})
        parts = asked.path.removeprefix("/api").strip("/").split("/")
        if parts == [""]:
            return self._rights()
        resource, name = parts[0], parts[1] if len(parts) > 1 else ""
        if resource not in ROWS:
            return told({"errors": [{"code": 17, "message": f'Resource of type "{resource}" does not exists'}]}, 400)
        if (resource, asked.method.lower()) in self.closed:
            words = f'Resource of type "{resource}" is not allowed with this authentication key'
            return told({"errors": [{"code": 25, "message": words}]}, 401)
        reply = self._resource(asked, resource, name)
        if self.losing and asked.method != "GET":
            self.losing = False
            return Reply(lost=True)
        return reply

    def _rights(self) -> Reply:
        root = ElementTree.Element("prestashop")
        api = ElementTree.SubElement(root, "api", {"shopName": "Maison Alba"})
        for name in ROWS:
            allowed = {
                verb: "false" if (name, verb) in self.closed else "true" for verb in ("get", "put", "post", "delete")
            }
            ElementTree.SubElement(api, name, allowed)
        return Reply(200, ElementTree.tostring(root), {"content-type": "text/xml"})

    def _resource(self, asked: Asked, resource: str, name: str) -> Reply:
        table = self.tables[resource]
        if asked.method == "POST":
            return self._create(resource, asked.body)
        if asked.method == "PUT":
            return self._change(resource, name, asked.body)
        if name and name not in table:
            return (
                told({"errors": [{"code": 18, "message": "This resource does not exist"}]}, 404)
                if asked.method == "GET"
                else Reply(404)
            )
        if asked.method == "DELETE":
            del table[name]
            return Reply(200)
        if name:
            return self._shown({ROWS[resource]: table[name]})
        rows = [row for row in table.values() if all(self._fits(row, *part) for part in asked.query.items())]
        rows.sort(key=lambda row: int(row["id"]), reverse="DESC" in asked.query.get("sort", ""))
        if limit := asked.query.get("limit"):
            start, count = (int(part) for part in limit.split(",")) if "," in limit else (0, int(limit))
            rows = rows[start : start + count]
        if (display := asked.query.get("display", "full")) != "full":
            rows = [{name: row[name] for name in display.strip("[]").split(",")} for row in rows]
        return self._shown({resource: rows}) if rows else told([])

    def _fits(self, row: dict[str, Any], name: str, value: str) -> bool:
        field = re.fullmatch(r"filter\[(\w+)\]", name)
        if not field:
            return True
        if value.startswith(">"):
            return int(row[field[1]]) > int(value.removeprefix(">[").removesuffix("]"))
        inner = value.removeprefix("[").removesuffix("]")
        if "," in inner:
            first, last = inner.split(",")
            return first <= str(row.get(field[1])) <= last
        return str(row.get(field[1])).lower() in inner.lower().split("|")

    def _shown(self, value: dict[str, Any]) -> Reply:
        if not self.xml:
            return told(value)
        root = ElementTree.Element("prestashop")
        _into(root, value)
        return Reply(
            200, b'<?xml version="1.0" encoding="UTF-8"?>' + ElementTree.tostring(root), {"content-type": "text/xml"}
        )

    def _create(self, resource: str, body: bytes) -> Reply:
        sent = ElementTree.fromstring(body)[0]
        if sent.tag != ROWS[resource]:
            return told({"errors": [{"code": 127, "message": "XML error"}]}, 400)
        row: dict[str, Any] = {child.tag: child.text or "" for child in sent if not len(child)}
        for group in sent.findall("associations/*"):
            rows = [{each.tag: each.text or "" for each in entry} for entry in group]
            row.setdefault("associations", {})[group.tag] = rows
        row |= {"id": str(max((int(name) for name in self.tables[resource]), default=0) + 1), "date_add": now()}
        self.tables[resource][row["id"]] = row
        self.acts.append(resource)
        if resource == "order_histories":
            self.tables["orders"][row["id_order"]]["current_state"] = row["id_order_state"]
        return self._shown({ROWS[resource]: row})

    def _change(self, resource: str, name: str, body: bytes) -> Reply:
        """A row written anew: what is not sent is gone, and what is required has to be there."""
        sent = ElementTree.fromstring(body)[0]
        row: dict[str, Any] = {child.tag: child.text or "" for child in sent}
        lacking = {"id_lang", "id_contact", "token"} - row.keys() if resource == "customer_threads" else set()
        if name not in self.tables[resource] or row.get("id") != name or lacking:
            words = f"parameter {min(lacking, default='id')} required"
            return told({"errors": [{"code": 41, "message": words}]}, 400)
        self.tables[resource][name] = row | {"date_upd": now()}
        return self._shown({ROWS[resource]: row})

    def thread(self, name: str, email: str, *, customer: str = "0", order: str = "0", status: str = "open") -> None:
        """Let a thread stand in the shop."""
        self.put("customer_threads", {
            "id": name, "id_lang": "1", "id_shop": "1", "id_customer": customer, "id_order": order, "id_product": "0",
            "id_contact": "2", "email": email, "token": "abcdefghijkl", "status": status, "date_add": now(), "date_upd": now(),
        })  # fmt: skip

    def write(
        self, thread: str, text: str, *, employee: str = "0", private: bool = False, at: str = "", file: str = "",
        agent: str = "Mozilla/5.0",
    ) -> str:  # fmt: skip
        """A message of a customer, or of an employee in the back office; its number."""
        name = str(max((int(key) for key in self.tables["customer_messages"]), default=80) + 1)
        self.put("customer_messages", {
            "id": name, "id_employee": employee, "id_customer_thread": thread, "ip_address": "0", "message": text, "file_name": file,
            "user_agent": agent, "private": str(int(private)), "date_add": at or now(), "date_upd": at or now(), "read": "0",
        })  # fmt: skip
        return name

    def said(self, thread: str) -> list[dict[str, Any]]:
        """The messages of a thread."""
        return [row for row in self.tables["customer_messages"].values() if row["id_customer_thread"] == thread]

    def put(self, resource: str, *rows: dict[str, Any]) -> None:
        """Let these rows stand in the shop."""
        self.tables[resource] |= {str(row["id"]): row for row in rows}

    def spoil(self, change: Callable[[dict[str, Any]], None], name: str) -> None:
        """Break an order."""
        change(self.tables["orders"][name])


def _into(parent: ElementTree.Element, value: dict[str, Any]) -> None:
    for name, inside in value.items():
        child = ElementTree.SubElement(parent, name)
        if isinstance(inside, dict):
            _into(child, inside)
        elif isinstance(inside, list):
            child.set("nodeType", "row")
            for entry in inside:
                _into(ElementTree.SubElement(child, "row"), entry)
        else:
            child.text = str(inside)


def now() -> str:
    """The shop's clock."""
    return datetime.now(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def order(
    name: str, customer: str, rows: list[tuple[str, str, str, int]], *, shipping: str = "0", currency: str = "1", reference: str = "",
    modified: str = "2026-11-12 11:00:00", state: str = "2",
) -> dict[str, Any]:  # fmt: skip
    """An order as the web service shows it."""
    total = sum(float(price) * count for _, _, price, count in rows) + float(shipping)
    lines = [
        {"id": which, "product_id": f"9{which}", "product_attribute_id": "0", "product_quantity": str(count), "product_name": title, "product_reference": f"SKU-{which}", "unit_price_tax_incl": f"{float(price):.6f}", "unit_price_tax_excl": f"{float(price) / 1.2:.6f}"}
        for which, title, price, count in rows
    ]  # fmt: skip
    return {
        "id": name, "reference": reference or name, "id_customer": customer, "id_address_delivery": "71", "id_address_invoice": "71", "id_currency": currency,
        "id_lang": "1", "id_shop": "1", "id_carrier": "5", "current_state": state, "payment": "Carte bancaire", "module": "stripe", "shipping_number": "",
        "date_add": "2026-11-11 11:00:00", "date_upd": modified, "total_discounts_tax_incl": "0.000000", "total_paid": f"{total:.6f}",
        "total_paid_tax_incl": f"{total:.6f}", "total_paid_tax_excl": f"{total / 1.2:.6f}", "total_shipping_tax_incl": f"{float(shipping):.6f}",
        "associations": {"order_rows": lines},
    }  # fmt: skip
