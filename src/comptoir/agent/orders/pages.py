"""The list of orders, and one order's page."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from comptoir.agent import links
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures import showing as gestures
from comptoir.agent.orders import drawings
from comptoir.agent.orders.listing import listing
from comptoir.agent.page import page
from comptoir.agent.recent import remember
from comptoir.core import access
from comptoir.core.access import May
from comptoir.lib.phone import display
from comptoir.orders.models import Order, Shipment
from comptoir.orders.queries import with_parts

CONVERSATIONS = 20


@require_safe
@console()
def orders(request: ConsoleRequest) -> HttpResponse:
    """The list; with `before`, what comes after."""
    context = listing(request.agent, request.GET)
    if "before" in request.GET and "HX-Request" in request.headers:
        return render(request, "agent/orders/rows.html", context)
    return page(request, "agent/orders/list.html", context)


@require_safe
@console()
def order(request: ConsoleRequest, key: int) -> HttpResponse:
    """One order with its articles, parcels, refunds and the conversations beside it."""
    found: Order | None = (
        with_parts(access.orders(request.agent)).select_related("identity__customer").filter(pk=key).first()
    )
    if found is None:
        raise Http404
    remember(request, "order", found.pk)
    lines = list(found.lines.all())
    for line in lines:
        line.picture = drawings.of(line)  # type: ignore[attr-defined]  # for the template
    customer = found.identity.customer
    known = access.customers(request.agent).filter(pk=customer.pk).exists()
    talked = access.conversations(request.agent).filter(orders=found).select_related("assignee")
    conversations = list(talked.order_by("-last_message_at")[:CONVERSATIONS])
    for conversation in conversations:
        conversation.url = links.conversation(conversation.pk)
    context = {
        "order": found,
        "lines": lines,
        "subtotal": sum(line.total for line in lines),
        "refunded": sum(refund.amount for refund in found.refunds.all() if refund.currency == found.currency),
        "parcels": [_parcel(parcel) for parcel in found.shipments.all()],
        "customer": customer,
        "phone": display(str(found.address.get("phone", "")), found.address.get("country") or found.shop.country),
        "customer_known": known,
        "may_act": access.can(request.agent, May.ACT_ON_ORDERS),
        "conversations": conversations,
        "several_shops": access.shops(request.agent).count() > 1,
    }
    context |= gestures.beside(found, request.agent, limit=50)
    return page(request, "agent/orders/order.html", context)


def _parcel(parcel: Shipment) -> Shipment:
    """A parcel whose steps the template reads newest first."""
    until = str(parcel.relay.get("until", ""))
    try:
        parcel.kept_until = date_format(date.fromisoformat(until), "j F")  # type: ignore[attr-defined]  # for the template
    except ValueError:
        parcel.kept_until = until  # type: ignore[attr-defined]  # as the carrier says it
    parcel.steps = list(parcel.events.all())  # type: ignore[attr-defined]  # for the template
    return parcel
