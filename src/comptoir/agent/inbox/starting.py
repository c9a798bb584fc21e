"""Writing first: a new message, or the note of a call or a visit."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import answers, checking, editors, macros
from comptoir.agent.inbox.lists import list_context, whole
from comptoir.agent.inbox.places import DEFAULT
from comptoir.automation.actions import applying
from comptoir.automation.acts import BadAct
from comptoir.conversations.actions.answering import CannotAnswer
from comptoir.conversations.actions.drafts import forget_draft
from comptoir.conversations.models import Delivery, Draft, InboxKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.customers.models import IdentityKind


@console(May.ANSWER)
def new(request: ConsoleRequest) -> HttpResponse:
    """The page of a new message; posted, the conversation begins."""
    boxes = list(
        access.inboxes(request.agent)
        .filter(active=True, kind__in=[InboxKind.EMAIL, InboxKind.PHONE])
        .select_related("shop")
        .order_by("kind", "shop__name", "name")
    )
    if request.method == "POST":
        return _start(request, boxes)
    context = list_context(request, DEFAULT, {}) | {
        "boxes": boxes,
        "editor": _editor(request),
        "opened": None,
        "calling": bool(request.GET.get("call")),
    }
    return render(request, "agent/inbox/compose/new.html", whole(request) | context)


def _start(request: ConsoleRequest, boxes: list[Any]) -> HttpResponse:
    wanted = request.POST.get("inbox", "")
    inbox = next((box for box in boxes if str(box.pk) == wanted), None)
    if inbox is None:
        text = _("Choisissez la boîte qui envoie. Votre texte est gardé.")
        return render(request, "agent/inbox/compose/refused.html", {"text": text}, status=422)
    try:
        written = editors.written(request)
        warned = None if inbox.kind == InboxKind.PHONE else checking.held_back_first(request, inbox.shop, written)
        if warned is not None:
            return warned
        message = applying.start(inbox, written, editors.load(request), agent=request.agent)
    except applying.MissingValues as missing:
        return macros.lacking(request, missing)
    except BadAct:
        raise Http404 from None
    except CannotAnswer as refused:
        return answers.refusal(request, refused)
    forget_draft(request.agent, None, "new")
    url = f"/conversations/{message.conversation_id}/"
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(url)
    response = HttpResponse(status=200)
    response.headers["HX-Redirect"] = url + ("?sent=1" if message.delivery == Delivery.HELD else "")
    return response


def _editor(request: ConsoleRequest) -> editors.Editor:
    draft = Draft.objects.filter(agent=request.agent, conversation=None, kind="new").order_by("-pk").first()
    to = request.GET.get("to", "")[:320] or _address_of(request)
    if draft is None or to:
        return editors.Editor("new", to=to)
    files = [{"public_id": f.public_id, "name": f.name, "size": f.size} for f in draft.files.all()]
    names = ("html", "subject", "to", "cc", "bcc", "based_on", "revision", "updated_at")
    values = {name: getattr(draft, name) for name in names}
    return editors.from_draft("new", values | {"files": files})


def _address_of(request: ConsoleRequest) -> str:
    """The first address of the customer whose file led here; keys stand in addresses, not people."""
    key = request.GET.get("customer", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return ""
    known = access.customers(request.agent).filter(pk=int(key), identities__kind=IdentityKind.EMAIL)
    return known.order_by("identities__pk").values_list("identities__value", flat=True).first() or ""
