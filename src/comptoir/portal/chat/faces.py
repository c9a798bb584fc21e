"""An agent's picture in a form that the strictest page shows: no address to load, no markup to trust.

A drawing becomes a tree of known shapes, a photograph a small WebP that the window paints on a canvas.
"""

import base64
import re
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from comptoir.core import files
from comptoir.core.models import Agent, File
from comptoir.lib.files import preview, sniff

SIDE = 96  # pixels
SVG_LIMIT = 20_000  # bytes
_SHAPES = {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polygon", "polyline"}
_ATTRIBUTES = set(
    "viewBox d fill stroke stroke-width stroke-linecap stroke-linejoin opacity fill-opacity transform points "
    "cx cy r rx ry x y x1 y1 x2 y2 width height".split()
)
_PLAIN = re.compile(r"[\w\s.,#()+-]*")  # no url(...), no script: numbers, colours, letters of paths
_SVG = "{http://www.w3.org/2000/svg}"


def face_of(agent: Agent) -> Any:
    """The agent's picture: a tree [name, attributes, children], a text (WebP in base64), or None."""
    return _face(agent.photo_id) if agent.photo_id else None


@lru_cache(maxsize=256)
def _face(file_id: int) -> Any:
    file = File.objects.filter(pk=file_id).first()
    if file is None or file.size > 10_000_000:
        return None
    try:
        content = files.read(file)
    except OSError:
        return None
    kind = sniff(content)
    if kind == "image/svg+xml":
        return drawing(content)
    small = preview(content, kind, SIDE)
    return base64.b64encode(small).decode() if small else None


def drawing(content: bytes) -> Any:
    """An SVG as a tree of known shapes and attributes; None when it is none or holds a document type."""
    if len(content) > SVG_LIMIT or b"<!" in content:
        return None
    try:
        return _node(ElementTree.fromstring(content), 0)  # noqa: S314  # without a document type nothing expands
    except ElementTree.ParseError:
        return None


def _node(element: ElementTree.Element, depth: int) -> list[Any] | None:
    name = element.tag.removeprefix(_SVG)
    if name not in _SHAPES or depth > 8:
        return None
    attributes = {key: value for key, value in element.items() if key in _ATTRIBUTES and _PLAIN.fullmatch(value)}
    children = [node for child in element if (node := _node(child, depth + 1)) is not None]
    return [name, attributes, children] if children else [name, attributes]
