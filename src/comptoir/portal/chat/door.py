"""The way into the chat's calls: any site may make them, by a bearer token that opens one conversation and no cookie."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from comptoir.conversations.actions.chatting import CannotChat, conversation_of
from comptoir.conversations.models import Conversation, Inbox, InboxKind
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.portal.shop import ShopRequest, shopper
from comptoir.portal.uploads import BadFile

P = ParamSpec("P")
JSON_LIMIT = 64 * 1024  # bytes of a call without files
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept-Language",
    "Access-Control-Max-Age": "7200",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class ChatRequest(ShopRequest):
    """A call of the chat window: its inbox, and its conversation once a token proved it. For type checking only."""

    inbox: Inbox
    conversation: Conversation


class NoSuchChat(Exception):
    """The token opens nothing here: forged, of another shop, or of a person who was erased."""


class BadCall(Exception):
    """The call makes no sense; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def chat_call(
    method: str, *, token: bool = True
) -> Callable[
    [Callable[Concatenate[ChatRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A call of that method. With `token`, only whoever holds one of this shop's chats; 404 in JSON for anybody else."""

    def decorate(
        view: Callable[Concatenate[ChatRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        def called(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method == "OPTIONS":
                return HttpResponse(status=204)
            if request.method != method:
                return _problem("method", 405)
            try:
                request.inbox = _inbox(request.shop)
                if token:
                    request.conversation = _opened(request)
                return view(request, *args, **kwargs)
            except NoSuchChat:
                return _problem("no_chat", 404)
            except TooMany as pause:
                response = _problem("too_many", 429)
                response.headers["Retry-After"] = str(pause.seconds)
                return response
            except (CannotChat, BadFile) as refused:
                return _problem(refused.code, 422)
            except BadCall as bad:
                return _problem(bad.code, 413 if bad.code == "too_long" else 400)
            except (MultiPartParserError, RequestDataTooBig, SuspiciousOperation):
                return _problem("unreadable", 400)

        inner = shopper(called)

        @csrf_exempt  # nothing here looks at a cookie: there is nothing to forge
        @wraps(view)
        def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = inner(request, *args, **kwargs)
            for name, value in CORS.items():
                response.headers[name] = value
            response.headers["Cache-Control"] = "no-store"
            return response

        return answered

    return decorate


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The call's values: a JSON object, or the fields of a form with files."""
    if request.content_type == "multipart/form-data":
        return dict(request.POST.items())
    if int(request.META.get("CONTENT_LENGTH") or 0) > JSON_LIMIT:
        raise BadCall("too_long")
    try:
        value = json.loads(request.body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadCall("unreadable") from error
    if not isinstance(value, dict):
        raise BadCall("unreadable")
    return value


def inbox_of(shop: Shop) -> Inbox | None:
    """The shop's chat, when it has one that is in use."""
    chats = Inbox.objects.filter(shop=shop, kind=InboxKind.CHAT, active=True).select_related("schedule")
    return chats.order_by("pk").first()


def _inbox(shop: Shop) -> Inbox:
    found = inbox_of(shop)
    if found is None:
        raise NoSuchChat
    return found


def _opened(request: Any) -> Conversation:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    found = conversation_of(given.strip(), request.inbox) if scheme.lower() == "bearer" else None
    if found is None:
        raise NoSuchChat
    return found


def _problem(code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": code, "message": _words(code)}, status=status)


def _words(code: str) -> str:
    known = {
        "no_chat": _("Cette discussion n’existe plus. Vous pouvez en commencer une autre."),
        "too_many": _("Trop de messages en peu de temps. Patientez un instant : rien n’est perdu."),
        "empty": _("Il n’y a rien à envoyer."),
        "too_long": _("Ce message est trop long."),
        "bad_address": _("Cette adresse e-mail n’est pas complète."),
        "too_heavy": _("Ce fichier dépasse 10 Mo."),
        "too_many_files": _("Cinq fichiers au plus à la fois."),
        "empty_file": _("Ce fichier est vide."),
        "wrong_kind": _("Seuls les images et les PDF peuvent être joints."),
    }
    return known.get(code, _("Cette demande n’a pas pu être lue."))
