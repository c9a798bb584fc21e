"""The customer beside the conversation: who they are, what they bought, what was said before."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures import showing as gestures
from comptoir.agent.inbox import carts
from comptoir.agent.inbox.found import opened_of
from comptoir.agent.inbox.joined import together
from comptoir.conversations.queries import duties, thread
from comptoir.core import access
from comptoir.core.access import May
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.phone import display
from comptoir.orders.models import Order, ParcelState, Shipment
from comptoir.orders.queries import value, with_parts

ORDERS_SHOWN = 3
STEPS_SHOWN = 6
TONES = {
    ParcelState.DELAYED: "wait", ParcelState.CUSTOMS: "wait", ParcelState.ATTEMPT_FAILED: "wait", ParcelState.AVAILABLE_FOR_PICKUP: "info",
    ParcelState.LOST: "bad", ParcelState.EXCEPTION: "bad", ParcelState.DELIVERED: "ok", ParcelState.RETURNING: "wait", ParcelState.RETURNED: "info",
}  # fmt: skip
ORDER_TONES = {Order.State.CANCELLED: "bad", Order.State.DELIVERED: "ok", Order.State.PENDING: "wait"}


@console()
def panel(request: ConsoleRequest, key: int) -> HttpResponse:
    """The panel of one conversation."""
    opened = opened_of(request, key)
    return render(request, "agent/inbox/panel/panel.html", context_of(request, opened))


def context_of(request: ConsoleRequest, opened: Any) -> dict[str, Any]:
    """What the panel shows, of what the agent may see."""
    customer, orders = opened.identity.customer, access.orders(request.agent)
    beside = [row["pk"] for row in opened.order_list]
    attached = list(with_parts(orders.filter(pk__in=beside)).order_by("-placed_at"))
    own = orders.filter(identity__customer=customer).exclude(pk__in=beside).order_by("-placed_at")
    shown = list(with_parts(own)[:1]) if not attached else []
    links = {link.order_id: link for link in opened.order_links.all()}
    tags = list(customer.tags.all())
    return {
        "opened": opened,
        "customer": customer,
        "worth": value(orders, customer),
        "tags": tags,
        "labels": [tag for tag in tags if tag.name != "VIP"],
        "identities": [
            _readable(row, customer.country) for row in customer.identities.exclude(kind="chat").order_by("pk")
        ],
        "notes": list(customer.notes.select_related("agent")[:4]),
        "orders": [
            _order(order, links.get(order.pk)) | gestures.beside(order, request.agent, first=place == 0)
            for place, order in enumerate([*attached, *shown])
        ],
        "others": list(own[len(shown) : len(shown) + ORDERS_SHOWN]),
        "past": thread.recent_of(access.conversations(request.agent), customer.pk, but=opened.pk),
        "claims": list(opened.participants.filter(flagged=True).select_related("identity")[:3]),
        "customer_url": _customer_url(customer.pk),
        "may_edit_customers": access.can(request.agent, May.EDIT_CUSTOMERS),
        "may_organise": access.can(request.agent, May.ORGANISE),
        **together(request.agent, opened),
        **duties.beside(opened),
        "now": timezone.now(),
        "has_shops": bool(carts.accounts(request.agent, opened)),
        "may_see": access.customers(request.agent).filter(pk=customer.pk).exists(),
    }


def _readable(identity: Identity, country: str) -> Identity:
    """The identity, a phone number as one reads it."""
    if identity.kind == IdentityKind.PHONE:
        identity.value = display(identity.value, country or "FR")
    return identity


def _order(order: Order, link: Any) -> dict[str, Any]:
    parcels = [_parcel(shipment) for shipment in order.shipments.all()]
    troubled = next((parcel for parcel in parcels if parcel["tone"] in ("bad", "wait")), None)
    first = troubled or (parcels[0] if parcels else None)
    return {
        "row": order,
        "link": link,
        "lines": list(order.lines.all()),
        "parcels": parcels,
        "refunds": list(order.refunds.all()),
        "payments": list(order.payments.all()),
        "state": first["state"] if first else order.get_state_display(),
        "tone": first["tone"] if first else ORDER_TONES.get(Order.State(order.state), ""),
    }


def _parcel(shipment: Shipment) -> dict[str, Any]:
    events = list(shipment.events.all())[:STEPS_SHOWN]
    state = ParcelState(shipment.state)
    return {
        "row": shipment,
        "events": events,
        "state": shipment.get_state_display(),
        "tone": TONES.get(state, ""),
        "awaited": None if state in (ParcelState.DELIVERED, ParcelState.LOST, ParcelState.RETURNED) else shipment,
        "until": _date(shipment.relay.get("until", "")) if state == ParcelState.AVAILABLE_FOR_PICKUP else None,
    }


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _customer_url(key: int) -> str:
    try:
        return reverse("customer", args=[key])
    except NoReverseMatch:
        return ""
