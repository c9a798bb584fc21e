"""The whole of version 1, put together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from comptoir.api.v1 import (
    conversations,
    customers,
    events,
    files,
    gestures,
    house,
    messages,
    orders,
    problems,
    sides,
    webhooks,
)
from comptoir.api.v1.door import REQUESTS

ABOUT = """Comptoir's API. Send `Authorization: Bearer cpt_…` (Settings › API). A token acts as its agent: it sees and
does what that agent may, within its scopes. Lists go on with `cursor`. Send an `Idempotency-Key` with what must not
happen twice. Refusals are RFC 9457 problems with a stable `code`."""


class Api(NinjaAPI):
    """Adds to each answer how many requests the token has left this minute."""

    def create_response(self, request: HttpRequest, data: Any, **named: Any) -> HttpResponse:
        """The answer with its headers; nothing of it is kept by anyone in between."""
        response = super().create_response(request, data, **named)
        left = getattr(request, "requests_left", None)
        if left is not None:
            response.headers["RateLimit-Limit"] = str(REQUESTS)
            response.headers["RateLimit-Remaining"] = str(max(0, left))
        response.headers["Cache-Control"] = "no-store"
        return response


api = Api(
    title="Comptoir",
    version="1.0",
    description=ABOUT,
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api-v1",
)
problems.set_up(api)
for room in (house, conversations, messages, sides, customers, orders, gestures, files, events, webhooks):
    api.add_router("", room.router)
