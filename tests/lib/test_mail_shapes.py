"""What is inside a mail, in all its forms: winmail.dat, invitations, sealed parts, older encodings, lost boundaries."""

import base64
import binascii
import resource
import struct
import time

import pytest

from comptoir.lib.mail import calendar, tnef
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import MessageKind


def mail(head: str, text: str = "x") -> bytes:
    return f"From: a@b.fr\n{head}\n\n{text}".encode("utf-8", "surrogateescape")


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 0, len(value)) + value + struct.pack("<H", sum(value) % 65536)


def properties(*items: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(items))
    for key, kind, value in items:
        out += struct.pack("<HHII", kind, key, 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return out


def winmail() -> bytes:
    """Two files (one by its short name alone) and a text, as Outlook packs them."""
    text = "Bonjour, voici le reçu.".encode("utf-16-le")
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9007, struct.pack("<II", 1252, 0))
        + attribute(1, 0x9003, properties((0x1000, 0x001F, text)))
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"RECU~1.PDF\0")
        + attribute(2, 0x800F, b"%PDF-1.4")
        + attribute(2, 0x9005, properties((0x3707, 0x001F, "reçu.pdf".encode("utf-16-le")), (0x370E, 0x001E, b"application/pdf\0")))
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"photo.jpg\0")
        + attribute(2, 0x800F, b"\xff\xd8\xff")
    )  # fmt: skip


def test_winmail() -> None:
    data = base64.encodebytes(winmail()).decode()
    message = parse(
        mail("Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64", data)
    )
    assert message.full_text == "Bonjour, voici le reçu."
    assert [(part.name, part.content_type, part.content) for part in message.parts] == [
        ("reçu.pdf", "application/pdf", b"%PDF-1.4"),
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff"),
    ]


def test_winmail_that_breaks_off_gives_what_is_there() -> None:
    whole = winmail()
    for end in range(len(whole)):
        found = tnef.unpack(whole[:end])
        assert found is None or len(found.files) <= 2
    found = tnef.unpack(whole[:-6])
    assert found is not None
    assert not found.whole
    assert [file.name for file in found.files] == ["reçu.pdf"]
    assert tnef.unpack(b"PK\3\4") is None


def test_what_is_no_winmail_stays_a_file() -> None:
    message = parse(mail("Content-Type: application/ms-tnef", "nothing"))
    assert [(part.name, part.content) for part in message.parts] == [("winmail.dat", b"nothing")]


