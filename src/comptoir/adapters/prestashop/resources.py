"""Resources of PrestaShop's web service, read from XML or JSON into the same plain values, and written as XML."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from comptoir.lib import payload
from comptoir.lib.payload import Unreadable

_DEEPEST = 25
_UNREADABLE = "Le contenu n’est pas du XML lisible."


def read(body: bytes) -> Any:
    """What an answer holds: {"order": {…}} or {"orders": […]}. Raises Unreadable."""
    bare = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _of_xml(bare) if bare[:1] == b"<" else payload.load_after_noise(body)


def _of_xml(body: bytes) -> Any:
    return {child.tag: _value(child, 0) for child in tree(body)}


def _value(element: ElementTree.Element, depth: int) -> Any:
    """A leaf is its text, an element of like children a list, any other an object with its attributes."""
    if depth > _DEEPEST:
        raise Unreadable("Le contenu est trop imbriqué.")
    children = list(element)
    if not children:
        if element.get("id") is not None and not (element.text or "").strip():
            return {"id": element.get("id")}
        return (element.text or "").strip()
    tags = {child.tag for child in children}
    listed = element.get("nodeType") or element.tag in (f"{next(iter(tags))}s", f"{next(iter(tags))}es")
    if len(tags) == 1 and (listed or len(children) > 1 or "language" in tags):
        return [_entry(child, depth) for child in children]
    return {child.tag: _value(child, depth + 1) for child in children}


def _entry(child: ElementTree.Element, depth: int) -> Any:
    if child.tag == "language":
        return {"id": child.get("id"), "value": (child.text or "").strip()}
    value = _value(child, depth + 1)
    return value if isinstance(value, dict) else {"id": child.get("id"), "value": value}


def local(value: Any) -> str:
    """A text in the shop's first language, where it has several."""
    if isinstance(value, list):
        return next((found for entry in payload.items(value) if (found := payload.plain(entry.get("value")))), "")
    return payload.plain(value)


def associated(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of an association."""
    return payload.items(payload.mapping(told.get("associations")).get(name))


def written(name: str, fields: Mapping[str, Any]) -> bytes:
    """A resource as XML to send: values, objects, and lists of objects as (name of a row, rows)."""
    return f'<?xml version="1.0" encoding="UTF-8"?><prestashop>{_node(name, fields)}</prestashop>'.encode()


def _node(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_node(each, inside) for each, inside in value.items())
    elif isinstance(value, tuple):
        inner = "".join(_node(value[0], row) for row in value[1])
    else:
        clean = "".join(char for char in str(value) if char in "\t\n" or ord(char) >= 32)
        inner = escape(clean.encode("utf-8", "replace").decode())
    return f"<{name}>{inner}</{name}>"


def tree(body: bytes) -> ElementTree.Element:
    """The root of an XML answer. Raises Unreadable."""
    # PrestaShop writes UTF-8 without a document type; entities can be made to explode, and UTF-16 could hide them.
    if b"\x00" in body or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable(_UNREADABLE)
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no entity gets here
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(_UNREADABLE) from error
    if root.tag != "prestashop":
        raise Unreadable(_UNREADABLE)
    return root
