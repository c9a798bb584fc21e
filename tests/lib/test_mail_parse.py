"""Mail as it comes: the cases of tests/mail, hostile input, and mutations of all of it."""

import time
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comptoir.lib.mail import body
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Address, Bounce, IncomingMessage, MessageKind

CASES = Path(__file__).parent.parent / "mail"


def read(name: str, **options: list[str]) -> IncomingMessage:
    return parse((CASES / f"{name}.eml").read_bytes(), **options)


def mail(headers: str, text: str = "x") -> bytes:
    return f"{headers}\r\n\r\n{text}".encode("utf-8", "surrogateescape")


def test_simple() -> None:
    message = read("simple")
    assert message.kind is MessageKind.MESSAGE
    assert message.sender == Address("camille@example.org", "Camille Étienne")
    assert message.to == (Address("aide@alba.example", "Maison Alba"),)
    assert message.subject == "Où est ma commande\xa0?"
    assert message.external_id == "c1@example.org"
    assert message.sent_at == datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=1)))
    assert message.text == "Bonjour,\n\nOù est ma commande MA-10482 ?\n\nCamille"
    assert (message.automatic, message.has_quote, message.warnings, message.parts) == (False, False, (), ())


def test_reply_from_gmail() -> None:
    message = read("reply_gmail_fr")
    assert message.text == "Merci, c’est reçu !"
    assert message.has_quote
    assert "Votre colis est parti." in message.full_text
    assert message.in_reply_to == ("r1@alba.example",)
    assert message.references == ("r0@alba.example", "r1@alba.example")
    assert "gmail_quote" in message.html


def test_an_answer_of_a_python_program_that_folds_long_identifiers_as_encoded_words() -> None:
    mail, ours = EmailMessage(), f"{'0af' * 10}09.12345.1{'abcdefgh' * 2}@maison-alba.example"
    mail["From"], mail["In-Reply-To"], mail["References"] = "c@example.org", f"<{ours}>", f"<r0@alba.example> <{ours}>"
    mail.set_content("Merci")
    data = mail.as_bytes()
    assert b"=?utf-8?q?=3C" in data
    message = parse(data)
    assert (message.in_reply_to, message.references) == ((ours,), ("r0@alba.example", ours))


def test_reply_from_outlook_without_plain_text() -> None:
    message = read("reply_outlook_html")
    assert message.text == "Parfait, c’est noté."
    assert message.has_quote


def test_tree_of_parts() -> None:
    message = read("nested")
    assert message.text == "Voir la photo."
    parts = [(part.name, part.content_type, part.inline, part.content_id) for part in message.parts]
    assert parts == [
        ("image-1.png", "image/png", True, "photo@x"),
        ("image-2.png", "image/png", False, "unused@x"),
        ("Votre facture n° 7.eml", "message/rfc822", False, ""),
        ("reçu n°7.pdf", "application/pdf", False, ""),
    ]
    assert message.parts[3].content == b"%PDF-"
    assert b"%PDF" in message.parts[2].content


def test_delivery_report() -> None:
    message = read("bounce_dsn")
    assert message.kind is MessageKind.BOUNCE
    assert message.automatic
    assert message.bounces == (
        Bounce("jean@example.com", True, "5.1.1", "550 5.1.1 User unknown", "ours-7@alba.example"),
        Bounce("lea@example.com", False, "4.2.2", "452 4.2.2 Mailbox full", "ours-7@alba.example"),
    )
    assert message.bounce == message.bounces[0]


def test_bounce_in_prose() -> None:
    message = read("bounce_prose")
    assert message.kind is MessageKind.BOUNCE
    assert message.bounce == Bounce(
        "jean@example.com", True, "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)", "ours-8@alba.example"
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("vacation_fr", MessageKind.AUTO_REPLY),
        ("complaint_arf", MessageKind.COMPLAINT),
        ("receipt", MessageKind.RECEIPT),
        ("bulk", MessageKind.BULK),
    ],
)
def test_machines(name: str, kind: MessageKind) -> None:
    message = read(name)
    assert message.kind is kind
    assert message.automatic


