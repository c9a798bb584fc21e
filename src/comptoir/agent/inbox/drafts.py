"""Drafts and uploads: what is being written survives."""

from contextlib import suppress

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import editors, threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.automation.actions.applying import carry
from comptoir.automation.acts import BadAct
from comptoir.conversations.actions.drafts import DraftText, forget_draft, keep_upload, save_draft
from comptoir.conversations.models import Conversation
from comptoir.core import access, files, throttle
from comptoir.core.access import May
from comptoir.lib.files import safe_name, sniff
from comptoir.ui.words import size

KINDS = ("reply", "note", "forward", "side")
UPLOAD_LIMIT = 25 * 2**20
UPLOADS_A_MINUTE = 60


@require_POST
@console(May.ANSWER)
def draft(request: ConsoleRequest, key: int, kind: str) -> HttpResponse:
    """Keep the text of an editor; `discard` throws it away."""
    if kind not in KINDS:
        raise Http404
    conversation = conversation_of(request, key, sides=kind == "reply")
    if request.POST.get("discard"):
        forget_draft(request.agent, conversation, kind)
        return threads.composer(request, key)
    keep(request, conversation, kind)
    return HttpResponse(status=204)


@require_POST
@console(May.ANSWER)
def new_draft(request: ConsoleRequest) -> HttpResponse:
    """Keep the text of a message that begins a conversation."""
    inbox = access.inboxes(request.agent).filter(pk=_number(request.POST.get("inbox", ""))).first()
    keep(request, None, "new", inbox=inbox)
    return HttpResponse(status=204)


def keep(request: ConsoleRequest, conversation: Conversation | None, kind: str, *, inbox: object = None) -> None:
    """Save what the form holds, or forget the draft when it holds nothing."""
    written = editors.written(request)
    if not written.html.strip() and not written.files and not written.subject.strip():
        forget_draft(request.agent, conversation, kind)
        return
    text = DraftText(
        html=written.html,
        subject=written.subject,
        to=written.to,
        cc=written.cc,
        bcc=written.bcc,
        files=written.files,
        based_on=_number(request.POST.get("based_on", "")),
        revision=_number(request.POST.get("revision", "")),
    )
    draft = save_draft(request.agent, conversation, kind, text, inbox=inbox)  # type: ignore[arg-type]
    if conversation is not None and draft.revision == text.revision:
        with suppress(BadAct):
            carry(draft, editors.load(request))


@require_POST
@console(May.ANSWER)
def uploads(request: ConsoleRequest) -> HttpResponse:
    """Take one file of at most 25 MB: {id, name, size, url}, or {error} in words."""
    throttle.hit(f"upload:{request.agent.pk}", limit=UPLOADS_A_MINUTE, seconds=60)
    given = request.FILES.get("file")
    if given is None:
        return JsonResponse({"error": _("aucun fichier n’est arrivé")}, status=400)
    if (given.size or 0) > UPLOAD_LIMIT:
        text = _("plus lourd que %(limit)s") % {"limit": size(UPLOAD_LIMIT)}
        return JsonResponse({"error": text}, status=413)
    head = given.read(2**20)
    given.seek(0)
    name = safe_name(given.name or "") or _("sans-nom")
    kind = sniff(head)
    stored = files.save(given, name=name, content_type=kind)
    keep_upload(request.agent, stored)
    answer = {"id": str(stored.public_id), "name": name, "size": size(stored.size), "type": kind}
    return JsonResponse(answer | {"url": f"/files/{stored.public_id}/"})


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0
