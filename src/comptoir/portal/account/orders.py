"""The pages of one order: what is in it, where it is, when it comes."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comptoir.core.actors import Actor
from comptoir.customers import consents
from comptoir.orders.queries import with_parcels
from comptoir.portal.account import helping
from comptoir.portal.account.calendar import calendar
from comptoir.portal.account.frame import framed, order_of
from comptoir.portal.account.parcels import OrderShown
from comptoir.portal.account.profile import VERSION
from comptoir.portal.account.session import AccountRequest, account, order_page
from comptoir.portal.account.tracking import Way, follow_up
from comptoir.portal.shop import shop_url


@order_page
@require_safe
def order(request: AccountRequest, number: str) -> HttpResponse:
    """One order: its parcels, its articles, its amounts, and what may be done now."""
    found = order_of(request, number)
    return framed(
        request, "portal/account/order.html", shown=OrderShown(found), choices=helping.choices(request.shop, found)
    )


@order_page
@require_safe
def tracking(request: AccountRequest, number: str) -> HttpResponse:
    """Where each parcel is, and when it comes: what was promised against today's estimate."""
    found = order_of(request, number, parts=with_parcels)
    shown = OrderShown(found)
    return framed(
        request,
        "portal/account/tracking.html",
        shown=shown,
        ways=[Way(parcel) for parcel in shown.parcels],
        choices=helping.choices(request.shop, found),
        followed=follow_up(request.identity, request.shop),
    )


@order_page
@require_safe
def date(request: AccountRequest, number: str, parcel: int) -> HttpResponse:
    """The day of a parcel as a calendar file."""
    found = order_of(request, number, parts=with_parcels)
    way = next((Way(row) for row in OrderShown(found).parcels if row.parcel.pk == parcel), None)
    if way is None or way.expected is None or not way.coming:
        raise Http404
    text = calendar(way, request.build_absolute_uri(shop_url(request, "account-tracking", number=number)))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{request.shop.slug}-{way.shown.parcel.pk}.ics"'
    return response


@account
@require_POST
def following(request: AccountRequest, number: str) -> HttpResponse:
    """Follow orders by mail, or not any more."""
    order_of(request, number)
    follows = request.POST.get("follow") == "yes"
    words = f"{_('Me prévenir')} ({_('Par e-mail')}) : {_('À chaque étape qui compte') if follows else _('Arrêter')}"
    proof = consents.Proof(form="tracking", text=words, version=VERSION)
    decide = consents.give if follows else consents.withdraw
    decide(request.identity, request.shop, ("email", "orders"), proof=proof, actor=Actor.customer(request.identity.pk))
    return HttpResponseRedirect(shop_url(request, "account-tracking", number=number) + "#notices")
