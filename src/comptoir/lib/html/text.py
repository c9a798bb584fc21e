"""Text out of HTML (reading, search, the plain part of a mail) and HTML out of text."""

import re
from html import escape, unescape

import nh3

from comptoir.lib.html import safety

CUT = "\ue000"  # stands on a line of its own where a mail program put its mark "what follows is the old message"
SIGNED = "\ue001"  # the same for "what follows is the signature"

_TAGS = set(
    """a address article aside b blockquote br caption center dd div dl dt em figcaption footer form h1 h2 h3 h4 h5 h6
    header hr i li main nav ol p pre section strong table tbody td tfoot th thead tr ul""".split()
)
_NO_TEXT = {"script", "style", "title", "template", "svg", "math", "textarea", "select", "iframe", "object"}
_ATTRIBUTES: dict[str, set[str]] = {"*": {"class", "id", "style", "name"}, "a": {"href"}}
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>|([^<]+)")
_HREF = re.compile(r'\bhref="([^"]*)"')
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre".split())
_BLOCKS = _PARAGRAPHS | frozenset(
    """address article aside caption center dd div dt figcaption footer form header hr li main nav section tbody tfoot
    thead tr""".split()
)
# Outlook (desktop, mobile, web), Hotmail, Apple, Proton, Tuta, Zoho, Zimbra, GMX, Yahoo, Spark, Edison, Front and
# Windows Mail mark the old message like this.
_CUT_HERE = re.compile(
    r'\bid="(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|'
    r"ms-outlook-mobile-reference-message|isReplyContent|zmail_extra|zwchr|stopSpelling|edo-original|edo-message|replySplit|"
    r'reply-intro|quoted_header|yahoo_quoted\w*)"'
    r'|\bclass="[^"]*(?:\b|(?<=\d)|(?<=[a-z]))(?:yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|ms-outlook-mobile-reference-message'
    r"|OutlookMessageHeader|edo-original|front-blockquote|freshdesk_quote|quoted-reply|cm_quote|hs_reply)\b"
    r'|\bname="(?:quote|messageReplySection)"'
    r'|\bstyle="[^"]*border:\s*none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)\s+1\.0pt',
    re.IGNORECASE,
)
_SIGNED_HERE = re.compile(
    r'\bid="(?:x_)*(?:AppleMailSignature|ms-outlook-mobile-signature|protonmail_signature|lineBreakAtBeginningOfSignature|composer_signature)"'
    r'|\bclass="[^"]*\b(?:gmail_signature(?:_prefix)?|moz-signature|protonmail_signature_block|protonmail_signature_block-user|yahoo_signature|ms-outlook-mobile-signature|tutanota_signature)\b'
    r'|\bname="messageSignatureSection"',
    re.IGNORECASE,
)
# Gmail's own button "quote" makes such a block; an old message stands in a division of that name.
_OWN_QUOTE = re.compile(r'\bclass="[^"]*\bgmail_quote\b', re.IGNORECASE)
_OLD_MESSAGE = re.compile(r"""<div\b[^<>]*\bclass=["']?[^"'<>]*\bgmail_(?:quote|extra)""", re.IGNORECASE)