INVITATION = """BEGIN:VCALENDAR\r
METHOD:{method}\r
BEGIN:VEVENT\r
SUMMARY:Rendez-vous\\, essayage\r
DTSTART;TZID=Europe/Paris:20261124T100000\r
DTEND;TZID=Europe/Paris:20261124T113000\r
LOCATION:12 rue des Lilas\\nParis\r
ORGANIZER;CN="Maison Alba":mailto:aide@alba.example\r
ATTENDEE;CN=Camille;PARTSTAT=ACCEPTED:mailto:camille@\r
 example.org\r
BEGIN:VALARM\r
TRIGGER:-PT15M\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_an_invitation_can_be_read() -> None:
    message = parse(
        mail("Content-Type: text/calendar; method=REQUEST; charset=utf-8", INVITATION.format(method="REQUEST"))
    )
    assert message.full_text.split("\n")[:2] == [
        "📅 Rendez-vous, essayage",
        "🕑 2026-11-24 10:00 – 11:30 (Europe/Paris)",
    ]
    assert "📍 12 rue des Lilas Paris" in message.text
    assert [part.name for part in message.parts] == ["invitation.ics"]


def test_who_is_invited_and_what_is_called_off() -> None:
    lines = calendar.summary(
        INVITATION.format(method="REQUEST").replace("BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n", "")
    )
    assert lines.endswith("👤 Maison Alba <aide@alba.example> → Camille <camille@example.org> ✔")
    gone = calendar.summary("METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART;VALUE=DATE:20261301\nEND:VEVENT")
    assert gone == "❌ x"
    assert calendar.summary("nothing of that sort") == ""


@pytest.mark.parametrize(
    ("kind", "name", "sealed"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", True),
        ("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", False),
        ("application/pkcs7-signature", "smime.p7s", False),
        ("application/pgp-encrypted", "openpgp.txt", True),
        ("application/pgp-signature", "signature.asc", False),
        ("application/pgp-keys", "openpgp-key.asc", False),
        ("text/vcard", "contact.vcf", False),
    ],
)
def test_sealed_parts_are_named_for_what_they_are(kind: str, name: str, sealed: bool) -> None:
    message = parse(mail(f"Content-Type: {kind}", "data"))
    assert [part.name for part in message.parts] == [name]
    assert any("chiffré" in sentence for sentence in message.warnings) == sealed


def test_signed_text_is_shown_without_its_armour() -> None:
    armour = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nBonjour\n- - tiret\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\n"
    assert parse(mail("Subject: x", armour)).full_text == "Bonjour\n- tiret"


def uuencoded(name: str, data: bytes) -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def test_files_inside_the_text() -> None:
    message = parse(mail("Subject: x", f"Voici.\n\n{uuencoded('a b.txt', b'hello' * 30)}\nMerci"))
    assert message.full_text == "Voici.\n\n\nMerci"
    assert [(part.name, part.content) for part in message.parts] == [("a b.txt", b"hello" * 30)]
    body = bytes((byte + 42) % 256 for byte in b"\x89PNG").replace(b"=", b"=}")
    raw = b"From: a@b.fr\n\nVoici.\n=ybegin line=128 size=4 name=x.png\n" + body + b"\n=yend size=4\n"
    assert [(part.name, part.content_type, part.content) for part in parse(raw).parts] == [
        ("x.png", "image/png", b"\x89PNG")
    ]


PARTS = "--b\nContent-Type: text/plain\n\nBonjour\n--b\nContent-Type: application/pdf; name=x.pdf\n\n%PDF\n--b--\n"


@pytest.mark.parametrize("head", ["Subject: x", "Content-Type: multipart/mixed", "Content-Type: multipart/mixed; boundary=wrong", "Content-Type: text/plain"])  # fmt: skip
def test_a_lost_boundary_is_found_again(head: str) -> None:
    message = parse(mail(head, f"This is a multi-part message in MIME format.\n{PARTS}"))
    assert message.text == "Bonjour"
    assert [part.name for part in message.parts] == ["x.pdf"]


def test_base64_that_is_none_is_shown_as_it_is() -> None:
    message = parse(
        mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64", "Bonjour, où est mon colis ? Merci, Zoé.")
    )
    assert message.text == "Bonjour, où est mon colis ? Merci, Zoé."


@pytest.mark.parametrize("sub", ["partial; id=x; number=1", "news", "external-body; access-type=URL", "rfc822"])
def test_messages_inside_are_kept(sub: str) -> None:
    message = parse(
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            f"--b\nContent-Type: message/{sub}\n\nSubject: Ancien\n\nBonjour\n--b--",
        )
    )
    assert [part.name for part in message.parts] == ["Ancien.eml"]
    assert b"Bonjour" in message.parts[0].content


def test_archives_are_never_opened() -> None:
    bomb = b"PK\3\4" + b"\0" * 2_000
    message = parse(
        b"From: a@b.fr\nContent-Type: application/zip; name=x.zip\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(bomb)
    )
    assert [(part.name, part.content) for part in message.parts] == [("x.zip", bomb)]


def test_ten_thousand_parts() -> None:
    part = "--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
    began = time.process_time()
    message = parse(mail("Content-Type: multipart/mixed; boundary=b", part * 10_000 + "--b--"))
    assert time.process_time() - began < 10
    assert len(message.parts) == 200
    assert len(message.warnings) == 2


def test_memory_grows_with_the_mail_and_no_faster() -> None:
    content = base64.encodebytes(bytes(3_000_000))
    part = b"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + content
    raw = b"From: a@b.fr\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 4 + b"--b--"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    message = parse(raw)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert [len(one.content) for one in message.parts] == [3_000_000] * 4
    assert grown < 8 * len(raw) / 2**20


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("Automatische Antwort: Paket", "x", MessageKind.AUTO_REPLY),
        ("Odpowiedź automatyczna: zamówienie", "x", MessageKind.AUTO_REPLY),
        ("自動返信: 注文", "x", MessageKind.AUTO_REPLY),
        ("Re: your order (Out of office)", "x", MessageKind.AUTO_REPLY),
        ("Urlaub", "Vielen Dank für Ihre Nachricht. Ich bin bis zum 3. Mai im Urlaub.", MessageKind.AUTO_REPLY),
        ("En vacances", "Merci pour votre message. Je suis absente jusqu’au 3 mai.", MessageKind.AUTO_REPLY),
        ("En vacances", "Je suis absente jusqu’au 3 mai, pouvez-vous livrer après ?", MessageKind.MESSAGE),
        ("Absent lors de la livraison", "Merci de livrer jeudi.", MessageKind.MESSAGE),
        ("Échec de livraison", "Le livreur a laissé un avis, mon colis est où ?", MessageKind.MESSAGE),
        ("Delivery failed", "The driver could not deliver the parcel to me.", MessageKind.MESSAGE),
    ],
)
def test_automatic_answers_and_people_on_holiday(subject: str, text: str, kind: MessageKind) -> None:
    assert parse(mail(f"Subject: {subject}", text)).kind is kind


@pytest.mark.parametrize(
    ("head", "text", "recipients"),
    [
        (
            "Subject: メールエラー通知",
            "送信できませんでした。\nCould not be delivered to: <x@y.example>\n",
            ["x@y.example"],
        ),
        ("Subject: Недоставленное сообщение", "Сообщение не может быть доставлено:\n<x@y.example>", ["x@y.example"]),
        ("Subject: Undeliverable Mail", "Delivery failed 20 attempts: userx@y.example", ["userx@y.example"]),
        (
            "Subject: Returned mail",
            "an undisclosed address\n (generated from x@y.example)\nunknown user",
            ["x@y.example"],
        ),
        (
            "Subject: Mail Delivery Problem",
            "could not deliver to the following recipients:\n\tjean\n",
            ["jean@daemon.example"],
        ),
    ],
)
def test_notes_of_servers(head: str, text: str, recipients: list[str]) -> None:
    message = parse(mail(head, text).replace(b"a@b.fr", b"MAILER-DAEMON@daemon.example"))
    assert message.kind is MessageKind.BOUNCE
    assert [bounce.recipient for bounce in message.bounces] == recipients


def test_notices_of_a_sending_service() -> None:
    notice = '{"notificationType":"%s","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"x@y.example","status":"5.1.1"}]}}'
    message = parse(mail("Subject: AWS", notice % "Bounce"))
    assert message.kind is MessageKind.BOUNCE
    assert (message.bounces[0].recipient, message.bounces[0].permanent, message.bounces[0].code) == (
        "x@y.example",
        True,
        "5.1.1",
    )
    assert parse(mail("Subject: AWS", notice % "Complaint")).kind is MessageKind.COMPLAINT
    assert parse(mail("Subject: AWS", notice % "Delivery")).kind is MessageKind.RECEIPT


def test_a_customer_who_forwards_a_bounce_is_a_customer() -> None:
    text = "Mon message à votre adresse revient :\n\n<aide@alba.example>: host mx said: 550 user unknown (in reply to RCPT TO command)"
    assert parse(mail("Subject: TR: Undelivered Mail Returned to Sender", text)).kind is MessageKind.MESSAGE
