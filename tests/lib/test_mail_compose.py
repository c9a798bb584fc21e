"""Mail that leaves: read back by another parser, byte rules checked."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comptoir.lib.mail.compose import NotSendable, compose, envelope_sender, recipients
from comptoir.lib.mail.parse import parse
from comptoir.lib.mail.quote import Quoted, attribution, quote_html, quote_text
from comptoir.lib.mail.reply import visible, visible_html
from comptoir.ports.channel import Address, OutgoingMessage, Part

PLAIN = OutgoingMessage(
    message_id="m1@alba.example",
    sender=Address("aide@alba.example", "Maison Alba"),
    to=(Address("camille@example.org", "Camille Étienne"),),
    subject="Votre commande",
    text="Bonjour,\n\nc’est parti.\n",
    date=datetime(2026, 11, 24, 9, tzinfo=UTC),
)


def changed(**changes: object) -> OutgoingMessage:
    from dataclasses import replace

    return replace(PLAIN, **changes)  # type: ignore[arg-type]


def sent(message: OutgoingMessage) -> EmailMessage:
    raw = compose(message)
    assert raw.isascii()
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_plain() -> None:
    read = sent(PLAIN)
    assert read.get_content_type() == "text/plain"
    assert read["From"] == "Maison Alba <aide@alba.example>"
    assert read["To"].addresses[0].display_name == "Camille Étienne"
    assert read["Message-ID"] == "<m1@alba.example>"
    assert read["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert read.get_content() == "Bonjour,\r\n\r\nc’est parti.\r\n"


def test_all_of_it() -> None:
    message = changed(
        html='<p>Voyez <img src="cid:p@alba"></p>',
        cc=(Address("b@example.org", "Dupont, Jean"),),
        bcc=(Address("secret@example.org"),),
        reply_to=(Address("r+key@alba.example"),),
        in_reply_to="c1@example.org",
        references=("<c0@example.org>", "c1@example.org", "not one"),
        headers={"Auto-Submitted": "auto-replied"},
        envelope_from="bounces@alba.example",
        parts=(
            Part("photo été.png", "image/png", b"\x89PNG", "p@alba", inline=True),
            Part("Reçu n° 7.pdf", "application/pdf", b"%PDF-" + b"x" * 500),
            Part("Ancien.eml", "message/rfc822", b"Subject: x\r\n\r\nhello\r\n"),
        ),
    )
    read = sent(message)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/pdf", "message/rfc822", "text/plain",
    ]  # fmt: skip
    assert [part.get_filename() for part in read.walk() if part.get_filename()] == [
        "photo été.png",
        "Reçu n° 7.pdf",
        "Ancien.eml",
    ]
    assert read["Cc"].addresses[0].display_name == "Dupont, Jean"
    assert read["Bcc"] is None
    assert b"secret@" not in compose(message)
    assert read["References"].split() == ["<c0@example.org>", "<c1@example.org>"]
    assert read["Auto-Submitted"] == "auto-replied"
    assert recipients(message) == ["camille@example.org", "b@example.org", "secret@example.org"]
    assert envelope_sender(message) == "bounces@alba.example"
    back = parse(compose(message))
    assert [(part.name, part.inline, len(part.content)) for part in back.parts] == [
        ("photo été.png", True, 4),
        ("Reçu n° 7.pdf", False, 505),
        ("Ancien.eml", False, 18),
    ]


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: evil@example.org",
        "x\nX-Evil: 1",
        "x\r X-Evil: 1",
        "x\u2028X-Evil: 1",
        "x\x00\x0b",
        "=?utf-8?q?a=0D=0AX-Evil=3A_1?=",
    ],
)
def test_no_header_can_be_slipped_in(evil: str) -> None:
    message = changed(
        subject=evil, sender=Address("aide@alba.example", evil), to=(Address("c@example.org", evil),), headers={"X-Note": evil}, in_reply_to=evil,
        references=(evil,), message_id=evil, parts=(Part(evil, evil, b"x", evil),),
    )  # fmt: skip
    read = sent(message)
    assert set(read.keys()) <= {
        "Date",
        "Message-ID",
        "From",
        "To",
        "Subject",
        "MIME-Version",
        "X-Note",
        "Content-Type",
        "In-Reply-To",
        "References",
    }
    assert [key for part in read.walk() for key in part if key.lower() in ("bcc", "x-evil")] == []


@pytest.mark.parametrize(
    "address",
    ["", "x", "@example.org", "a@", "a b@example.org", "a@b\r\nRCPT TO:<x@y>", "a@example.org>", "<a@example.org", "a@exam ple.org", "é@example.org", "a@-x.org", "a" * 65 + "@x.fr", "a@x..fr", "a,b@x.fr"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    message = changed(to=(Address(address),))
    with pytest.raises(NotSendable):
        compose(message)
    with pytest.raises(NotSendable):
        recipients(message)


def test_reserved_headers_are_refused() -> None:
    for name in ("Bcc", "From", "Content-Type", "X Y", "X:Y", "", "DKIM-Signature"):
        with pytest.raises(NotSendable):
            compose(changed(headers={name: "x"}))


def test_foreign_domains_go_out_as_ascii() -> None:
    assert recipients(changed(to=(Address("jo@exämple.de"),))) == ["jo@xn--exmple-cua.de"]


def test_long_threads_keep_both_ends() -> None:
    references = sent(changed(references=tuple(f"{n}@x" for n in range(200))))["References"].split()
    assert (len(references), references[0], references[-1]) == (30, "<0@x>", "<199@x>")


def test_forty_recipients_and_endless_lines() -> None:
    to = tuple(Address(f"personne{n}@example.org", f"Personne numéro {n} au nom très, très long") for n in range(40))
    read = sent(changed(to=to, text="x" * 100_000, html="<p>" + "é" * 50_000, subject="é" * 500))
    assert [address.addr_spec for address in read["To"].addresses] == [address.email for address in to]
    assert read["Subject"] == "é" * 500
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content() == "x" * 100_000 + "\r\n"


@settings(max_examples=80, deadline=None)
@given(subject=st.text(max_size=120), name=st.text(max_size=60), text=st.text(max_size=400), file=st.text(max_size=80))
def test_anything_can_be_written(subject: str, name: str, text: str, file: str) -> None:
    sent(changed(subject=subject, sender=Address("a@b.fr", name), text=text, parts=(Part(file, "text/plain", b"x"),)))


AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_quotes_in_the_readers_language() -> None:
    assert (
        attribution("Camille", AT, "fr", "Europe/Paris")
        == "Le 24 novembre 2026 à 10\xa0h\xa000, Camille a écrit\u202f:"
    )
    assert attribution("Camille\r\nX", AT, "en", "Europe/Paris") == "On 24 November 2026 at 10:00, Camille X wrote:"
    history = [Quoted("Camille <b>", AT, "Bonjour\n> déjà cité\n\nfin", "<p>Bonjour<script>x</script></p>")]
    assert quote_text(history, "fr", "Europe/Paris").endswith("a écrit\u202f:\n\n> Bonjour\n>> déjà cité\n>\n> fin")
    html = quote_html(history, "fr", "Europe/Paris")
    assert "Camille &lt;b&gt;" in html
    assert "<script" not in html
    assert (quote_text([], "fr", "UTC"), quote_html([], "fr", "UTC")) == ("", "")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_our_own_quotes_are_cut_again(language: str) -> None:
    history = [Quoted("Camille", AT, "Bonjour"), Quoted("Alba", AT, "Merci")]
    assert visible(f"Nouveau\n\n{quote_text(history, language, 'UTC')}").text == "Nouveau"
    assert visible_html(f"<p>Nouveau</p>{quote_html(history, language, 'UTC')}").text == "Nouveau"
