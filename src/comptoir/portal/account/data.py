"""A person's own data: taken away as a file, or erased, in two steps and with what the law keeps said."""

import json

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.core import erasure, throttle
from comptoir.core.actors import Actor
from comptoir.customers.actions import erase as erase_customer
from comptoir.portal.account import session
from comptoir.portal.account.session import AccountRequest, account
from comptoir.portal.shop import ShopRequest, page, shop_url, shopper
from comptoir.ui.templatetags.comptoir_ui import initials


@account
@require_safe
def data(request: AccountRequest) -> HttpResponse:
    """What the shop holds, how to take it and how to erase it."""
    return _show(request)


@account
@require_POST
def download(request: AccountRequest) -> HttpResponse:
    """Everything, as JSON."""
    throttle.hit(f"account:export:{request.identity.pk}", limit=10, seconds=3600)
    held = erasure.export(request.identity.customer_id)
    response = HttpResponse(
        json.dumps(held, ensure_ascii=False, indent=2, default=str), content_type="application/json; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{request.shop.slug}-data.json"'
    return response


@account
@require_http_methods(["POST"])
def erase(request: AccountRequest) -> HttpResponse:
    """First the question, then, with the box ticked, the deed."""
    if request.POST.get("step") != "erase":
        return _show(request, asked=True)
    if request.POST.get("sure") != "yes":
        return _show(request, asked=True, problem=_("Cochez la case pour confirmer : rien n’a été effacé."), status=422)
    erase_customer(request.identity.customer, actor=Actor.customer(request.identity.pk))
    response = HttpResponseRedirect(shop_url(request, "account-erased"))
    session.forget(request, response)
    return response


@shopper
@require_safe
def erased(request: ShopRequest) -> HttpResponse:
    """It is done."""
    return page(request, "portal/account/erased.html", {"section": "account"})


def _show(request: AccountRequest, *, asked: bool = False, problem: str = "", status: int = 200) -> HttpResponse:
    name = request.identity.customer.name or request.identity.value
    context = {"section": "account", "asked": asked, "problem": problem, "identity": request.identity}
    return page(request, "portal/account/data.html", context | {"initials": initials(name)}, status=status)
