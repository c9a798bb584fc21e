"""HTML cleaned for the display (mail) and on the way in (an agent's editor)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3

from comptoir.lib.html import safety

MAX_DATA_PICTURE = 700_000  # characters of a data: address, about 500 kB of picture

_TEXT_TAGS = frozenset(
    """a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre
    q s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var
    wbr""".split()
)
_DROPPED_WITH_CONTENT = frozenset(
    "script style title head template noscript iframe object embed applet svg math textarea select xmp noembed".split()
) - {"head"}
_BOX = frozenset({"style", "align", "dir", "lang", "title", "width", "height", "bgcolor", "valign"})
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(_BOX),
    "a": {"href"},
    "img": {"src", "alt", "border"},
    "table": {"border", "cellpadding", "cellspacing", "background"},
    "td": {"colspan", "rowspan", "nowrap", "background"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "tr": {"background"},
    "col": {"span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "details": {"open"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[a-z0-9+/=\s]+", re.IGNORECASE)
_OWN_PICTURE = re.compile(r"(?:/files/[\w./?=&:%-]+|cid:[\w.@+-]+)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`html` is safe to show in a sandboxed frame; `blocked` counts the remote pictures that were left out."""

    html: str
    blocked: int = 0


def _no_picture(content_id: str) -> str | None:
    return None


def clean(html: str, *, remote: bool = False, picture: Callable[[str], str | None] = _no_picture) -> Cleaned:
    """Someone else's HTML made safe to show: no script, form, frame, style sheet or covering element.

    `picture` maps a Content-ID (without angle brackets) to our own address for that picture, or None when there is
    none. Remote pictures (also as backgrounds) stay out unless `remote`, and are counted. Links open elsewhere and
    tell nobody where they came from.
    """
    blocked = 0

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if name == "style":
            if not remote and "url(" in value.lower().replace(" ", "") and re.search(r"(?i)//|https?:", value):
                blocked += 1
            return safety.style(value) or None
        if name not in ("src", "background"):
            return value if name != "href" or _link(value) else None
        address = value.strip()
        scheme = address[:8].lower()
        if scheme.startswith("cid:"):
            return picture(address[4:].strip("<> "))
        if scheme.startswith("data:"):
            return address if len(address) <= MAX_DATA_PICTURE and _DATA_PICTURE.fullmatch(address) else None
        if scheme.startswith("//"):
            address, scheme = f"https:{address}", "https://"
        if not scheme.startswith(("http://", "https://")):
            return None
        if remote:
            return address
        blocked += 1
        return None

    safe = nh3.clean(
        safety.bounded(html),
        tags=set(_TEXT_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={
            "a": {"target": "_blank"},
            "img": {"loading": "lazy", "referrerpolicy": "no-referrer"},
        },
    )
    return Cleaned(html=safe, blocked=blocked)


def _link(value: str) -> bool:
    """A link must be absolute: relative ones would point into our own pages."""
    return value.strip()[:8].lower().startswith(("http://", "https://", "mailto:", "tel:"))


def own_picture(address: str) -> bool:
    """Whether the address of a picture is a file of ours (`/files/...`) or a part of the message (`cid:...`)."""
    return _OWN_PICTURE.fullmatch(address) is not None and ".." not in address


def clean_editor(html: str, *, own: Callable[[str], bool] = own_picture) -> str:
    """What an agent's editor may send, and nothing else: simple text, lists, links and pictures that are ours.

    `own` says whether the address of a picture is one of ours.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "a" and name == "href":
            return value if _link(value) else None
        if tag == "img" and name == "src":
            return value if own(value) else None
        return value if name in ("alt", "start") or value.isdigit() else None

    return nh3.clean(
        safety.bounded(html),
        tags=set("b strong i em u s del a ul ol li blockquote br p div pre code h1 h2 h3 img".split()),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes={"a": {"href"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
