"""The key with which a shop's own site signs its customers in: made, shown once, made anew, taken away."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.settings.page import settings_page
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers import signin
from comptoir.customers.models import SignInKey
from comptoir.orders.links import base


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.SETTINGS)
def site_signin(request: ConsoleRequest, key: int) -> HttpResponse:
    """Whether the shop's site may sign in, since when, and where it sends its customers; by POST a new key."""
    shop = get_object_or_404(access.shops(request.agent), pk=key)
    once = f"site_signin_once_{shop.pk}"
    if request.method == "POST":
        request.session[once] = signin.renew_key(shop, actor=Actor.of(request.agent))
        return _back(shop)
    context = {
        "shop_row": shop,
        "row": SignInKey.objects.filter(shop=shop).first(),
        "once": request.session.pop(once, "") if request.method == "GET" else "",
        "enter_url": f"{base(shop)}/account/enter/",
    }
    return settings_page(request, "agent/settings/site_signin.html", context)


@require_POST
@console(May.SETTINGS)
def removal(request: ConsoleRequest, key: int) -> HttpResponse:
    """From now on the site signs nobody in."""
    shop = get_object_or_404(access.shops(request.agent), pk=key)
    if signin.remove_key(shop, actor=Actor.of(request.agent)):
        messages.success(request, _("Votre site ne connecte plus personne. Le code par e-mail reste."))
    return _back(shop)


def _back(shop: Shop) -> HttpResponse:
    return HttpResponseRedirect(reverse("settings-shop-signin", args=[shop.pk]))
