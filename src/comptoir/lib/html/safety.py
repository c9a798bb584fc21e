"""Guards that run before the HTML parser, and the filter for inline styles."""

import re
from collections import Counter
from html import escape
from html.entities import html5

MAX_HTML = 1_000_000  # characters; what is longer is cut (a newsletter is under 200,000)
MAX_DEPTH = 400  # open elements at once: the parser's cost grows with the square of the depth
FEW_TAGS = 400  # below this there is nothing to count
FEW_AMPERSANDS = 10_000  # one that starts no entity makes the parser copy the rest of the text: more are dropped

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^>]*>?")
_ENTITY = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)?")
_SCRIPTS = re.compile(r"(?is)<(script|style|title)\b.*?(?:</\1|\Z)[^>]*>?")
# Elements without content, and those that the next one of their kind closes: they cannot nest.
_FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option".split()
)

_SAFE_PROPERTIES = frozenset(
    """background background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
    border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius
    border-right border-right-color border-right-style border-right-width border-spacing border-style border-top
    border-top-color border-top-style border-top-width border-width caption-side clear color direction display
    float font font-family font-size font-style font-variant font-weight height letter-spacing line-height
    list-style list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width
    min-height min-width padding padding-bottom padding-left padding-right padding-top table-layout text-align
    text-decoration text-indent text-transform vertical-align white-space width word-break word-spacing
    word-wrap overflow-wrap""".split()
)
# No backslash (CSS escapes), no parenthesis but those of a colour, hence no url(), expression() or image-set().
_SAFE_VALUE = re.compile(r"(?:[-\w\s.,%#'\"!+/]|(?:rgb|hsl)a?\([\d\s.,%/]*\))*", re.IGNORECASE)
_DISPLAYS = frozenset("block inline inline-block none table table-row table-cell list-item".split())


def bounded(html: str) -> str:
    """The same HTML, cut at MAX_HTML; nested deeper than MAX_DEPTH it comes back as escaped text without tags.

    html5ever is quadratic in the nesting: 200,000 times `<div>` kept it busy for three minutes when measured.
    """
    html = html[:MAX_HTML].replace("\x00", "")
    if html.count("&") > FEW_AMPERSANDS:
        html = _ENTITY.sub(_known_entity, html)
    if html.count("<") < FEW_TAGS or not _too_deep(html):
        return html
    return escape(_ANY_TAG.sub(" ", _SCRIPTS.sub(" ", html)), quote=False)


def _known_entity(found: re.Match[str]) -> str:
    name = found.group(1)
    return found.group() if name and (name[0] == "#" or name in html5) else (name or "")


def _too_deep(html: str) -> bool:
    opened: Counter[str] = Counter()
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _FLAT:
            continue
        if not closing:
            opened[tag] += 1
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1
    return False


def style(value: str) -> str:
    """The declarations of a style attribute that cannot load, cover or run anything, in their order."""
    kept = []
    for declaration in value.split(";"):
        name, _, text = declaration.partition(":")
        name, text = name.strip().lower(), text.strip()
        if name not in _SAFE_PROPERTIES or not text or len(text) > 200 or not _SAFE_VALUE.fullmatch(text):
            continue
        if name == "display" and text.lower().removesuffix("!important").strip() not in _DISPLAYS:
            continue
        if name.startswith(("margin", "text-indent")) and "-" in text:  # negative margins can cover what is above
            continue
        kept.append(f"{name}:{text}")
    return ";".join(kept)
