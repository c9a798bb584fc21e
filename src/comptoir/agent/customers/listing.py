"""The list of customers, a page at a time."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from comptoir.core import access
from comptoir.core.models import Agent
from comptoir.customers.models import Identity, IdentityKind
from comptoir.customers.queries import matching
from comptoir.orders.queries import NOT_A_SALE

PAGE = 50
_REACHED = ~Q(kind=IdentityKind.CHAT)


def listing(agent: Agent, text: str, before: str) -> dict[str, Any]:
    """Customers that the agent may see, newest first, with an address and how much they bought and wrote."""
    rows = access.customers(agent).filter(erased_at=None)
    if text:
        rows = matching(rows, text)
    else:  # whoever only opened the chat window has no name to be listed under
        rows = rows.filter(~Q(name="") | Exists(Identity.objects.filter(_REACHED, customer=OuterRef("pk"))))
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    address = Identity.objects.filter(customer=OuterRef("pk"), kind=IdentityKind.EMAIL).order_by("pk").values("value")
    found = list(
        rows.annotate(address=Subquery(address[:1], output_field=CharField()))
        .prefetch_related("tags")
        .order_by("-pk")[: PAGE + 1]
    )
    shown = found[:PAGE]
    _count(agent, shown)
    more = urlencode({key: value for key, value in (("q", text), ("before", shown[-1].pk)) if value}) if shown else ""
    return {
        "text": text,
        "customers": shown,
        "first_page": not before,
        "more_url": f"{reverse('customers')}?{more}" if len(found) > PAGE else "",
    }


def _count(agent: Agent, shown: list[Any]) -> None:
    """Orders and the last exchange of each, for this page only."""
    keys = [customer.pk for customer in shown]
    bought: dict[int, int] = {}
    orders = access.orders(agent).filter(identity__customer__in=keys).exclude(state__in=NOT_A_SALE).order_by()
    for key in orders.values_list("identity__customer", flat=True):
        bought[key] = bought.get(key, 0) + 1
    last: dict[int, Any] = {}
    theirs = access.conversations(agent).filter(identity__customer__in=keys).order_by("last_message_at")
    for key, at in theirs.values_list("identity__customer", "last_message_at"):
        last[key] = at
    for customer in shown:
        customer.bought, customer.last_message_at = bought.get(customer.pk, 0), last.get(customer.pk)
