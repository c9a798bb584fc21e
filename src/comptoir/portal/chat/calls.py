"""The chat window's calls. Each is idempotent or harmless to repeat, since a visitor's network breaks in the middle."""

import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from comptoir.conversations.actions import chatting
from comptoir.conversations.actions.chatting import TEXT_LIMIT, CannotChat, Said
from comptoir.conversations.models import Attachment
from comptoir.core import files, throttle
from comptoir.lib.text import one_line
from comptoir.portal.chat.door import BadCall, ChatRequest, NoSuchChat, body_of, chat_call
from comptoir.portal.chat.presence import presence
from comptoir.portal.chat.telling import conversation_json, visible
from comptoir.portal.shop import language_of
from comptoir.portal.uploads import parts_of

_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z]{2,4})?")
# A key that only this browser can know: whoever repeats it gets the conversation that it began.
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@chat_call("GET", token=False)
def state(request: ChatRequest) -> HttpResponse:
    """Whether someone answers now, asked when a visitor opens the window."""
    return JsonResponse({"state": presence(request.inbox).to_json()})


@chat_call("POST", token=False)
def start(request: ChatRequest) -> HttpResponse:
    """The first message; answers with the token. The same key again answers with the same conversation's."""
    throttle.hit(f"chat:start:{request.shop.pk}:{network_of(request)}", limit=20, seconds=600)
    said = _said(request)
    try:
        conversation, _message = chatting.start_chat(request.inbox, said)
    except IntegrityError:  # the same key twice at once: the first one's conversation is there now
        conversation, _message = chatting.start_chat(request.inbox, said)
    token = chatting.token_for(conversation)
    found = chatting.conversation_of(token, request.inbox)
    if found is None:
        raise NoSuchChat
    return JsonResponse({"token": token} | conversation_json(found, request.inbox))


@chat_call("POST")
def say(request: ChatRequest) -> HttpResponse:
    """One more message, with or without files."""
    throttle.hit(f"chat:say:{request.conversation.pk}", limit=40, seconds=60)
    said = _said(request)
    if said.parts:
        throttle.hit(f"chat:files:{request.conversation.pk}", limit=20, seconds=600)
    try:
        chatting.say(request.conversation, said)
    except IntegrityError:
        chatting.say(request.conversation, said)
    return _told(request)


@chat_call("GET")
def listen(request: ChatRequest) -> HttpResponse:
    """The conversation, from shortly before the message `after` on."""
    return JsonResponse(conversation_json(request.conversation, request.inbox, request.GET.get("after", "")))


@chat_call("POST")
def seen(request: ChatRequest) -> HttpResponse:
    """The answers are before the visitor's eyes."""
    throttle.hit(f"chat:seen:{request.conversation.pk}", limit=120, seconds=60)
    return JsonResponse({"seen": chatting.seen_by_visitor(request.conversation)})


@chat_call("POST")
def typing(request: ChatRequest) -> HttpResponse:
    """The visitor is writing."""
    throttle.hit(f"chat:typing:{request.conversation.pk}", limit=40, seconds=60)
    chatting.visitor_types(request.conversation)
    return JsonResponse({})


@chat_call("POST")
def page(request: ChatRequest) -> HttpResponse:
    """The page that the visitor is on while the window is open; kept as a trail only with their consent."""
    throttle.hit(f"chat:page:{request.conversation.pk}", limit=60, seconds=60)
    given = body_of(request)
    chatting.on_page(
        request.conversation,
        url=page_url(given.get("url")),
        title=_text(given, "title", 200),
        consented=given.get("consented") is True,
    )
    return JsonResponse({})


@chat_call("POST")
def identity(request: ChatRequest) -> HttpResponse:
    """The visitor says who they are and where to answer; nothing proves it."""
    throttle.hit(f"chat:identity:{request.conversation.pk}", limit=10, seconds=3600)
    throttle.hit(f"chat:identity:{network_of(request)}", limit=60, seconds=3600)
    given = body_of(request)
    name, email = _text(given, "name", 200), _text(given, "email", 320)
    if not name and not email:
        raise CannotChat("empty")
    chatting.introduce(request.conversation, name=name, email=email)
    return _told(request)


@chat_call("GET")
def file(request: ChatRequest, key: str) -> HttpResponse:
    """A file of one of the messages that the visitor may read, as a download."""
    shown = Attachment.objects.filter(message__in=visible(request.conversation), file__public_id=key)
    found = shown.select_related("file").first()
    if found is None:
        raise NoSuchChat
    response = FileResponse(files.open_file(found.file), as_attachment=True, filename=found.file.name)
    response.headers["Content-Type"] = found.file.content_type
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]  # a stream, served like any answer


@csrf_exempt
def messages(request: HttpRequest) -> HttpResponse:
    """`messages`: read by GET, added to by POST."""
    return say(request) if request.method == "POST" else listen(request)


def network_of(request: HttpRequest) -> str:
    """The network that a call comes from: an IPv4 address, or the 64 bits that an IPv6 household has."""
    address = str(getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", ""))
    return ":".join(address.split(":")[:4]) if ":" in address else address


def page_url(given: object) -> str:
    """An http(s) address without its query and fragment, which may hold what is nobody's business; else ""."""
    try:
        parts = urlsplit(str(given or "")[:2_000])
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    return one_line(urlunsplit((parts.scheme, host + port, parts.path, "", "")))[:500]


def _told(request: ChatRequest) -> HttpResponse:
    request.conversation.refresh_from_db()
    return JsonResponse(conversation_json(request.conversation, request.inbox, request.GET.get("after", "")))


def _said(request: ChatRequest) -> Said:
    given = body_of(request)
    key = _text(given, "client_key", 80)
    if not _KEY.fullmatch(key):
        raise BadCall("bad_key")
    text = given.get("text", "")
    if not isinstance(text, str) or len(text) > TEXT_LIMIT:
        raise CannotChat("too_long")
    return Said(
        text=text.encode("utf-8", "replace").decode(),
        client_key=key,
        page_url=page_url(given.get("url")),
        page_title=_text(given, "title", 200),
        language=_language(given.get("language")) or language_of(request, request.shop),
        parts=tuple(parts_of(request.FILES.getlist("file"))) if request.FILES else (),
    )


def _language(given: object) -> str:
    """The language of the visitor's page, which may be one that we do not speak; "" when it is none."""
    return given.lower() if isinstance(given, str) and _LANGUAGE.fullmatch(given) else ""


def _text(given: dict[str, Any], name: str, limit: int) -> str:
    value = given.get(name, "")
    return one_line(value.encode("utf-8", "replace").decode())[:limit] if isinstance(value, str) else ""
