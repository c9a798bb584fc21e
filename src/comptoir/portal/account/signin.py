"""The way into the account: an address, then the six digits mailed to it. What is shown never tells who is known."""

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.core.throttle import TooMany
from comptoir.portal.account import codes, session
from comptoir.portal.chat.calls import network_of
from comptoir.portal.forms import AddressForm, CodeForm, OrderForm
from comptoir.portal.shop import ShopRequest, page, shop_url, shopper

NOTE = "portal_code"


@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def signin(request: ShopRequest) -> HttpResponse:
    """Ask for the address, and mail a code to it."""
    if session.identity_of(request) is not None and not request.GET.get("order"):
        return HttpResponseRedirect(shop_url(request, "account"))
    if "clue" in request.POST:
        return _find(request)
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, form, 422 if form.errors else 200)
    try:
        note = codes.send_code(
            request.shop, form.cleaned_data["email"], network=network_of(request), language=get_language() or "fr"
        )
    except TooMany:
        form.add_error("email", _("Trop de codes demandés en peu de temps. Réessayez dans une heure, ou écrivez-nous."))
        return _show(request, form, 429)
    return _noted(request, note)


def _find(request: ShopRequest) -> HttpResponse:
    """Mail a code to the address of an order."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        return _show(request, AddressForm(), 422, order_form=form)
    given = form.cleaned_data
    try:
        note = codes.send_order_code(
            request.shop,
            given["order"],
            given["clue"],
            network=network_of(request),
            language=get_language() or "fr",
        )
    except TooMany:
        form.add_error("order", _("Trop de codes demandés en peu de temps. Réessayez dans une heure, ou écrivez-nous."))
        return _show(request, AddressForm(), 429, order_form=form)
    return _noted(request, note)


def _noted(request: ShopRequest, note: str) -> HttpResponse:
    response = HttpResponseRedirect(shop_url(request, "account-code"))
    session.put(request, response, NOTE, note, codes.MINUTES * 60)
    return response


@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: ShopRequest) -> HttpResponse:
    """Take the code."""
    note = codes.read(request.COOKIES.get(NOTE, ""), request.shop)
    if note is None:
        return HttpResponseRedirect(shop_url(request, "account-signin"))
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, AddressForm(), 422 if form.errors else 200, code_form=form, note=note)
    try:
        identity = codes.check(note, form.cleaned_data["code"])
    except codes.WrongCode:
        form.add_error("code", _("Ce n’est pas le bon code. Vérifiez les six chiffres de l’e-mail le plus récent."))
    except codes.CodeGone:
        form.add_error("code", _("Ce code ne vaut plus. Demandez-en un autre avec votre adresse."))
    else:
        target = shop_url(request, "account-order", number=note.number) if note.number else shop_url(request, "account")
        response = HttpResponseRedirect(target)
        session.remember(request, response, identity)
        response.delete_cookie(NOTE, path=shop_url(request, "account"), samesite="Lax")
        return response
    return _show(request, AddressForm(), 422, code_form=form, note=note)


@shopper
@require_POST
def signout(request: ShopRequest) -> HttpResponse:
    """Leave the account in this browser."""
    response = HttpResponseRedirect(shop_url(request, "account-signin"))
    session.forget(request, response)
    return response


def _show(
    request: ShopRequest,
    form: AddressForm,
    status: int,
    *,
    order_form: OrderForm | None = None,
    code_form: CodeForm | None = None,
    note: codes.Note | None = None,
) -> HttpResponse:
    number = request.GET.get("order", "")[:60]
    context = {
        "section": "account",
        "form": form,
        "order_form": order_form or OrderForm(initial={"order": number}),
        "code_form": code_form,
        "address": note.address if note is not None and not note.by_order else "",
        "minutes": codes.MINUTES,
        "why": request.GET.get("why", ""),
    }
    return page(request, "portal/account/signin.html", context, status=status)
