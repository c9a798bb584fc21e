"""HTML from outside: what is shown, what never gets through, and that no input takes long."""

import time

import pytest

from comptoir.lib.html import clean, clean_editor, from_text, to_text

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    "<applet code=x></applet>",
    "<form action='https://evil.example'><input name=q><button formaction='javascript:alert(1)'>x</button></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='width:exp/**/ression(alert(1))'>x</div>",
    "<div style='-moz-binding:url(https://evil.example/x.xml#a)'>x</div>",
    "<div style='behavior:url(x.htc)'>x</div>",
    "<div style='background:u\\72l(https://evil.example/x)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>x</div>",
    "<body onload=alert(1)>x</body>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<template><img src=x onerror=alert(1)></template>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "<table background='javascript:alert(1)'><tr><td>x</table>",
    "<img srcset='https://evil.example/x 2x'>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<a href='//evil.example' target=_top ping='https://evil.example'>x</a>",
]
FORBIDDEN = (
    "<script", "onerror", "onload", "onbegin", "onfocus", "ontoggle", "onstart", "javascript:", "vbscript:", "<iframe", "<object", "<embed",
    "<form", "<input", "<button", "<meta", "<base", "<link", "<style", "expression", "binding", "behavior", "position", "<svg", "<math",
    "srcset", "evil.example", "data:text", "svg+xml", "ping=", "<applet", "<marquee", "<template",
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("remote", [False, True])
def test_no_script_gets_through(attack: str, remote: bool) -> None:
    # What is left as text is harmless: only what stands inside a tag can do anything.
    for cleaned in (clean(attack, remote=remote).html, clean_editor(attack)):
        tags = "".join(part for part in cleaned.replace(">", ">\x00").split("\x00") if "<" in part)
        inside = "".join(piece.split(">")[0].join("<>") for piece in tags.split("<")[1:]).lower()
        assert [word for word in FORBIDDEN if word in inside] == []


def test_remote_pictures_are_blocked_and_counted() -> None:
    html = (
        '<img src="https://t.example/pixel.gif" width="1"><img src="//t.example/2.gif"><td background="http://t.example/3">'
        '<table background="http://t.example/4"><tr><td>x</td></tr></table><p style="background:url(https://t.example/5)">y</p>'
        '<img src="cid:logo@shop"><img src="data:image/png;base64,iVBORw0=">'
    )
    shut = clean(html, picture={"logo@shop": "/files/logo"}.get)
    assert shut.blocked == 4
    assert "t.example" not in shut.html
    assert 'src="/files/logo"' in shut.html
    assert "data:image/png" in shut.html
    opened = clean(html, remote=True)
    assert opened.blocked == 0
    assert opened.html.count("t.example") == 3  # a style never loads anything


def test_links_open_elsewhere_and_tell_nothing() -> None:
    html = clean('<a href="https://shop.example/a?b=1&amp;c=2" onclick="x()">A</a>').html
    assert html.startswith("<a ")
    assert 'href="https://shop.example/a?b=1&amp;c=2"' in html
    assert 'target="_blank"' in html
    assert 'rel="noopener noreferrer nofollow"' in html
    assert "href" not in clean('<a href="/settings/delete">x</a>').html


def test_style_keeps_the_harmless() -> None:
    html = clean(
        '<p style="color: #f00; margin: 10px; margin-left:-500px; position:absolute; display:none; font-size:12px">x</p>'
    ).html
    assert html == '<p style="color:#f00;margin:10px;display:none;font-size:12px">x</p>'


def test_editor_takes_its_own_pictures_only() -> None:
    html = clean_editor(
        '<p class="x" style="color:red">a<img src="/files/ab-1" alt="b"><img src="https://x.example/1"><img src="/files/../x"></p>'
    )
    assert html.count("src=") == 1
    assert "style" not in html
    assert "class" not in html


def test_text_of_html() -> None:
    html = "<style>p{}</style><p>Bonjour&nbsp;<b>à</b> tous,</p><ul><li>un<li>deux</ul><blockquote>cité<br>encore</blockquote><pre>a\n  b</pre>"
    assert to_text(html) == "Bonjour à tous,\n\n- un\n- deux\n\n> cité\n> encore\n\na\n  b"
    assert to_text('<a href="https://x.example/">ici</a>', links=True) == "ici <https://x.example/>"
    assert to_text("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>") == "1 2\n3"


def test_html_of_text_escapes_and_links() -> None:
    assert from_text("a <b>\nc\n\nd") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"
    html = from_text('voir https://x.example/a?b="onx, merci')
    assert html.startswith(
        '<p>voir <a href="https://x.example/a?b=" rel="noopener noreferrer nofollow">https://x.example/a?b=</a>&quot;onx'
    )


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 200_000,
        "<b></p>" * 100_000,
        "<table><tr><td>" * 20_000,
        "&" * 900_000,
        "&Z;" * 300_000,
        "<" * 900_000,
        "<p>" * 300_000,
        "<!--" * 200_000,
    ],
    ids=["div", "b", "table", "ampersand", "entity", "less", "p", "comment"],
)
def test_bombs_are_defused(bomb: str) -> None:
    began = time.process_time()
    clean(bomb)
    to_text(bomb)
    assert time.process_time() - began < 5
