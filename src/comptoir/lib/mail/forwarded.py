"""Who wrote what a mail forwards: from the block of headers that mail programs put above it, or the mail attached to it."""

import re
from dataclasses import dataclass

from comptoir.lib.mail import words
from comptoir.lib.mail.headers import addresses, email_address
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Address, IncomingMessage

LOOKED_AT = 400  # lines
BLOCK = 14  # lines of headers
MAX_TEXT = 100_000  # characters of the original
_MARK = re.compile(rf"(?i)^[\s>*_=-]*(?:{words.FORWARDED}|{words.MESSAGE})\b")
_LINE = re.compile(
    rf"(?i)^[\s>|]*[*_]*(?:(?P<sender>{words.FROM})|(?P<recipient>{words.TO}|pour)|(?P<sent>{words.SENT})"
    rf"|(?P<subject>{words.SUBJECT}|sujet)|(?P<other>{words.OTHER}))[*_]*\s?\s?:[*_]*(?P<value>.*)$"
)
_QUOTE = re.compile(r"^(?:>\s?)+")
_GMAIL = re.compile(r"[<\[](?:mailto:)?([^<>\[\]\s]+@[^<>\[\]\s]+)[>\]]")


@dataclass(frozen=True, slots=True)
class Original:
    """The mail that was forwarded: its author, subject and text, as the forward says."""

    sender: Address
    subject: str
    text: str


def original(incoming: IncomingMessage) -> Original | None:
    """The original of a forward: an attached mail first, else the topmost block of headers in the text."""
    for part in incoming.parts:
        if part.content_type == "message/rfc822" and part.content:
            found = _attached(part.content)
            if found is not None:
                return found
    return in_text(incoming.full_text)


def _attached(content: bytes) -> Original | None:
    inner = parse(content)
    if not inner.sender.email:
        return None
    return Original(inner.sender, inner.subject, inner.text[:MAX_TEXT])


def in_text(text: str) -> Original | None:
    """The original whose headers stand in a text; None when no block names an author with an address."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u202f", " ").split("\n")
    for index, line in enumerate(lines[:LOOKED_AT]):
        if len(line) > 300:
            continue
        found = _LINE.match(line)
        if found is None or not found.group("sender"):
            continue
        start = index
        while start > max(0, index - 6) and len(lines[start - 1]) < 300 and _LINE.match(lines[start - 1]):
            start -= 1
        made = _block(lines, start)
        if made is not None:
            return made
    return None


def _block(lines: list[str], start: int) -> Original | None:
    """The block of headers that begins there; two kinds of headers at least, one of them with the address."""
    kinds: set[str] = set()
    values: dict[str, str] = {}
    end, kind = start, ""
    for position in range(start, min(start + BLOCK, len(lines))):
        line = lines[position]
        found = _LINE.match(line) if len(line) < 1_000 else None
        if found:
            kind = next(name for name, value in found.groupdict().items() if value and name != "value")
            kinds.add(kind)
            values.setdefault(kind, found.group("value").strip())
            end = position + 1
        elif not line.strip(" >\t"):
            if kinds >= {"sender", "subject"} or len(kinds) >= 3:
                break
            if position > end:
                break
        elif kind and position == end and kind in values:  # a folded value
            values[kind] = f"{values[kind]} {line.strip()}"
            end = position + 1
        else:
            break
    marked = any(_MARK.match(line) for line in lines[max(0, start - 4) : start])
    if not (len(kinds) >= 3 or (marked and len(kinds) >= 2)):
        return None
    sender = _author(values.get("sender", ""))
    if sender is None:
        return None
    return Original(sender, _plain(values.get("subject", "")), _rest(lines[end:]))


def _author(value: str) -> Address | None:
    bracketed = _GMAIL.search(value)
    email = email_address(bracketed.group(1)) if bracketed else email_address(value)
    if not email:
        return None
    named = addresses(value.replace("[mailto:", "<").replace("mailto:", "").replace("]", ">"))
    name = named[0].name if named and named[0].email == email else value.split("<")[0].split("[")[0]
    name = _plain(name).strip(" \"'*<>()")
    return Address(email, "" if "@" in name else name[:200])


def _plain(value: str) -> str:
    return " ".join(value.replace("*", " ").split())


def _rest(lines: list[str]) -> str:
    quoted = [line for line in lines if line.strip()]
    if quoted and all(line.lstrip().startswith(">") for line in quoted):
        lines = [_QUOTE.sub("", line) for line in lines]
    return "\n".join(line.rstrip() for line in lines).strip("\n ")[:MAX_TEXT].strip()
