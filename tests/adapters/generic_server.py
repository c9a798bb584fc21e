"""A merchant's own program that speaks docs/connectors/generic.md, under its own names for some fields."""

import copy
import json
from typing import Any

from tests.adapters.ground import NOW
from tests.adapters.vendor_server import Asked, Reply, VendorServer, told

MAPPING = {
    "number": "reference",
    "email": "customer.email",
    "name": "customer.name",
    "state": "status",
    "address": "delivery",
    "address.postcode": "zip",
    "lines.title": "label",
    "lines.quantity": "count",
    "states": {"complete": "shipped", "new": "paid"},
}
TOKEN = "secret-token"


def order(key: str, *, hours: int = 72, currency: str = "EUR", **changes: Any) -> dict[str, Any]:
    """An order as this program writes it."""
    lines = [
        {"id": "11", "label": "Bol en grès", "sku": "BOL", "count": 2, "unit_price": "24.90", "refunded": 0},
        {"id": "12", "label": "Vase", "sku": "VAS", "count": 1, "unit_price": 40, "refunded": 0},
    ]
    when = f"2026-11-{20 - hours // 24:02d}T0{hours % 7}:00:00+00:00"
    made = {
        "id": key,
        "reference": key,
        "customer": {
            "email": "camille@example.org" if key == "1001" else f"c{key}@example.org",
            "name": "Camille Martin",
        },
        "customer_id": "501",
        "placed_at": when,
        "updated_at": NOW.isoformat() if key in ("1001", "1002") else when,
        "currency": currency,
        "total": "95.70",
        "shipping": "5.90",
        "status": "new",
        "delivery": {
            "name": "Camille Martin",
            "street": "2 rue Haute",
            "zip": "44000",
            "city": "Nantes",
            "country": "FR",
        },
        "lines": lines,
        "refunds": [],
    }
    return made | changes


class GenericServer(VendorServer):
    """Keeps orders, acts and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.rights = TOKEN, ["orders:read", "acts:write"]
        self.acts: dict[str, dict[str, Any]] = {}
        self.hooks: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.closed: set[str] = set()
        one = {"id": "1", "label": "Bol", "count": 1}
        self.kept = {str(1000 + place): order(str(1000 + place)) for place in range(1, 26)}
        parcel = {"carrier": "Colissimo", "number": "6A12345678901", "shipped_at": NOW.isoformat(), "lines": [0, 1]}
        self.kept["1002"] |= {"status": "complete", "shipments": [parcel]}
        self.kept["1003"] |= {"currency": "JPY", "total": 1500, "shipping": 0, "lines": [{**one, "unit_price": 1500}]}
        self.kept["1004"] |= {
            "currency": "KWD",
            "total": "12.345",
            "shipping": 0,
            "lines": [{**one, "unit_price": "12.345"}],
        }

    def answer(self, asked: Asked) -> Reply:
        """The protocol."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return told({"error": "token"}, 401)
        if asked.path == "/":
            return told({"name": "Maison Alba", "currency": "EUR", "rights": self.rights})
        if asked.path == "/orders":
            return self._orders(asked.query)
        if asked.path.startswith("/orders/"):
            found = self.kept.get(asked.path.removeprefix("/orders/"))
            return told({"order": found}) if found else told({"error": "unknown"}, 404)
        if asked.path == "/acts":
            return self._act(asked.json(), asked.headers["idempotency-key"])
        if asked.path.startswith("/acts/"):
            done = self.acts.get(asked.path.removeprefix("/acts/"))
            return told(done["answer"]) if done else told({"error": "unknown"}, 404)
        if asked.path.startswith("/messages"):
            return self._messages(asked)
        if asked.path == "/hooks":
            self.hooks = list(dict.fromkeys([*self.hooks, asked.json()["url"]]))
            return told({"topics": ["order", "product"]})
        return told({"error": "what?"}, 404)

    def _orders(self, query: Any) -> Reply:
        rows = list(self.kept.values())
        if "number" in query or "email" in query:
            number, email = query.get("number"), query.get("email")
            return told({"orders": [
                row for row in rows
                if (not number or row["reference"] == number) and (not email or row["customer"]["email"] == email)
            ]})  # fmt: skip
        rows = [row for row in rows if row["updated_at"] >= query.get("since", "")]
        start = int(query.get("cursor", 0))
        return told({"orders": rows[start : start + 20], "next": str(start + 20) if start + 20 < len(rows) else ""})

    def write(self, thread: str, text: str, **more: Any) -> str:
        """A message, as this program tells it."""
        name = str(len(self.messages) + 1)
        self.messages.append({"id": name, "thread_id": thread, "text": text, "at": NOW.isoformat(), **more})
        return name

    def _messages(self, asked: Asked) -> Reply:
        rest = asked.path.removeprefix("/messages").strip("/")
        if asked.method == "GET" and not rest:
            start = int(asked.query.get("after") or 0)
            rows = [row | {"closed": row["thread_id"] in self.closed} for row in self.messages[start : start + 25]]
            end = start + len(rows)
            return told({"messages": rows, "next": str(end), "more": end < len(self.messages)})
        if asked.method == "GET":
            found = [row for row in self.messages if row.get("key") == rest]
            return told({"id": found[0]["id"]}) if found else told({"error": "unknown"}, 404)
        sent = asked.json()
        if not any(row["thread_id"] == sent["thread_id"] for row in self.messages):
            return told({"error": "unknown"}, 404)
        if rest == "state":
            (self.closed.add if sent["closed"] else self.closed.discard)(sent["thread_id"])
            return told({})
        known = [row["id"] for row in self.messages if row.get("key") == sent["key"]]
        more = {"from": "team", "author": "Comptoir", "key": sent["key"]}
        return told({"id": known[0] if known else self.write(sent["thread_id"], sent["text"], **more)})

    def _act(self, act: dict[str, Any], key: str) -> Reply:
        if key not in self.acts:
            row = self.kept.get(act.get("order_id", ""))
            if act["verb"] == "refund" and row:
                self.refund(row, act, key)
            if act["verb"] == "cancel" and row:
                row["status"] = "cancelled"
            made = {"id": f"act-{len(self.acts)}", "state": "done", "code": act.get("code", "")}
            self.acts[key] = {"act": act, "answer": made | ({"amount": act["amount"]} if "amount" in act else {})}
        return told(self.acts[key]["answer"])

    def refund(self, row: dict[str, Any], act: dict[str, Any], key: str) -> None:
        """Money goes back."""
        refund = {"id": f"r{len(row['refunds'])}", "amount": act["amount"], "at": NOW.isoformat(), "key": key}
        row["refunds"] = [
            *row["refunds"],
            refund | {"reason": act.get("reason", ""), "shipping": act.get("shipping", 0)},
        ]
        lines = copy.deepcopy(row["lines"])
        for line in lines:
            line["refunded"] += act.get("lines", {}).get(line["id"], 0)
        row["lines"] = lines


def payload(row: dict[str, Any]) -> bytes:
    """A webhook that says all of an order."""
    return json.dumps({"type": "order.updated", "data": row}).encode()
