"""The one file that a shop's pages load."""

import gzip
import json
import re

import pytest
from django.test import Client

from comptoir.conversations.models import Inbox
from comptoir.core import files
from comptoir.core.models import Shop
from comptoir.lib.colours import contrast, ink_on, luminance
from comptoir.portal.chat.faces import drawing
from comptoir.portal.chat.widget import SOURCE
from tests import world

pytestmark = pytest.mark.django_db
LIMIT = 15_000  # bytes, compressed


def script(client: Client) -> str:
    return client.get("/s/maison-alba/chat.js").content.decode()


def test_it_weighs_less_than_fifteen_kilobytes(client: Client, chat_inbox: Inbox) -> None:
    camille = world.camille()
    photo = (SOURCE.parents[2] / "ui/static/ui/img/camille.svg").read_bytes()
    camille.photo = files.save(photo, name="camille.svg", content_type="image/svg+xml")
    camille.save()
    text = script(client)
    assert "viewBox" in text
    assert len(gzip.compress(text.encode(), 9)) < LIMIT


def test_it_is_kept_by_browsers_and_asked_for_again_by_its_tag(client: Client, chat_inbox: Inbox) -> None:
    first = client.get("/s/maison-alba/chat.js")
    assert first["Content-Type"].startswith("text/javascript")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in first["Cache-Control"]
    assert not first.cookies
    again = client.get("/s/maison-alba/chat.js", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content
    Shop.objects.update(name="Maison Albe")
    assert client.get("/s/maison-alba/chat.js", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_it_runs_under_a_strict_policy(client: Client, chat_inbox: Inbox) -> None:
    program = script(client)
    for forbidden in (
        r"\beval\b",
        r"new Function",
        r"innerHTML",
        r"outerHTML",
        r"insertAdjacentHTML",
        r"document\.write",
    ):
        assert not re.search(forbidden, program), forbidden
    assert not re.search(r"""["']style["']\s*[:,]""", program)
    assert "document.cookie" not in program
    assert "adoptedStyleSheets" in program


def test_french_has_its_narrow_spaces() -> None:
    assert not re.search(r"[^\u202f][?!;](?=[ \"])", (SOURCE / "words" / "fr.json").read_text())


def test_what_a_shop_is_called_cannot_end_the_script(client: Client, chat_inbox: Inbox) -> None:
    name = '</script><script>alert(1)</script>"\u2028'
    Shop.objects.update(name=name)
    text = script(client)
    assert "</script" not in text
    given = json.loads(text.split("const SHOP = ")[1].split(";\n")[0])
    assert given["name"] == name
    assert given["hours"]["zone"] == "Europe/Paris"


def test_a_drawing_is_reduced_to_known_shapes() -> None:
    evil = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script>
    <path d="M0 0h9" fill="url(https://spy.example)" onclick="x()"/><a href="javascript:x()"><circle r="2"/></a></svg>"""
    assert drawing(evil) == ["svg", {"viewBox": "0 0 9 9"}, [["path", {"d": "M0 0h9"}]]]
    assert drawing(b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>') is None
    assert drawing(b"<html></html>") is None


def test_the_theme_can_be_read_on_every_accent(client: Client) -> None:
    shop = world.shop(accent="#ffe600", accent_dark="red;}a{x:")
    sheet = client.get("/s/maison-alba/theme.css").content.decode()
    assert "--accent: #ffe600; --accent-ink: #1f1d1a;" in sheet
    assert "a{x:" not in sheet
    assert shop.accent_dark not in sheet
    for colour in ("#000", "#ffffff", "#6a3a52", "#d6a8be", "#1d6b55", "#777777", "#0af"):
        assert contrast(luminance(colour), luminance(ink_on(colour))) >= 4.5
