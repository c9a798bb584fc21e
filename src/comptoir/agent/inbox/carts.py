"""What lies in the customer's cart, beside the conversation: a fragment of its own, so that a slow shop holds up nothing."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.found import conversation_of
from comptoir.agent.orders import drawings
from comptoir.agent.spoken import spoken
from comptoir.conversations.models import Conversation
from comptoir.core import access, throttle
from comptoir.core.models import Agent, Role
from comptoir.core.throttle import TooMany
from comptoir.orders.connecting.carts import Beside, beside
from comptoir.orders.models import Connection, Product
from comptoir.ports.shop import CartData, LineData

LINES = 6
LOOKS = 30  # a minute, of one agent: each asks the shops


@require_safe
@console()
def carts(request: ConsoleRequest, key: int) -> HttpResponse:
    """The carts of the conversation's customer, in the shops whose orders the agent sees; empty when there is none."""
    opened = conversation_of(request, key)
    found: list[Beside] = []
    try:
        throttle.hit(f"carts:{request.agent.pk}", limit=LOOKS, seconds=60)
        found = beside(opened.identity.customer, accounts(request.agent, opened))
    except TooMany:
        pass
    context = {"opened": opened, "carts": [_shown(each) for each in found]}
    return render(request, "agent/inbox/panel/carts.html", context)


def accounts(agent: Agent, opened: Conversation) -> list[Connection]:
    """The connected shops to ask: the conversation's own first, then those where the customer has bought. Who keeps a
    store sees the orders that stand beside their matters, and no cart."""
    if agent.role == Role.STORE or opened.identity.customer.erased_at is not None:
        return []
    bought = access.orders(agent).filter(identity__customer=opened.identity.customer_id)
    shops = {opened.shop_id, *bought.order_by().values_list("shop", flat=True).distinct()}
    rows = Connection.objects.filter(port=Connection.Port.SHOP, active=True, shop__in=access.shops(agent))
    found = rows.filter(shop__in=shops).select_related("shop").order_by("pk")
    return sorted(found, key=lambda row: row.shop_id != opened.shop_id)


def _shown(each: Beside) -> dict[str, Any]:
    cart = each.cart
    if cart is None:
        return {"account": each.account, "problem": spoken(each.problem)}
    pictures = _pictures(each.account, cart)
    lines = [{"line": line, "picture": _picture(line, pictures)} for line in cart.lines[:LINES]]
    return {"account": each.account, "cart": cart, "lines": lines, "more": max(len(cart.lines) - LINES, 0)}


def _pictures(account: Connection, cart: CartData) -> Mapping[str, Product]:
    """The articles of the cart that the house knows, by key and by reference."""
    keys, skus = [line.product for line in cart.lines if line.product], [line.sku for line in cart.lines if line.sku]
    rows = Product.objects.filter(shop=account.shop_id).select_related("image")
    known = [*rows.filter(sku__in=skus), *rows.filter(external_id__in=keys)]
    return {name: row for row in known for name in (f"sku:{row.sku}", f"key:{row.external_id}")}


def _picture(line: LineData, known: Mapping[str, Product]) -> str:
    product = known.get(f"key:{line.product}") or known.get(f"sku:{line.sku}")
    if product is not None and product.image is not None:
        return f"/files/{product.image.public_id}/preview/"
    return drawings.address(product.drawing) if product is not None else ""
