"""Every template of the project: it compiles, keeps the content policy, and names only icons that exist."""

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from comptoir.ui.icon import FOLDER, drawing

SOURCE = Path(__file__).parents[2] / "src" / "comptoir"
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.html"))
MAIL = {"outbox", "campaigns"}  # rooms whose templates are letters: a mail needs inline styles
FORBIDDEN = {
    "a script written in the page": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(ld\+)?json)[^>]*>", re.I
    ),
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "an on… attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "hx-on": re.compile(r"\shx-on[:=-]", re.I),
    "a filter in hx-trigger": re.compile(r"hx-trigger\s*=\s*\"[^\"]*\[", re.I),
    "js: values": re.compile(r"hx-(vals|headers|vars)\s*=\s*[\"'](js|javascript):", re.I),
    "a foreign address for a script, style or picture": re.compile(
        r"<(script|link|img)\b[^>]*(src|href)\s*=\s*[\"']https?:", re.I
    ),
}


def name(path: Path) -> str:
    return str(path).split("/templates/", 1)[1]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles_and_keeps_the_policy(path: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    get_template(name(path))
    if path.relative_to(SOURCE).parts[0] in MAIL:
        return
    assert {what for what, pattern in FORBIDDEN.items() if pattern.search(text)} == set()
    for icon in re.findall(r"{% icon \"([^\"]+)\"", text):
        drawing(icon)


def test_the_rules_catch_what_they_forbid() -> None:
    bad = (
        '<script>x</script><style>a</style><p style="color: red" onclick="x()" hx-on:click="y"></p>'
        '<div hx-trigger="click[ctrlKey]" hx-vals="js:{}"></div><img src="https://x.test/a.png">'
    )
    assert all(pattern.search(bad) for pattern in FORBIDDEN.values())


def test_every_icon_is_drawn_alike() -> None:
    for path in FOLDER.rglob("*.svg"):
        box, inner = drawing(str(path.relative_to(FOLDER).with_suffix("")))
        assert box in ("0 0 20 20", "0 0 24 24", "0 0 32 32")
        assert "style=" not in inner
        assert "<script" not in inner


def test_the_inbox_rendition_uses_only_components() -> None:
    page = Path(__file__).parent / "pages" / "inbox.html"
    text = page.read_text()
    assert {what for what, pattern in FORBIDDEN.items() if pattern.search(text)} == set()
    engines["django"].from_string(text)
