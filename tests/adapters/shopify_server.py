# ruff: noqa: N802, N803 - methods and arguments are named as in Shopify's schema
"""A Shopify that answers the GraphQL Admin API out of memory, by Shopify's own schema (shopify_admin.graphql).

Documents and variables are checked and carried out by graphql-core, so a query that Shopify would refuse is refused
here. Costs, tokens of a day, throttling and idempotency keys as documented.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLResolveInfo, GraphQLSchema, execute_sync, parse, validate

from comptoir.adapters.shopify.fields import RIGHTS
from comptoir.adapters.shopify.queries import VERSION
from tests.adapters.shopify_orders import connection, order
from tests.adapters.shopify_schema import schema
from tests.adapters.vendor_server import Asked, Reply, VendorServer, told

CLIENT, SECRET = "client-1", "app-secret"


@cache
def _schema() -> GraphQLSchema:
    return schema()


@cache
def _checked(query: str) -> DocumentNode:
    """A document that fits the schema; the same ones come again and again."""
    document = parse(query)
    problems = validate(_schema(), document)
    assert not problems, problems
    return document


class ShopifyServer(VendorServer):
    """One shop. `acts` are the mutations that were carried out, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "shpat_first"
        self.scopes = list(RIGHTS)
        self.cost_limit = 1_000
        self.acts: list[str] = []
        self.lose_mutation: str | None = None
        self.orders: dict[str, dict[str, Any]] = {}
        self.products: list[dict[str, Any]] = []
        self.customers: list[dict[str, Any]] = []
        self.checkouts: list[dict[str, Any]] = []
        self.discounts: dict[str, dict[str, Any]] = {}
        self.gift_cards: list[dict[str, Any]] = []
        self.credits: list[dict[str, Any]] = []
        self.drafts: list[dict[str, Any]] = []
        self.webhooks: list[dict[str, Any]] = []
        self.variables: dict[str, Any] = {}
        self.refund_keys: dict[str, dict[str, Any]] = {}
        self.later: list[Callable[[], None]] = []

    def answer(self, asked: Asked) -> Reply:
        """The token of a day, or GraphQL."""
        if asked.path == "/admin/oauth/access_token":
            form = asked.form()
            if (form.get("client_id"), form.get("client_secret"), form.get("grant_type")) != (
                CLIENT,
                SECRET,
                "client_credentials",
            ):
                return told({"error": "invalid_request"}, 400)
            return told({"access_token": self.token, "scope": ",".join(self.scopes), "expires_in": 86_399})
        if asked.path != f"/admin/api/{VERSION}/graphql.json":
            return told({"errors": "Not Found"}, 404)
        if asked.headers.get("x-shopify-access-token") != self.token:
            return told({"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}, 401)
        body = asked.json()
        return self._graphql(body["query"], body.get("variables") or {})

    def _graphql(self, query: str, variables: dict[str, Any]) -> Reply:
        lines = variables.get("lines", 1)
        cost = variables.get("first", 1) * (lines if isinstance(lines, int) else 1)
        if cost > self.cost_limit:
            return told({"errors": [{"message": f"Query cost is {cost}", "extensions": {"code": "MAX_COST_EXCEEDED"}}]})
        self.variables = variables
        done = execute_sync(_schema(), _checked(query), _Root(self), variable_values=variables)
        out: dict[str, Any] = {"data": done.data, "extensions": {"cost": {"requestedQueryCost": cost}}}
        if done.errors:
            out["errors"] = [{"message": error.message, "extensions": error.extensions} for error in done.errors]
        if done.data is None:
            del out["data"]
        named = re.match(r"mutation (\w+)", query)
        if named and self.lose_mutation in ("", named[1]):
            self.lose_mutation = None
            return Reply(lost=True)
        return told(out)

    def throttle(self, seconds: float) -> None:
        """The bucket is empty: 50 points a second come back."""
        status = {"maximumAvailable": 2000.0, "currentlyAvailable": 10, "restoreRate": 50.0}
        cost = {"requestedQueryCost": 10 + round(50 * seconds), "actualQueryCost": None, "throttleStatus": status}
        errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
        self.faults.append(lambda asked, honest: told({"errors": errors, "extensions": {"cost": cost}}))

    def sign(self, body: bytes, secret: str, topic: str, delivery: str) -> dict[str, str]:
        """The headers of a webhook."""
        return {
            "x-shopify-topic": topic,
            "x-shopify-hmac-sha256": base64.b64encode(
                hmac.new(secret.encode(), body, hashlib.sha256).digest()
            ).decode(),
            "x-shopify-shop-domain": "maison-alba.myshopify.com",
            "x-shopify-webhook-id": delivery,
            "x-shopify-api-version": VERSION,
        }

    def put(self, *orders: dict[str, Any]) -> None:
        """Let these orders stand in the shop."""
        self.orders |= {each["id"].rsplit("/", 1)[1]: each for each in orders}

    def settle(self) -> None:
        """Finish what is done later."""
        while self.later:
            self.later.pop()()


class _Root:
    """The root of queries and mutations: one method a field."""

    def __init__(self, server: ShopifyServer) -> None:
        self.server = server

    def _needs(self, scope: str) -> None:
        if scope not in self.server.scopes:
            raise GraphQLError(
                f"Access denied. Required access: `{scope}` access scope.", extensions={"code": "ACCESS_DENIED"}
            )

    def shop(self, info: GraphQLResolveInfo) -> dict[str, Any]:
        return {"name": "Maison Alba", "currencyCode": "EUR", "myshopifyDomain": "maison-alba.myshopify.com"}

    def currentAppInstallation(self, info: GraphQLResolveInfo) -> dict[str, Any]:
        return {"accessScopes": [{"handle": scope} for scope in self.server.scopes]}

    def orders(
        self,
        info: GraphQLResolveInfo,
        first: int,
        after: str | None = None,
        query: str | None = None,
        sortKey: str = "",
        reverse: bool = False,
    ) -> Any:
        self._needs("read_orders")
        by = "createdAt" if sortKey == "CREATED_AT" else "updatedAt"
        listed = [each for each in self.server.orders.values() if _matches(each, query or "")]
        listed.sort(key=lambda each: (each[by], each["id"]), reverse=reverse)
        return connection(listed)(info, first, after)

    def order(self, info: GraphQLResolveInfo, id: str) -> Any:
        self._needs("read_orders")
        found = self.server.orders.get(id.rsplit("/", 1)[1])
        return {**found, "suggestedRefund": lambda info, **told: suggested(found, **told)} if found else None

    def products(
        self, info: GraphQLResolveInfo, first: int, after: str | None = None, query: str | None = None, **_: Any
    ) -> Any:
        return connection(self.server.products)(info, first, after)

    def customers(
        self, info: GraphQLResolveInfo, first: int, after: str | None = None, query: str | None = None, **_: Any
    ) -> Any:
        return connection(self.server.customers)(info, first, after)

    def abandonedCheckouts(
        self,
        info: GraphQLResolveInfo,
        first: int,
        after: str | None = None,
        query: str | None = None,
        sortKey: str = "",
        reverse: bool = False,
    ) -> Any:
        self._needs("read_orders")
        listed = [each for each in self.server.checkouts if _found(each, query or "")]
        return connection(listed[::-1] if reverse else listed)(info, first, after)

    def customer(self, info: GraphQLResolveInfo, id: str) -> Any:
        given = [each for each in self.server.credits if each["owner"] == id]
        account = {
            "id": "gid://shopify/StoreCreditAccount/1",
            "balance": {"amount": "0", "currencyCode": "EUR"},
            "transactions": connection(given[::-1]),
        }
        return {"storeCreditAccounts": connection([account])}

    def codeDiscountNodeByCode(self, info: GraphQLResolveInfo, code: str) -> Any:
        return self.server.discounts.get(code.upper())

    def giftCards(self, info: GraphQLResolveInfo, first: int, query: str, **_: Any) -> Any:
        return connection(self.server.gift_cards[::-1])(info, first)

    def draftOrders(self, info: GraphQLResolveInfo, first: int, query: str, **_: Any) -> Any:
        tag = re.fullmatch(r'tag:"([\w-]+)"', query)
        return connection([each for each in self.server.drafts if tag and tag[1] in each["tags"]])(info, first)

    def webhookSubscriptions(self, info: GraphQLResolveInfo, first: int, after: str | None = None) -> Any:
        return connection(self.server.webhooks)(info, first, after)

    # Mutations

    def _act(self, name: str, scope: str) -> None:
        self._needs(scope)
        self.server.acts.append(name)

    def refundCreate(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> Any:
        directives = info.field_nodes[0].directives or ()
        if not directives:
            raise GraphQLError("The @idempotent directive is required for this mutation")
        key = self.server.variables["key"]
        if key in self.server.refund_keys:
            return {"refund": self.server.refund_keys[key], "userErrors": []}
        found = self.server.orders[input["orderId"].rsplit("/", 1)[1]]
        told_amounts = sum(Decimal(each["amount"]) for each in input["transactions"])
        if told_amounts > found["left"]() * found["rate"]:
            return {
                "refund": None,
                "userErrors": [{"field": ["transactions"], "message": "Refund amount exceeds what is left"}],
            }
        self._act("refundCreate", "write_orders")
        made = refunded(found, input)
        self.server.refund_keys[key] = made
        return {"refund": made, "userErrors": []}

    def orderCancel(self, info: GraphQLResolveInfo, orderId: str, staffNote: str = "", **_: Any) -> Any:
        found = self.server.orders[orderId.rsplit("/", 1)[1]]
        if found["fulfillments"](info, 1):
            return {
                "job": None,
                "orderCancelUserErrors": [{"field": None, "message": "Cannot cancel a fulfilled order"}],
            }
        self._act("orderCancel", "write_orders")

        def later() -> None:
            found["cancelledAt"], found["cancellation"] = _now(), {"staffNote": staffNote}

        self.server.later.append(later)
        return {"job": {"id": "gid://shopify/Job/7", "done": False}, "orderCancelUserErrors": []}

    def orderUpdate(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> Any:
        self._act("orderUpdate", "write_orders")
        found = self.server.orders[input["id"].rsplit("/", 1)[1]]
        if "note" in input:
            found["note"] = input["note"]
        if wanted := input.get("shippingAddress"):
            wanted["name"] = f"{wanted.get('firstName', '')} {wanted.get('lastName', '')}".strip()
            found["shippingAddress"] = {
                **found["shippingAddress"],
                **wanted,
                "countryCodeV2": wanted.get("countryCode"),
            }
        return {"order": found, "userErrors": []}

    def tagsAdd(self, info: GraphQLResolveInfo, id: str, tags: list[str]) -> Any:
        self._act("tagsAdd", "write_orders")
        found = self.server.orders[id.rsplit("/", 1)[1]]
        found["tags"] += [tag for tag in tags if tag not in found["tags"]]
        return {"node": {"__typename": "Order", **found}, "userErrors": []}

    def _discount(self, kind: str, told: dict[str, Any]) -> Any:
        if told["code"].upper() in self.server.discounts:
            return {"codeDiscountNode": None, "userErrors": [{"field": ["code"], "message": "Code must be unique"}]}
        self._act("discount", "write_discounts")
        name = f"gid://shopify/DiscountCodeNode/{len(self.server.discounts) + 1}"
        node = {
            "id": name,
            "told": told,
            "codeDiscount": {"__typename": kind, "title": told["title"], "createdAt": _now()},
        }
        self.server.discounts[told["code"].upper()] = node
        return {"codeDiscountNode": node, "userErrors": []}

    def discountCodeBasicCreate(self, info: GraphQLResolveInfo, basicCodeDiscount: dict[str, Any]) -> Any:
        return self._discount("DiscountCodeBasic", basicCodeDiscount)

    def discountCodeFreeShippingCreate(self, info: GraphQLResolveInfo, freeShippingCodeDiscount: dict[str, Any]) -> Any:
        return self._discount("DiscountCodeFreeShipping", freeShippingCodeDiscount)

    def discountCodeDeactivate(self, info: GraphQLResolveInfo, id: str) -> Any:
        self._act("discountCodeDeactivate", "write_discounts")
        return {"codeDiscountNode": {"id": id}, "userErrors": []}

    def giftCardCreate(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> Any:
        self._act("giftCardCreate", "write_gift_cards")
        card = {
            "id": f"gid://shopify/GiftCard/{len(self.server.gift_cards) + 1}",
            "note": input.get("note"),
            "createdAt": _now(),
            "maskedCode": "****",
        }
        self.server.gift_cards.append(card)
        return {"giftCard": card, "giftCardCode": input["code"], "userErrors": []}

    def giftCardDeactivate(self, info: GraphQLResolveInfo, id: str) -> Any:
        self._act("giftCardDeactivate", "write_gift_cards")
        return {"giftCard": {"id": id}, "userErrors": []}

    def storeCreditAccountCredit(self, info: GraphQLResolveInfo, id: str, creditInput: dict[str, Any]) -> Any:
        self._act("storeCreditAccountCredit", "write_store_credit_account_transactions")
        made = {
            "__typename": "StoreCreditAccountCreditTransaction", "id": f"gid://shopify/StoreCreditAccountCreditTransaction/{len(self.server.credits) + 1}",
            "createdAt": _now(), "amount": creditInput["creditAmount"], "owner": id, "account": {"id": "gid://shopify/StoreCreditAccount/1"},
        }  # fmt: skip
        self.server.credits.append(made)
        return {"storeCreditAccountTransaction": made, "userErrors": []}

    def draftOrderCreate(self, info: GraphQLResolveInfo, input: dict[str, Any]) -> Any:
        self._act("draftOrderCreate", "write_draft_orders")
        draft = {
            "id": f"gid://shopify/DraftOrder/{len(self.server.drafts) + 1}",
            "status": "OPEN",
            "tags": input["tags"],
            "order": None,
            "told": input,
        }
        self.server.drafts.append(draft)
        return {"draftOrder": draft, "userErrors": []}

    def draftOrderComplete(self, info: GraphQLResolveInfo, id: str) -> Any:
        self._act("draftOrderComplete", "write_draft_orders")
        draft = next(each for each in self.server.drafts if each["id"] == id)
        made = order(str(5000 + len(self.server.drafts)), total="0.00")
        self.server.put(made)
        draft |= {"status": "COMPLETED", "order": made}
        return {"draftOrder": draft, "userErrors": []}

    def webhookSubscriptionCreate(
        self, info: GraphQLResolveInfo, topic: str, webhookSubscription: dict[str, Any]
    ) -> Any:
        hook = {
            "id": f"gid://shopify/WebhookSubscription/{len(self.server.webhooks) + 1}",
            "topic": topic,
            "uri": webhookSubscription["uri"],
        }
        self.server.webhooks.append(hook)
        return {"webhookSubscription": hook, "userErrors": []}


def suggested(
    found: dict[str, Any],
    refundLineItems: Any = None,
    shippingAmount: Any = None,
    refundShipping: Any = None,
    suggestFullRefund: Any = None,
    **_: Any,
) -> dict[str, Any]:
    """What Shopify would refund: lines at what was paid for them, shipping, never more than is left."""
    lines, worth = [], Decimal(0)
    for asked in refundLineItems or []:
        line = next(each for each in found["lines"] if each["id"] == asked["lineItemId"])
        part = line["paid"] / line["quantity"] * asked["quantity"]
        worth += part
        lines.append(
            {
                "quantity": asked["quantity"],
                "restockType": asked["restockType"],
                "lineItem": line,
                "location": {"id": "gid://shopify/Location/1"},
            }
        )
    most = found["shipping"] - found["shipping_refunded"]
    shipping = most if refundShipping else min(Decimal(shippingAmount or 0) / found["rate"], most)
    total = found["left"]() if suggestFullRefund else min(worth + shipping, found["left"]())
    shown = found["bag"]
    payment = {
        "gateway": "shopify_payments", "kind": "SUGGESTED_REFUND", "parentTransaction": found["payments"][0],
        "amountSet": shown(total), "maximumRefundableSet": shown(found["left"]()),
    }  # fmt: skip
    return {
        "amountSet": shown(total), "maximumRefundableSet": shown(found["left"]()), "subtotalSet": shown(worth),
        "totalTaxSet": shown(0), "refundLineItems": lines, "suggestedTransactions": [payment] if total else [],
        "shipping": {"amountSet": shown(shipping), "maximumRefundableSet": shown(most)},
    }  # fmt: skip


def refunded(found: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Refund it."""
    rate, shown = found["rate"], found["bag"]
    total = sum(Decimal(each["amount"]) for each in told["transactions"]) / rate
    shipping = Decimal((told.get("shipping") or {}).get("amount") or 0) / rate
    lines = [
        {
            "quantity": each["quantity"], "lineItem": {"id": each["lineItemId"]},
            "subtotalSet": shown(total - shipping), "totalTaxSet": shown(0),
        }
        for each in told.get("refundLineItems") or []
    ]  # fmt: skip
    found["shipping_refunded"] += shipping
    made = {
        "id": f"gid://shopify/Refund/{len(found['refunded']) + 1}", "note": told.get("note"), "createdAt": _now(),
        "totalRefundedSet": shown(total), "refundLineItems": connection(lines), "total": total,
        "refundShippingLines": connection([{"subtotalAmountSet": shown(shipping), "taxAmountSet": shown(0)}] if shipping else []),
        "transactions": connection([{"id": "gid://shopify/OrderTransaction/9", "kind": "REFUND", "status": "SUCCESS", "formattedGateway": "Shopify Payments", "amountSet": shown(total)}]),
    }  # fmt: skip
    found["refunded"].append(made)
    found["updatedAt"] = _now()
    if not found["left"]():
        found["displayFinancialStatus"] = "REFUNDED"
    return made


def _matches(each: dict[str, Any], query: str) -> bool:
    """Shopify's search, as far as it is used: a date, or names and addresses with OR between them."""
    if since := re.fullmatch(r"updated_at:>='([^']+)'", query):
        return bool(each["updatedAt"] >= since[1])
    terms = re.findall(r'(name|email):"((?:[^"\\]|\\.)*)"', query)
    if query and re.sub(r'(name|email):"((?:[^"\\]|\\.)*)"( OR )?', "", query):
        raise GraphQLError(f"Invalid search field: {query}")
    fields = {"name": each["name"].upper(), "email": (each["email"] or "").upper()}
    return not query or any(fields[field] == re.sub(r"\\(.)", r"\1", value).upper() for field, value in terms)


def _found(each: dict[str, Any], query: str) -> bool:
    """As far as it is used for checkouts: open ones, since a date, or with a word anywhere in them."""
    rest = query.removeprefix("status:open").strip()
    assert query.startswith("status:open"), query
    if since := re.fullmatch(r"updated_at:>='([^']+)'", rest):
        return bool(each["completedAt"] is None and each["updatedAt"] >= since[1])
    word = rest.strip('"').replace('\\"', '"').lower()
    return each["completedAt"] is None and word in str(each["customer"]).lower()


def _now() -> str:
    return (datetime.now(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