class _Writer:
    """Collects words into lines with the quote marks of the depth they stand in."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.depth = 0
        self.own_quotes = False
        self.unmarked: list[bool] = []
        self.verbatim = 0
        self.bullet = ""
        self.space = False

    def text(self, value: str) -> None:
        """Add text, with white space folded as a browser would."""
        if self.verbatim:
            first, *rest = value.split("\n")
            self.words.append(first)
            for line in rest:
                self.line(force=True)
                self.words.append(line)
            return
        folded = _SPACE.sub(" ", value)
        if folded[:1] == " ":
            self.space, folded = True, folded[1:]
        if not folded:
            return
        if self.space and self.words:
            self.words.append(" ")
        self.space = folded[-1] == " "
        self.words.append(folded[:-1] if self.space else folded)

    def line(self, *, force: bool = False) -> None:
        """End the line that is being written; `force` keeps it even if it is empty."""
        content = "".join(self.words).rstrip()
        if content or force:
            self.lines.append(f"{'> ' * self.depth}{self.bullet}{content}".rstrip())
            self.bullet = ""
        self.words.clear()
        self.space = False

    def blank(self) -> None:
        """Leave one empty line between paragraphs."""
        self.line()
        mark = ("> " * self.depth).rstrip()
        if self.lines and self.lines[-1] not in ("", mark):
            self.lines.append(mark)

    def quote(self, step: int) -> None:
        """Enter (1) or leave (-1) a quotation; the one that ends leaves no empty line of its own."""
        self.line()
        while self.depth and step < 0 and self.lines and self.lines[-1] == ("> " * self.depth).rstrip():
            self.lines.pop()
        self.depth = max(0, self.depth + step)
        if step < 0:
            self.blank()


def to_text(html: str, *, links: bool = False, marks: bool = False) -> str:
    """The text of some HTML: paragraphs and lines kept, list items with dashes, blockquotes with "> ".

    `links` adds the address of a link after its words when they differ. `marks` puts CUT and SIGNED on lines of their
    own where a mail program has marked the start of the old message or of a signature (for the reply reader).
    """
    normal = nh3.clean(
        safety.bounded(html).replace(CUT, "").replace(SIGNED, ""),
        tags=_TAGS,
        clean_content_tags=_NO_TEXT,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    writer = _Writer()
    writer.own_quotes = marks and "gmail_quote" in normal and not _OLD_MESSAGE.search(normal)
    address = ""
    start = 0
    for closing, tag, attributes, text in _TOKEN.findall(normal):
        if text:
            writer.text(unescape(text).replace("\xa0", " "))
        elif tag == "a" and links:
            if not closing:
                found = _HREF.search(attributes)
                address, start = (unescape(found.group(1)) if found else ""), len(writer.words)
            elif address:
                words = "".join(writer.words[start:]).strip()
                if address.removeprefix("mailto:") != words and address.rstrip("/") != words.rstrip("/"):
                    writer.words.append(f" <{address}>" if words else f"<{address}>")
                address = ""
        elif tag:
            _element(writer, tag, bool(closing), attributes, marks)
    writer.line()
    return _BLANK_LINES.sub("\n\n", "\n".join(writer.lines)).strip("\n")


def _element(writer: _Writer, tag: str, closing: bool, attributes: str, marks: bool) -> None:
    if tag == "br":
        writer.line(force=True)
    elif tag in ("td", "th"):
        writer.space = True
    elif tag in _PARAGRAPHS:
        writer.blank()
    elif tag in _BLOCKS:
        writer.line()
    if marks and attributes and not closing and _CUT_HERE.search(attributes):
        writer.line()
        writer.lines.append(CUT)
    elif marks and attributes and not closing and _SIGNED_HERE.search(attributes):
        writer.line()
        writer.lines.append(SIGNED)
    if tag == "blockquote":
        if closing:
            unmarked = writer.unmarked.pop() if writer.unmarked else False
        else:
            unmarked = writer.own_quotes and _OWN_QUOTE.search(attributes) is not None
            writer.unmarked.append(unmarked)
        if not unmarked:
            writer.quote(-1 if closing else 1)
    elif tag == "pre":
        writer.verbatim = max(0, writer.verbatim + (-1 if closing else 1))
    elif tag == "li" and not closing:
        writer.bullet = "- "
    elif tag == "hr":
        writer.lines.append("-" * 20)


_LINK = re.compile(r"(?i)\b(https?://[^\s<>\"]+|www\.[^\s<>\"]+\.[^\s<>\"]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)")


def from_text(text: str) -> str:
    """Plain text as HTML: paragraphs at empty lines, `<br>` at the others, addresses as links, everything escaped."""
    paragraphs = re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").replace("\r", "\n").strip("\n"))
    return "".join(
        f"<p>{'<br>'.join(_linked(line) for line in part.split(chr(10)))}</p>" for part in paragraphs if part
    )


def _linked(line: str) -> str:
    out, last = [], 0
    for found in _LINK.finditer(line):
        words = found.group().rstrip(".,;:!?)'’»]}")
        if "(" in words and line[found.start() + len(words) : found.start() + len(words) + 1] == ")":
            words += ")"
        if words.lower().startswith(("http://", "https://")):
            address = words
        elif "@" in words and not words.lower().startswith("www."):
            address = f"mailto:{words}"
        else:
            address = f"https://{words}"
        out.append(escape(line[last : found.start()]))
        out.append(f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{escape(words)}</a>')
        last = found.start() + len(words)
    out.append(escape(line[last:]))
    return "".join(out)
