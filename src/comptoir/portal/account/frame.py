"""What every page of the account shows around its matter."""

from typing import Any

from django.http import Http404, HttpResponse

from comptoir.orders.models import Order
from comptoir.orders.queries import with_parts
from comptoir.portal.account import mine
from comptoir.portal.account.session import AccountRequest
from comptoir.portal.shop import page
from comptoir.ui.templatetags.comptoir_ui import initials


def framed(request: AccountRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Render a page of the account. To who came by an order's link, nothing names the person."""
    name = request.identity.customer.name or request.identity.value
    guest = request.guest is not None
    frame = {
        "section": "account",
        "identity": request.identity,
        "guest": guest,
        "initials": "" if guest else initials(name),
        "person": "" if guest else name,
    }
    return page(request, template, frame | context, status=status)


def order_of(request: AccountRequest, number: str, *, parts: mine.Parts = with_parts) -> Order:
    """The order that a page is about, with its parts, as far as the proof covers it; 404 else."""
    rows = mine.orders(request.identity, request.shop, parts=parts)
    if request.guest is not None:
        rows = mine.one_order(request.guest, parts=parts)
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found