@pytest.mark.parametrize(
    ("header", "automatic", "kind"),
    [
        ("Auto-Submitted: no", False, MessageKind.MESSAGE),
        ("Auto-Submitted: auto-generated", True, MessageKind.MESSAGE),
        ("Auto-Submitted: auto-replied; owner=x", True, MessageKind.AUTO_REPLY),
        ("X-Autoreply: yes", True, MessageKind.AUTO_REPLY),
        ("Precedence: auto_reply", True, MessageKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: OOF", True, MessageKind.MESSAGE),
        ("Return-Path: <>", True, MessageKind.MESSAGE),
        ("Subject: Out of office: back on Monday", True, MessageKind.AUTO_REPLY),
        ("Subject: Absence du bureau", True, MessageKind.AUTO_REPLY),
        ("Subject: Abwesenheitsnotiz", True, MessageKind.AUTO_REPLY),
        ("Subject: Je suis en vacances de quoi ?", False, MessageKind.MESSAGE),
        ("Subject: Colis non livré", False, MessageKind.MESSAGE),
        ("Subject: Returned parcel", False, MessageKind.MESSAGE),
    ],
)
def test_kinds_by_header(header: str, automatic: bool, kind: MessageKind) -> None:
    message = parse(mail(f"From: jean@example.org\r\n{header}", "Bonjour"))
    assert (message.automatic, message.kind) == (automatic, kind)


def test_a_customer_who_writes_about_a_failed_delivery_is_no_bounce() -> None:
    raw = mail(
        "From: jean@example.org\r\nSubject: Re: livraison",
        "Delivery failed, the parcel was returned to sender. 550 euros!",
    )
    assert parse(raw).kind is MessageKind.MESSAGE


def test_broken_headers_and_charsets() -> None:
    message = read("torture")
    assert message.sender == Address("jose@example.org", "Étienne, José")
    assert message.subject == "Groß éé brut é"
    assert message.to == ()
    assert [address.email for address in message.cc] == ["a@example.org", "b@example.org", "c@example.org"]
    assert message.external_id == "ab@example.org"
    assert message.sent_at is None
    assert message.text == "Grüße =ZZ fin"


@pytest.mark.parametrize(
    ("label", "data"),
    [
        ("utf-8", "é€漢".encode()), ("iso-8859-1", "é€漢".encode()), ("us-ascii", "é€漢".encode()), ("nonsense", "é€漢".encode()), ("", "é€漢".encode()),
        ("utf-16", "é€漢".encode("utf-16")), ("gb2312", "é€漢".encode("gb18030")), ("Big5", "é€漢".encode()),
    ],
)  # fmt: skip
def test_wrong_charset_labels(label: str, data: bytes) -> None:
    raw = f"From: a@b.fr\r\nContent-Type: text/plain; charset={label}\r\n\r\n".encode() + data
    assert parse(raw).text == "é€漢"


def test_codecs_that_are_no_charset_are_refused() -> None:
    for label in ("rot13", "zip", "idna", "punycode", "unicode_escape", "undefined", "mbcs", "base64"):
        assert parse(mail(f"From: a@b.fr\r\nContent-Type: text/plain; charset={label}", "a\\x41")).text == "a\\x41"


@pytest.mark.parametrize(
    ("value", "email", "name"),
    [
        ("jean@example.org", "jean@example.org", ""),
        ("Jean <JEAN@Example.ORG>", "jean@example.org", "Jean"),
        ("jean@example.org (Jean D.)", "jean@example.org", "Jean D."),
        ('"Dupont, Jean" <jean@example.org>', "jean@example.org", "Dupont, Jean"),
        ('"evil@bank.example" <jean@example.org>', "jean@example.org", "evil@bank.example"),
        ("evil@bank.example <jean@example.org>", "jean@example.org", "evil@bank.example"),
        ("=?utf-8?q?=C3=89lo=C3=AFse?= <e@example.org>", "e@example.org", "Éloïse"),
        ("=?utf-8?q?a=40b.example=0D=0ABcc=3A_x?= <e@example.org>", "e@example.org", "a@b.exampleBcc: x"),
        ("<jean@example.org", "jean@example.org", ""),
        ("", "", ""),
        ("Jean", "", "Jean"),
        ("Jean <>", "", "Jean"),
        ("a\u202e <jean@example.org>", "jean@example.org", "a"),
    ],
)
def test_senders(value: str, email: str, name: str) -> None:
    assert parse(mail(f"From: {value}")).sender == Address(email, name)


def test_unreadable_sender_is_told() -> None:
    assert parse(b"").warnings == ("L’expéditeur n’est pas lisible.",)
    assert parse(mail("From: ???\r\nReply-To: jean@example.org")).sender.email == "jean@example.org"


RESULTS = "Authentication-Results: mx.alba.example; dmarc={result} header.from={domain}; spf=pass smtp.mailfrom=x; dkim=fail; dkim=pass\r\n"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            RESULTS.format(result="pass", domain="example.org") + "From: a@example.org",
            {"dmarc": "pass", "spf": "pass", "dkim": "pass"},
        ),
        (
            RESULTS.format(result="fail", domain="example.org") + "From: a@example.org",
            {"dmarc": "fail", "spf": "pass", "dkim": "pass"},
        ),
        (
            RESULTS.format(result="pass", domain="evil.example") + "From: a@example.org",
            {"dmarc": "mismatch", "spf": "pass", "dkim": "pass"},
        ),
        (
            RESULTS.format(result="pass", domain="example.org") + "From: a@example.org, b@x.example",
            {"dmarc": "multiple", "spf": "pass", "dkim": "pass"},
        ),
        (
            RESULTS.format(result="pass", domain="example.org") + "From: a@example.org\r\nFrom: b@x.example",
            {"dmarc": "multiple", "spf": "pass", "dkim": "pass"},
        ),
        ("Authentication-Results: evil.example; dmarc=pass header.from=example.org\r\nFrom: a@example.org", {}),
        (
            "Authentication-Results: evil.example (mx.alba.example); dmarc=pass header.from=example.org\r\nFrom: a@example.org",
            {},
        ),
    ],
)
def test_only_our_own_server_is_believed(headers: str, expected: dict[str, str]) -> None:
    assert parse(mail(headers), trusted=["MX.alba.example"]).authentication == expected
    assert parse(mail(headers)).authentication == {}


