"""What is answered when something cannot be done: RFC 9457 problems, each with a code that programs can rely on."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from comptoir.conversations.actions.answering import CannotAnswer, SomeoneAnswered
from comptoir.conversations.actions.organising import CannotSnooze
from comptoir.core.access import Denied
from comptoir.core.programs import KeyReused
from comptoir.core.throttle import TooMany
from comptoir.customers.actions import CannotMerge
from comptoir.orders.gestures.proposing import Changed, KeyTaken, NotAllowed, TooLate
from comptoir.orders.gestures.quoting import PlatformRefuses
from comptoir.orders.gestures.reckoning import CannotAct
from comptoir.ports.errors import PortError

WHY_NOT = {
    "customer_aside": "`{detail}` is an address of the customer, who must not see what is written aside.",
    "empty": "The message holds nothing: give text, html or files.",
    "no_recipient": "Nobody to send to: give `to`.",
    "too_many": "Too many recipients.",
    "bad_address": "This is not a mail address: {detail}",
    "no_mail_inbox": "This shop has no mail inbox from which an answer could leave.",
    "no_files": "The shop's own messages take no files, and this inbox sends no copy by mail.",
}


CANNOT_ACT = {
    "nothing": "Give lines, shipping or an amount.",
    "negative": "An amount or a count is negative.",
    "too_much": "More than what can be refunded.",
    "line": "There is no such line in the order.",
    "count": "There are not as many left of a line.",
    "shipping": "More shipping than what is left.",
    "percent": "A percentage goes from 1 to 100.",
    "address": "An address needs name, street, postcode and city.",
    "text": "Give a text without NUL.",
    "long": "The text is too long.",
    "verb": "The platform of this order cannot do it.",
}
NOT_ALLOWED = {
    False: "The authority matrix does not allow it to the token's agent.",
    True: "It needs an accord that nobody may give.",
}


class Problem(Exception):
    """A request that cannot be carried out; nothing was changed."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more


def answer(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """The JSON of a problem."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def set_up(api: NinjaAPI) -> None:
    """Say every refusal of ours in this shape."""

    def handle(kind: type[Exception], make: Any) -> None:
        api.add_exception_handler(kind, lambda request, error: make(error))

    handle(Problem, lambda error: answer(error.status, error.code, error.detail, **error.more))
    handle(Http404, lambda error: answer(404, "not_found", "There is no such thing, or this token may not see it."))
    handle(Denied, lambda error: answer(403, "role", f"The role of the token's agent does not allow it: {error}."))
    handle(HttpError, lambda error: answer(error.status_code, "bad_request", str(error)))
    handle(CannotSnooze, lambda error: answer(422, "past", "`snoozed_until` must lie in the future."))
    handle(CannotMerge, lambda error: answer(409, "conflict", f"{error}."))
    handle(KeyReused, lambda error: answer(422, "key_reused", "This Idempotency-Key was used for another request."))
    handle(
        CannotAct,
        lambda error: answer(422, f"gesture_{error.code}", CANNOT_ACT.get(error.code, "This cannot be asked.")),
    )
    handle(PlatformRefuses, lambda error: answer(409, "platform_refuses", str(error)))
    handle(PortError, lambda error: answer(502, "platform", error.message))
    handle(KeyTaken, lambda error: answer(422, "key_reused", "This Idempotency-Key was used for another act."))
    handle(Changed, lambda error: answer(409, "changed", "The quote has changed.", amount=error.quoted.charge))
    handle(TooLate, lambda error: answer(409, "too_late", f"The act is {error.gesture.state} already."))
    handle(NotAllowed, lambda error: answer(403, "limits", NOT_ALLOWED[error.nobody], over=list(error.verdict.over)))
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(TooMany, _pause)
    api.add_exception_handler(CannotAnswer, _cannot_answer)
    api.add_exception_handler(SomeoneAnswered, _newer)


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    response = answer(401, "token", "Send a token that works: `Authorization: Bearer cpt_…`.")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """What is wrong, and where; never what was sent, which may be personal."""
    errors = [
        {"at": ".".join(str(part) for part in one["loc"] if part not in ("payload",)), "problem": one["msg"]}
        for one in error.errors
    ]
    return answer(422, "invalid", "Some values cannot be taken.", errors=errors)


def _pause(request: HttpRequest, error: Any) -> HttpResponse:
    response = answer(429, "rate", f"Too many requests; come back in {error.seconds} s.")
    response.headers["Retry-After"] = str(error.seconds)
    return response


def _cannot_answer(request: HttpRequest, error: Any) -> HttpResponse:
    text = WHY_NOT.get(error.code, "The message cannot leave.")
    return answer(422, error.code, text.format(detail=error.detail))


def _newer(request: HttpRequest, error: Any) -> HttpResponse:
    keys = [message.pk for message in error.newer]
    return answer(409, "newer", "Something newer was written; read it, then send again.", messages=keys)
