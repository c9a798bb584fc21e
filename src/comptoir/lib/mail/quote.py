"""The quoted history below an answer, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import escape

from comptoir.lib.dates.human import long_moment
from comptoir.lib.html import clean, from_text, to_text

MAX_QUOTED = 20_000  # characters of one earlier message
_BAR = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"


@dataclass(frozen=True, slots=True)
class Quoted:
    """An earlier message: who wrote it, when, and what; HTML need not be clean."""

    author: str
    at: datetime
    text: str = field(repr=False)
    html: str = field(default="", repr=False)


def attribution(author: str, at: datetime, language: str, zone: str | tzinfo) -> str:
    """« Le 24 novembre 2026 à 10 h 00, X a écrit : » or "On 24 November 2026 at 10:00, X wrote:"."""
    name = " ".join(author.split())[:120]
    when = long_moment(at, language if language.startswith("fr") else "en", zone)
    return f"Le {when}, {name} a écrit\u202f:" if language.startswith("fr") else f"On {when}, {name} wrote:"


def quote_text(messages: Sequence[Quoted], language: str, zone: str | tzinfo) -> str:
    """The history for the plain part, newest first, each line behind "> "; "" if there is none."""
    blocks = []
    for message in messages:
        text = (message.text or to_text(message.html))[:MAX_QUOTED].strip("\n")
        lines = (f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.splitlines())
        blocks.append(f"{attribution(message.author, message.at, language, zone)}\n\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def quote_html(messages: Sequence[Quoted], language: str, zone: str | tzinfo) -> str:
    """The history for the HTML part, cleaned; mail programs fold it away as they do with their own."""
    blocks = []
    for message in messages:
        short = message.html and len(message.html) <= MAX_QUOTED * 5
        inner = clean(message.html).html if short else from_text(message.text[:MAX_QUOTED])
        line = escape(attribution(message.author, message.at, language, zone))
        blocks.append(
            f'<div class="gmail_quote"><div class="gmail_attr">{line}</div>'
            f'<blockquote class="gmail_quote" type="cite" style="{_BAR}">{inner}</blockquote></div>'
        )
    return "\n".join(blocks)
