"""Orders as a Shopify holds them: for its GraphQL, and as the payload of a webhook. Written for these tests."""

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

PLACES = {"JPY": 0, "KWD": 3}


def bag(amount: Any, code: str = "EUR", theirs: str = "", rate: Any = 1) -> dict[str, Any]:
    """A MoneyBag."""

    def money(value: Decimal, currency: str) -> dict[str, str]:
        return {"amount": str(value.quantize(Decimal(1).scaleb(-PLACES.get(currency, 2)))), "currencyCode": currency}

    value = Decimal(amount)
    return {"shopMoney": money(value, code), "presentmentMoney": money(value * Decimal(rate), theirs or code)}


def connection(listed: list[dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A connection with forward pages."""

    def page(info: Any, first: int, after: str | None = None, **_: Any) -> dict[str, Any]:
        start = int(base64.b64decode(after)) if after else 0
        end = min(start + first, len(listed))
        more = {"hasNextPage": end < len(listed), "endCursor": base64.b64encode(str(end).encode()).decode()}
        return {"nodes": listed[start:end], "pageInfo": more}

    return page


def line(
    name: str, title: str, price: str, quantity: int, shown: Callable[[Any], dict[str, Any]], cut: str = "0"
) -> dict[str, Any]:
    """A position."""
    return {
        "id": f"gid://shopify/LineItem/{name}", "title": title, "quantity": quantity, "sku": f"SKU-{name}",
        "variantTitle": "Default Title", "variant": {"id": f"gid://shopify/ProductVariant/7{name}"},
        "product": {"id": f"gid://shopify/Product/9{name}"}, "image": None, "customAttributes": [],
        "originalUnitPriceSet": shown(price), "taxLines": [], "paid": Decimal(price) * quantity - Decimal(cut),
        "discountAllocations": [{"allocatedAmountSet": shown(cut)}] if Decimal(cut) else [],
    }  # fmt: skip


ADDRESS = {"name": "Camille Martin", "company": None, "address1": "1 rue Haute", "address2": "", "zip": "44000", "city": "Nantes", "province": None, "countryCodeV2": "FR", "phone": None}  # fmt: skip


def order(
    name: str, *, email: str | None = "other@example.org", total: str = "10.00", currency: str = "EUR", updated: str = "2026-11-12T10:00:00Z",
    lines: tuple[tuple[str, str, str, int], ...] = (), shipping: str = "0", theirs: str = "", rate: str = "1", fulfilled: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """An order as GraphQL sees it, with what the server needs to refund it."""

    def shown(amount: Any) -> dict[str, Any]:
        return bag(amount, currency, theirs, rate)

    held = [line(*told, shown) for told in lines] or [line(f"{name}1", "Thé", total, 1, shown)]
    refunds: list[dict[str, Any]] = []
    payment = {
        "id": f"gid://shopify/OrderTransaction/{name}", "kind": "SALE", "status": "SUCCESS", "formattedGateway": "Shopify Payments",
        "processedAt": "2026-11-11T10:00:00Z", "amountSet": shown(total),
        "paymentDetails": {"__typename": "CardPaymentDetails", "company": "Visa", "number": "•••• •••• •••• 4271"},
    }  # fmt: skip
    sent = {
        "id": f"gid://shopify/Fulfillment/{name}", "status": "SUCCESS", "displayStatus": "IN_TRANSIT", "createdAt": "2026-11-12T10:00:00Z",
        "deliveredAt": None, "estimatedDeliveryAt": None, "events": connection([]),
        "trackingInfo": lambda info, first: [{"company": "Colissimo", "number": "6A12345678901", "url": "https://www.laposte.fr/outils/suivre-vos-envois?code=6A12345678901"}],
        "fulfillmentLineItems": connection([{"quantity": each["quantity"], "lineItem": each} for each in held]),
    }  # fmt: skip
    return {
        "id": f"gid://shopify/Order/{name}", "name": f"#{name}", "email": email, "phone": None, "note": None, "tags": [],
        "currencyCode": currency, "presentmentCurrencyCode": theirs or currency, "createdAt": "2026-11-11T10:00:00Z",
        "processedAt": "2026-11-11T10:00:00Z", "updatedAt": updated, "cancelledAt": None, "cancellation": None, "customerLocale": "fr-FR",
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "FULFILLED" if fulfilled else "UNFULFILLED",
        "paymentGatewayNames": ["shopify_payments"], "discountCodes": [], "totalPriceSet": shown(total), "totalTaxSet": shown(0),
        "totalDiscountsSet": shown(0), "totalShippingPriceSet": shown(shipping), "shippingAddress": ADDRESS, "billingAddress": ADDRESS,
        "customer": {"id": "gid://shopify/Customer/501", "firstName": "Camille", "lastName": "Martin", "locale": "fr", "defaultEmailAddress": {"emailAddress": email}} if email else None,
        "shippingLines": connection([{"title": "Colissimo"}]), "lineItems": connection(held), "fulfillments": lambda info, first: [sent] if fulfilled else [],
        "refunds": lambda info, first: refunds[:first], "transactions": lambda info, first: [payment], "refundable": True,
        "lines": held, "refunded": refunds, "payments": [payment], "shipping": Decimal(shipping), "shipping_refunded": Decimal(0),
        "rate": Decimal(rate), "bag": shown, "left": lambda: Decimal(total) - sum((each["total"] for each in refunds), Decimal(0)),
    }  # fmt: skip


def checkout(name: str, email: str | None, updated: str, *, completed: str | None = None) -> dict[str, Any]:
    """A checkout that was left, with two bowls."""
    shown = bag("24.90")
    bowl = {
        "id": f"gid://shopify/AbandonedCheckoutLineItem/{name}1", "title": "Bol en grès", "quantity": 2, "sku": "BOL", "variantTitle": "Blanc",
        "product": {"id": "gid://shopify/Product/911"}, "image": {"url": "https://cdn.shopify.com/bol.jpg"}, "originalUnitPriceSet": shown,
        "discountAllocations": connection([]),
    }  # fmt: skip
    owner = {"id": "gid://shopify/Customer/501", "firstName": "Camille", "lastName": "Martin", "defaultEmailAddress": {"emailAddress": email}}  # fmt: skip
    return {
        "id": f"gid://shopify/AbandonedCheckout/{name}", "name": f"#{name}", "note": "", "completedAt": completed, "updatedAt": updated,
        "abandonedCheckoutUrl": "https://maison-alba.example/checkouts/ac/x/recover", "totalPriceSet": bag("49.80"),
        "customer": owner if email else None, "lineItems": connection([bowl]),
    }  # fmt: skip


def webhook(name: str, email: str) -> dict[str, Any]:
    """The main order as orders/create tells it."""

    def price(amount: str) -> dict[str, Any]:
        money = {"amount": amount, "currency_code": "EUR"}
        return {"shop_money": money, "presentment_money": money}

    place = {"name": "Camille Martin", "first_name": "Camille", "last_name": "Martin", "company": None, "address1": "1 rue Haute", "address2": "", "zip": "44000", "city": "Nantes", "country": "France", "country_code": "FR", "phone": None}  # fmt: skip
    lines = [
        {"id": 11, "title": "Bol en grès", "quantity": 2, "sku": "SKU-11", "variant_title": "Default Title", "product_id": 911, "price": "24.90", "price_set": price("24.90"), "discount_allocations": [], "tax_lines": [], "properties": []},
        {"id": 12, "title": "Vase", "quantity": 1, "sku": "SKU-12", "variant_title": None, "product_id": 912, "price": "40.00", "price_set": price("40.00"), "discount_allocations": [], "tax_lines": [], "properties": []},
    ]  # fmt: skip
    return {
        "id": int(name), "admin_graphql_api_id": f"gid://shopify/Order/{name}", "name": f"#{name}", "number": 1, "order_number": int(name), "email": email,
        "contact_email": email, "currency": "EUR", "presentment_currency": "EUR", "created_at": "2026-11-11T11:00:00+01:00",
        "processed_at": "2026-11-11T11:00:00+01:00", "updated_at": "2026-11-12T11:00:00+01:00", "cancelled_at": None, "customer_locale": "fr-FR",
        "financial_status": "paid", "fulfillment_status": None, "payment_gateway_names": ["shopify_payments"], "discount_codes": [], "note": None,
        "tags": "", "total_price": "95.70", "total_price_set": price("95.70"), "total_tax": "0.00", "total_discounts": "0.00", "total_shipping_price_set": price("5.90"),
        "customer": {"id": 501, "first_name": "Camille", "last_name": "Martin", "email": email}, "shipping_address": place, "billing_address": place,
        "shipping_lines": [{"id": 1, "title": "Colissimo", "price": "5.90"}], "line_items": lines, "fulfillments": [], "refunds": [],
    }  # fmt: skip
