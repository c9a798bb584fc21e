"""The MIME tree as the standard library's parser leaves it, read without its conveniences, which raise or guess."""

import re
from collections.abc import Iterator
from email.message import Message

from comptoir.lib.mail.headers import Headers

MAX_LEAVES = 200
MAX_DEPTH = 30

_TYPE = re.compile(r"\s*([\w.+-]+)\s*/\s*([\w.+-]+)")


def content_type(headers: Headers) -> tuple[str, str]:
    """Type and subtype, lower-cased; text/plain where it is missing or nonsense."""
    found = _TYPE.match(headers.raw("content-type"))
    return (found.group(1).lower(), found.group(2).lower()) if found else ("text", "plain")


def payload_of(part: Message) -> object:
    """The parts inside, or the text as it came with 8-bit bytes as surrogates.

    `get_payload` would put these into the charset that the mail names, and raises where that is no charset for text.
    """
    return getattr(part, "_payload", None)


def raw_text(part: Message) -> str:
    """The text of a leaf as it came; "" for what is none."""
    payload = payload_of(part)
    return payload if isinstance(payload, str) else ""


def serialise(message: Message) -> bytes:
    """A parsed message as bytes again, its headers as they stood; b"" if it is too broken for that."""
    out: list[str] = []
    try:
        _write(message, out, 0)
        return "".join(out).replace("\r\n", "\n").encode("ascii", "surrogateescape")
    except (TypeError, ValueError, AttributeError):
        return b""


def _write(message: Message, out: list[str], depth: int) -> None:
    out.extend(f"{name}: {value}\n" for name, value in message.raw_items())
    out.append("\n")
    payload = payload_of(message)
    if isinstance(payload, str):
        out.append(payload)
    elif isinstance(payload, list) and depth <= MAX_DEPTH:
        boundary = message.get_boundary()
        children = [child for child in payload if isinstance(child, Message)]
        if boundary is None:
            for child in children:
                _write(child, out, depth + 1)
            return
        out.append(message.preamble or "")
        for child in children:
            out.append(f"\n--{boundary}\n")
            _write(child, out, depth + 1)
        out.append(f"\n--{boundary}--\n")


def leaves(message: Message, limit: int = MAX_LEAVES) -> Iterator[Message]:
    """Every part of the tree, the message itself first, nested messages included; at most `limit`."""
    stack, count = [message], 0
    while stack and count < limit:
        part = stack.pop()
        count += 1
        yield part
        payload = payload_of(part)
        if isinstance(payload, list):
            stack.extend(child for child in reversed(payload) if isinstance(child, Message))
