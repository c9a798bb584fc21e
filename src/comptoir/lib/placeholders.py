"""Places of a text that a value fills, in Liquid's manner: `{{ order.number }}`, `{{ customer.first_name | default: "à vous" }}`.

The grammar, whole: `{{ name }}` or `{{ name | default: "text" }}`, where a name is words of a-z, 0-9 and _ joined by
dots; `fallback:` and a bare `| "text"` say the same as `default:`. Quotes may be " ' “ ” « ». Nothing else is read: no
loop, no condition, no expression. What a value holds is escaped and never read again.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from html import escape, unescape
from urllib.parse import quote

from comptoir.lib.html import from_text, to_text

LONGEST = 300  # characters between the braces
MOST = 200  # places in a text

_TOKEN = re.compile(r"(<[^<>]*>)|([^<]+|<)")
_PLACE = re.compile(rf"\{{\{{(.{{0,{LONGEST}}}?)\}}\}}", re.DOTALL)
_NOTHING = "\ue001"  # stands where an empty fallback does, until the blank before it is gone
_BEFORE_MARK = re.compile(f"[ \xa0]+{_NOTHING}(?=[,.…])")
_INSIDE = re.compile(
    r"""\s*(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\s*
    (?:\|\s*(?:(?:default|fallback)\s*:\s*)?(?:"(?P<a>[^"{}]*)"|'(?P<b>[^'{}]*)'|“(?P<c>[^”{}]*)”|«\s*(?P<d>[^»{}]*?)\s*»)\s*)?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place. `fallback` is None when none was written: then a missing value stops the message."""

    name: str
    fallback: str | None = None

    def __str__(self) -> str:
        return f"{{{{ {self.name} }}}}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be used as it is written; `code`: broken (no such grammar) or unknown (no such name)."""

    code: str
    written: str
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values; `missing` are the names that had neither value nor fallback, which stand as written."""

    html: str
    missing: list[str] = field(default_factory=list)


def parse(inside: str) -> Place | None:
    """What stands between two braces, entities allowed; None for what is not in the grammar."""
    found = _INSIDE.fullmatch(unescape(inside))
    if found is None:
        return None
    given = [text for text in found.group("a", "b", "c", "d") if text is not None]
    return Place(found["name"], given[0] if given else None)


def places(html: str) -> list[Place]:
    """The well-formed places of some HTML, in order."""
    found = (parse(match[1]) for match in _PLACE.finditer(html))
    return [place for place in found if place is not None][:MOST]


def problems(html: str, known: Collection[str]) -> list[Problem]:
    """Everything with braces that would not be filled, each once, with the name that was perhaps meant."""
    found: dict[str, Problem] = {}
    for tag, text in _TOKEN.findall(html):
        piece = tag or text
        rest = _PLACE.sub("", piece)
        for match in _PLACE.finditer(piece):
            written, place = unescape(match[0]), parse(match[1])
            if place is None:
                found[written] = Problem("broken", written)
            elif place.name not in known:
                near = get_close_matches(place.name, list(known), 1, 0.6)
                found[written] = Problem("unknown", written, near[0] if near else "")
        if "{{" in rest or "}}" in rest:
            at = max(rest.find("{{"), rest.find("}}"))
            written = unescape(rest[max(0, at - 10) : at + 30]).strip()
            found[written] = Problem("broken", written)
    return list(found.values())


def fill(html: str, value: Callable[[str], str | None]) -> Filled:
    """Put the values in. In the text they are escaped, names that end in `_url` become links; in an address they are quoted.

    An unknown place and one whose value is missing stay, so that whoever reads the text sees them.
    """
    missing: dict[str, None] = {}

    def put(match: re.Match[str], *, address: bool) -> str:
        place = parse(match[1])
        if place is None:
            return match[0]
        found = value(place.name)
        if not found:
            if place.fallback is None:
                missing[place.name] = None
                return str(place)
            found = place.fallback or _NOTHING
        elif place.name.endswith("_url") and not address:
            return f'<a href="{escape(found)}">{escape(found)}</a>' if found.startswith(("http://", "https://")) else ""
        return quote(found.strip(_NOTHING), safe="") if address else escape(found, quote=False).replace("\n", "<br>")

    out = []
    for tag, text in _TOKEN.findall(html):
        out.append(
            _PLACE.sub(lambda match: put(match, address=True), tag)
            if tag
            else _PLACE.sub(lambda match: put(match, address=False), text)
        )
    return Filled(_BEFORE_MARK.sub("", "".join(out)).replace(_NOTHING, ""), list(missing))


def fill_line(text: str, value: Callable[[str], str | None]) -> str:
    """Put the values into one line of plain text, such as a subject: nothing is escaped, and it stays one line."""
    return to_text(fill(from_text(text), value).html).replace("\n", " ")
