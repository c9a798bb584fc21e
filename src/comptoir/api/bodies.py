"""Raw bodies that others post: read up to a limit, refused in one sentence."""

from django.http import HttpRequest, HttpResponse, JsonResponse


class TooLarge(ValueError):
    """The body is longer than allowed."""


def body_of(request: HttpRequest, limit: int) -> bytes:
    """The bytes as they came; raises TooLarge, by what is announced or by what is there."""
    length = request.headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and int(length) > limit:
        raise TooLarge
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body


def problem(status: int, text: str) -> HttpResponse:
    """A refusal as programs read it."""
    return JsonResponse({"error": text}, status=status)
