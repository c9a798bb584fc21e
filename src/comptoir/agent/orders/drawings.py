"""The picture of an order's line: the shop's drawing, where it has one."""

from functools import cache

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from comptoir.orders.models import OrderLine


def of(line: OrderLine) -> str:
    """The address of the article's drawing, "" when there is none."""
    return address(line.product.drawing) if line.product else ""


@cache
def address(drawing: str) -> str:
    """The address of a drawing that ships with Comptoir: « bougie », « bougie.svg » or a path under static."""
    if not drawing:
        return ""
    path = drawing if "/" in drawing else f"ui/img/{drawing}"
    path = path if path.endswith(".svg") else f"{path}.svg"
    try:
        return static(path) if finders.find(path) else ""
    except ValueError:  # a manifest that does not know it
        return ""
