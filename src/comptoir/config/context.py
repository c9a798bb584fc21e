"""What every template may read."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """`shop` on a shop's page, `agent` in the console, `request_id` everywhere."""
    return {
        "shop": getattr(request, "shop", None),
        "agent": getattr(request, "agent", None),
        "request_id": getattr(request, "id", ""),
    }
