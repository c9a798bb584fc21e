"""Raw mail over HTTP: a forwarding service or a mail server posts MIME and signs it."""

import uuid

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comptoir.api.bodies import TooLarge, body_of, problem
from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core import keys
from comptoir.lib.signatures import BadSignature, verify

LIMIT = 60 * 2**20
RETRY_SECONDS = "300"


@csrf_exempt
@require_POST
def arrival(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """202 once the mail is committed (also when it was before); 401 unless signed, and then nothing is kept."""
    try:
        body = body_of(request, LIMIT)
    except TooLarge:
        return problem(413, "A mail may weigh 60 MB.")
    inbox = Inbox.objects.filter(public_id=public_id, kind=InboxKind.EMAIL).first()
    delivery = request.headers.get("webhook-id", "")
    try:
        verify(
            _secret(inbox),
            delivery,
            request.headers.get("webhook-timestamp", ""),
            request.headers.get("webhook-signature", ""),
            body,
        )
    except BadSignature as refused:
        return problem(401, f"Not signed with this inbox's secret: {refused}.")
    if inbox is None or not body.strip():
        return problem(400, "The body holds no mail.")
    if len(delivery) > 190:
        return problem(400, "webhook-id may have 190 characters.")
    if not inbox.active:
        response = problem(503, "This inbox is paused; send again later.")
        response.headers["Retry-After"] = RETRY_SECONDS
        return response
    taken = arrive(inbox, body, source_key=f"webhook:{delivery}")
    return JsonResponse({"received": taken is not None}, status=202)


def _secret(inbox: Inbox | None) -> str:
    """The inbox's secret; "" proves nothing, so that an unknown inbox answers like a forged signature."""
    if inbox is None:
        return ""
    try:
        return keys.decrypt(inbox.webhook_secret)
    except keys.CannotDecrypt:
        return ""
