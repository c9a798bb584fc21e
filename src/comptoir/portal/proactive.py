"""What a shopper meets after one of our messages: the stop link at its foot, and what counts openings and clicks."""

from base64 import b64decode
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.campaigns import links
from comptoir.campaigns.actions.measuring import count
from comptoir.campaigns.actions.stopping import stop
from comptoir.core import keys
from comptoir.core.actors import Actor
from comptoir.customers.models import ConsentPurpose, Identity
from comptoir.portal.shop import ShopRequest, page, shopper

DOT = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
ONE_CLICK = "List-Unsubscribe"


@csrf_exempt  # RFC 8058: the mail program of the recipient posts here, without a cookie; the token proves the address
@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscription(request: ShopRequest, token: str) -> HttpResponse:
    """Asked by GET, a page with a button (what mail filters open by themselves stops nothing); by POST it is done."""
    identity, purpose = _addressee(request, token)
    label = str(ConsentPurpose(purpose).label)
    done = request.method == "POST"
    if done:
        words = _("Ne plus m’écrire\u202f: %(purpose)s") % {"purpose": label}
        stop(identity, request.shop, purpose, words=words, actor=Actor.customer(identity.pk))
        if request.POST.get(ONE_CLICK) == "One-Click":
            return HttpResponse(_("C’est fait."), content_type="text/plain; charset=utf-8")
    return page(request, "portal/unsubscription.html", {"purpose": label, "done": done, "address": _veiled(identity)})


@require_safe
@shopper
def click(request: ShopRequest, token: str) -> HttpResponse:
    """Count a click and go on to the address that we signed; to no other."""
    kind, announcement, url = _counted(token)
    if not url.startswith(("https://", "http://")):  # an opening's token
        raise Http404
    if request.method == "GET":
        count(request.shop, kind, announcement, clicked=True)
    return HttpResponseRedirect(url)


@require_safe
@shopper
def opening(request: ShopRequest, token: str) -> HttpResponse:
    """Count an opening; the picture is one transparent point."""
    kind, announcement, _url = _counted(token)
    if request.method == "GET":
        count(request.shop, kind, announcement, clicked=False)
    response = HttpResponse(DOT, content_type="image/gif")
    response.headers["Cache-Control"] = "no-store"
    return response


def _addressee(request: ShopRequest, token: str) -> tuple[Identity, str]:
    key, shop, purpose = _read(token, links.STOP)
    identity = Identity.objects.select_related("customer").filter(pk=key, customer__erased_at=None).first()
    if shop != request.shop.pk or identity is None or purpose not in ConsentPurpose.values:
        raise Http404
    return identity, purpose


def _counted(token: str) -> Any:
    return _read(token, links.COUNT)


def _read(token: str, purpose: str) -> Any:
    try:
        first, second, third = keys.unsign(token, purpose=purpose)
    except (keys.BadToken, ValueError, TypeError):
        raise Http404 from None
    return first, second, third


def _veiled(identity: Identity) -> str:
    """« c…@orange.example »: enough to know it again, too little to learn it from a link that was passed on."""
    name, _at, domain = identity.value.rpartition("@")
    return f"{name[:1]}…@{domain}"