def test_results_below_our_received_line_are_forged() -> None:
    ours = "Authentication-Results: mx.alba.example; spf=fail\r\nReceived: from evil.example\r\n"
    forged = RESULTS.format(result="pass", domain="example.org")
    assert parse(mail(f"{ours}{forged}From: a@example.org"), trusted=["mx.alba.example"]).authentication == {
        "spf": "fail"
    }


def test_names_of_files_are_harmless() -> None:
    raw = mail(
        "From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=b",
        '--b\r\nContent-Disposition: attachment; filename="../../etc/passwd"\r\nContent-Type: text/plain\r\n\r\nx\r\n'
        '--b\r\nContent-Disposition: attachment; filename="=?utf-8?q?a=0D=0AX-Evil=3A_1=2Etxt?="\r\nContent-Type: text/plain\r\n\r\nx\r\n'
        "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n--b--",
    )
    assert [part.name for part in parse(raw).parts] == ["passwd", "aX-Evil 1.txt", "fichier-3.pdf"]


def test_limits_leave_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_PART", 3)
    monkeypatch.setattr(body, "MAX_PARTS", 2)
    part = "--b\r\nContent-Type: application/pdf\r\n\r\n12345\r\n"
    message = parse(mail("From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=b", part * 4 + "--b--"))
    assert [(p.content, p.problem[:10]) for p in message.parts] == [(b"", "Le fichier")] * 2
    assert message.warnings == ("Le message contient plus de 2 fichiers\u202f; les suivants sont dans l’original.",)


