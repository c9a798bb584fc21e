"""The drawn icons, read once: `svg("inbox")` (20-unit grid, console) or `svg("shopper/mail")` (24-unit grid, portal)."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "icons"


class UnknownIcon(LookupError):
    """No drawing has this name; `ui/icons/` lists them."""


@cache
def drawing(name: str) -> tuple[str, str]:
    """The view box and the inner drawing of an icon. Raises UnknownIcon."""
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"(shopper/)?[a-z0-9-]+", name) or not path.is_file():
        raise UnknownIcon(f"No icon is called “{name}”. See ui/icons/.")
    found = re.fullmatch(r'<svg xmlns="[^"]+" viewBox="([^"]+)">(.*)</svg>\s*', path.read_text(), re.DOTALL)
    if found is None:
        raise UnknownIcon(f"{path.name} is not drawn as the others: one svg element with a viewBox.")
    return found[1], found[2]


@cache
def svg(name: str, classes: str) -> str:
    """An icon as inline SVG, hidden from screen readers: the words beside it speak."""
    box, inner = drawing(name)
    return f'<svg class="{classes}" viewBox="{box}" aria-hidden="true">{inner}</svg>'
