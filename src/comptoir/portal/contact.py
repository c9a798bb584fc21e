"""The contact form: a request becomes a conversation, and its writer keeps a copy."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.conversations.actions.forms import FormRequest, receive_form
from comptoir.conversations.models import Inbox, InboxKind, Message
from comptoir.core import keys, throttle
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.portal import guards
from comptoir.portal.chat.calls import network_of, page_url
from comptoir.portal.forms import ContactForm
from comptoir.portal.shop import ShopRequest, page, shop_url, shopper
from comptoir.portal.uploads import ACCEPT

SENT_COOKIE = "portal_sent"
SENT_FOR = 30 * 60  # seconds
BY_NETWORK = 10  # requests an hour


@shopper
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: ShopRequest) -> HttpResponse:
    """The form, and what was written into it."""
    inbox = form_inbox(request.shop)
    if inbox is None:
        raise Http404
    if request.method != "POST":
        return _show(request, ContactForm(inbox, initial={"order": request.GET.get("order", "")[:40]}))
    form = ContactForm(inbox, request.POST, request.FILES)
    try:
        stamp = guards.read_stamp(request.POST.get("stamp", ""), time.time())
    except guards.Expired:
        form.add_error(
            None, _("Cette page était ouverte depuis trop longtemps. Votre texte est là : envoyez-le à nouveau.")
        )
        return _show(request, form, status=422)
    if request.POST.get("website"):  # only a machine sees this field
        return HttpResponseRedirect(shop_url(request, "contact-sent"))
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        throttle.hit(f"form:{request.shop.pk}:{network_of(request)}", limit=BY_NETWORK, seconds=3600)
    except TooMany:
        form.add_error(
            None,
            _("Vous avez déjà écrit plusieurs fois cette heure-ci. Votre texte est gardé ici : réessayez plus tard."),
        )
        return _show(request, form, status=429)
    message = receive_form(inbox, _request(request, form, stamp))
    response = HttpResponseRedirect(shop_url(request, "contact-sent"))
    _remember(request, response, message)
    return response


@shopper
@require_safe
def sent(request: ShopRequest) -> HttpResponse:
    """What was sent, for half an hour and for the browser that sent it."""
    try:
        key = keys.unsign(request.COOKIES.get(SENT_COOKIE, ""), purpose="form-sent", max_age=SENT_FOR)
    except keys.BadToken:
        key = None
    rows = Message.objects.filter(public_id=key, conversation__shop=request.shop) if key else Message.objects.none()
    message = rows.select_related("conversation").prefetch_related("attachments__file").first()
    return page(request, "portal/contact/sent.html", {"section": "contact", "message": message})


def form_inbox(shop: Shop) -> Inbox | None:
    """The shop's contact form, when it has one that is in use."""
    forms_ = Inbox.objects.filter(shop=shop, kind=InboxKind.FORM, active=True).select_related("shop")
    return forms_.order_by("pk").first()


def _request(request: ShopRequest, form: forms.Form, stamp: guards.Stamp) -> FormRequest:
    given = form.cleaned_data
    return FormRequest(
        email=given["email"],
        text=given["text"],
        key=stamp.key,
        name=given["name"],
        topic=given.get("topic", ""),
        order_number=given["order"],
        language=get_language() or "",
        page_url=page_url(request.build_absolute_uri()),
        parts=tuple(given["documents"]),
        doubtful=guards.is_doubtful(given["text"], given["name"], stamp.age),
    )


def _show(request: ShopRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"section": "contact", "form": form, "stamp": _stamp(request, status), "accept": ACCEPT}
    context["lost_files"] = bool(request.FILES)
    return page(request, "portal/contact/form.html", context, status=status)


def _stamp(request: HttpRequest, status: int) -> str:
    """The same stamp as long as it holds, so that the second attempt of a form adds nothing to the first."""
    given = request.POST.get("stamp", "")
    try:
        guards.read_stamp(given, time.time())
    except guards.Expired:
        return guards.new_stamp(time.time() - (guards.FASTEST if status == 422 else 0))
    return given


def _remember(request: ShopRequest, response: HttpResponse, message: Message) -> None:
    response.set_cookie(
        SENT_COOKIE,
        keys.sign(message.public_id.hex, purpose="form-sent"),
        max_age=SENT_FOR,
        path=shop_url(request, "contact"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
