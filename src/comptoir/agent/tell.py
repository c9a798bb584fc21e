"""Words for the agent beside an answer: the toast, with its undo."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import HttpResponse

Response = TypeVar("Response", bound=HttpResponse)


def tell(
    response: Response, text: str, *, undo: str = "", bad: bool = False, events: Mapping[str, Any] | None = None
) -> Response:
    """Add a toast (none when `text` is empty) and further events of the browser to a fragment's answer."""
    toast: dict[str, Any] = {"text": text}
    if undo:
        toast |= {"undo": undo, "seconds": 8}
    if bad:
        toast["bad"] = True
    response.headers["HX-Trigger"] = json.dumps(({"toast": toast} if text else {}) | dict(events or {}))
    return response