def nested(depth: int) -> bytes:
    opening = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"From: a@b.fr\r\n{opening}Content-Type: text/plain\r\n\r\nx\r\n".encode()


BOMBS = {
    "depth": nested(200),
    "depth beyond the parser": nested(3000),
    "many parts": b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 30_000,
    "one header": b"From: a@b.fr\r\nSubject: " + b"=?utf-8?q?x?= " * 100_000 + b"\r\n\r\nx",
    "many headers": b"From: a@b.fr\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "many recipients": b"From: a@b.fr\r\nTo: " + b"a@b.fr, (((" * 30_000 + b"\r\n\r\nx",
    "references": b"From: a@b.fr\r\nReferences: " + b"<a@b> " * 50_000 + b"\r\n\r\nx",
    "quotes": b"From: a@b.fr\r\n\r\n" + b"> " * 300_000,
    "quoted lines": b"From: a@b.fr\r\n\r\n" + b"> x\r\nLe 1\r\n" * 50_000,
    "attributions": b"From: a@b.fr\r\n\r\n" + b"Le 24 novembre 2026 a ecrit wrote wrote wrote " * 10_000,
    "header lines": b"From: a@b.fr\r\n\r\n" + b"De : x\r\n\r\nA : y\r\n" * 30_000,
    "dashes": b"From: a@b.fr\r\n\r\n" + b"-" * 500_000,
    "one long word": b"From: MAILER-DAEMON@b.fr\r\nSubject: failure notice\r\n\r\n" + b"a" * 500_000,
    "addresses": b"From: MAILER-DAEMON@b.fr\r\nSubject: failure notice\r\n\r\n" + b"a.b-c@d-e.f " * 50_000,
    "parameters": b"From: a@b.fr\r\nContent-Type: text/plain; " + b"a*0=x; " * 50_000 + b"\r\n\r\nx",
    "spaces": b"From: a@b.fr\r\nSubject: x\r\n\r\n" + b" " * 500_000 + b"x",
    "subject of spaces": b"From: a@b.fr\r\nSubject: out" + b" " * 90_000 + b"x\r\n\r\nx",
    "html": b"From: a@b.fr\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_soon(name: str) -> None:
    began = time.process_time()
    message = parse(BOMBS[name])
    assert time.process_time() - began < 5
    assert message.sender.email.endswith("@b.fr")


SEEDS = [path.read_bytes() for path in sorted(CASES.glob("*.eml"))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
)
def test_mutated_mail_never_breaks_the_reader(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    raw = seed
    for start, length, piece in cuts:
        raw = raw[:start] + piece + raw[start + length :]
    message = parse(raw, trusted=["mx.example"])
    for value in (
        message.subject,
        message.sender.name,
        message.sender.email,
        message.external_id,
        *(part.name for part in message.parts),
    ):
        assert "\r" not in value
        assert "\n" not in value
    message.full_text.encode()
    message.html.encode()


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=400))
def test_noise_never_breaks_the_reader(raw: bytes) -> None:
    parse(raw)
    parse(b"From: a@b.fr\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + raw)


def test_speed() -> None:
    """A floor far below what it does (some 1,500 a second): it fails when something became quadratic."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = (
        "Camille Étienne <c@example.org>",
        "aide@alba.example",
        "Où est ma commande ?",
    )
    made.set_content(
        "Bonjour,\n\n"
        + "Où est ma commande ? " * 20
        + "\n\nLe mar. 24 nov. 2026 à 09:12, Alba <a@b.fr> a écrit :\n\n"
        + "> x\n" * 20
    )
    raw = made.as_bytes()
    began = time.process_time()
    for _ in range(200):
        parse(raw)
    assert time.process_time() - began < 2
