"""The account's pages: what is on its way, what was ordered, what was said."""

import secrets
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from comptoir.conversations.actions.forms import write_again
from comptoir.conversations.models import Attachment, Conversation
from comptoir.core import files, throttle
from comptoir.core.throttle import TooMany
from comptoir.lib.files import sniff
from comptoir.portal.account import mine
from comptoir.portal.account.frame import framed
from comptoir.portal.account.parcels import OrderShown
from comptoir.portal.account.session import AccountRequest, account
from comptoir.portal.forms import ReplyForm
from comptoir.portal.shop import shop_url
from comptoir.portal.uploads import ACCEPT

ON_THE_WAY = 8  # orders shown as cards
RECENT = 5  # rows of a list before « toutes »


@account
@require_safe
def overview(request: AccountRequest) -> HttpResponse:
    """What is on its way, messages, past orders, and what the shop knows of the person."""
    everything = "all" in request.GET
    shown = [OrderShown(order) for order in mine.orders(request.identity, request.shop)[: 500 if everything else 60]]
    now = [order for order in shown if order.under_way][:ON_THE_WAY]
    past = [order for order in shown if order not in now]
    threads = list(mine.conversations(request.identity, request.shop)[: 200 if everything else RECENT])
    return framed(
        request,
        "portal/account/overview.html",
        now=now,
        past=past if everything else past[:RECENT],
        total=len(past),
        threads=_threads(threads),
        everything=everything,
        address=shown[0].order.address if shown else {},
    )


@account
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: AccountRequest, key: str) -> HttpResponse:
    """One conversation, and one more message to it."""
    found = mine.conversations(request.identity, request.shop).filter(public_id=key).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _conversation(request, found, ReplyForm())
    form = ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _conversation(request, found, form, status=422)
    try:
        throttle.hit(f"account:write:{request.identity.pk}", limit=30, seconds=3600)
    except TooMany:
        form.add_error("text", _too_many())
        return _conversation(request, found, form, status=429)
    given = form.cleaned_data
    sent = request.POST.get("key", "")[:40]
    client_key = f"account:{sent or secrets.token_hex(12)}"
    write_again(found, request.identity, given["text"], key=client_key, parts=tuple(given["documents"]))
    return HttpResponseRedirect(shop_url(request, "account-conversation", key=found.public_id) + "#end")


@account
@require_safe
def file(request: AccountRequest, key: str, file: str) -> HttpResponse:
    """A file of a message that this person may read, as a download."""
    found = mine.conversations(request.identity, request.shop).filter(public_id=key).first()
    messages = mine.messages(found, request.identity) if found else []
    row = Attachment.objects.filter(message__in=messages, file__public_id=file).select_related("file").first()
    if row is None:
        raise Http404
    stream = files.open_file(row.file)
    kind = sniff(stream.read(4096))
    stream.seek(0)
    response = FileResponse(stream, as_attachment=True, filename=row.file.name)
    response.headers["Content-Type"] = kind if kind.startswith("image/") else "application/octet-stream"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]  # a stream, served like any answer


def _too_many() -> str:
    return gettext("Beaucoup de messages en peu de temps. Votre texte est gardé ici : réessayez dans une heure.")


def _conversation(request: AccountRequest, found: Conversation, form: ReplyForm, *, status: int = 200) -> HttpResponse:
    return framed(
        request,
        "portal/account/conversation.html",
        status=status,
        conversation=found,
        messages_shown=mine.messages(found, request.identity),
        form=form,
        accept=ACCEPT,
        key=secrets.token_hex(12),
        lost_files=bool(request.FILES),
    )


def _threads(rows: list[Conversation]) -> list[dict[str, Any]]:
    last = mine.last_messages(rows)
    known = [(row, last[row.pk]) for row in rows if row.pk in last]
    return [{"conversation": row, "last": one, "answered": one.agent is not None} for row, one in known]
