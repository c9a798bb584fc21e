"""Card and account numbers are hidden; what only looks like one is not."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.lib.masking import CARD, IBAN, mask, mask_mail

CARDS = [
    "4111111111111111",
    "4111 1111 1111 1111",
    "4970-1000-0000-0154",
    "5425233430109903",
    "2223 0000 4841 0010",
    "3782 822463 10005",
    "6011 1111 1111 1117",
    "3530 1113 3330 0000",
    "4111\u00a01111\u202f1111 1111",
    "4111&nbsp;1111&nbsp;1111&nbsp;1111",
]
IBANS = [
    "FR76 3000 6000 0112 3456 7890 189",
    "fr7630006000011234567890189",
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "BE68 5390 0754 7034",
    "NL91 ABNA 0417 1643 00",
    "PL61 1090 1014 0000 0712 1981 2874",
    "SE45 5000 0000 0583 9825 7466",
    "IT60 X054 2811 1010 0000 0123 456",
    "ES91 2100 0418 4502 0005 1332",
    "PT50 0002 0123 1234 5678 9015 4",
]
INNOCENT = [
    "4111 1111 1111 1112",  # one digit wrong
    "commande MA-24817, colis 6A12345678901",
    "1Z999AA10123456784",
    "suivi 00340434161094042557",
    "appelez le 06 12 34 56 78 ou le +33 1 23 45 67 89",
    "EAN 4006381333931",
    "FR76 3000 6000 0112 3456 7890 188",
    "https://suivi.example/?id=4111111111111111",
    "du 01.01.2026 au 31.12.2026, 1 234 567,89 €",
]


@pytest.mark.parametrize("number", CARDS)
def test_a_card_number_goes_and_its_end_stays(number: str) -> None:
    masked = mask(f"Ma carte {number}, merci")
    assert masked.kinds == {CARD}
    assert masked.text.startswith("Ma carte •••• •••• •••• ")
    assert masked.text.endswith(f"{''.join(filter(str.isdigit, number.replace('&nbsp;', '')))[-4:]}, merci")


@pytest.mark.parametrize("number", IBANS)
@pytest.mark.parametrize("after", ["", ".", " merci de rembourser", "\nClaire", " 12 rue X"])
def test_an_account_number_goes_and_what_follows_stays(number: str, after: str) -> None:
    masked = mask(f"IBAN : {number}{after}")
    assert masked.kinds == {IBAN}
    assert masked.text.endswith(after)
    assert "".join(number.split())[6:14].upper() not in "".join(masked.text.split()).upper()


@pytest.mark.parametrize("text", INNOCENT)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert mask(text).text == text


def test_kinds_can_be_left_alone() -> None:
    text = f"{CARDS[0]} {IBANS[0]}"
    assert mask(text, {CARD}).text.endswith(IBANS[0])
    assert mask(text, {IBAN}).text.startswith(CARDS[0])


@given(st.text(alphabet="0123456789 .-&nbsp;FRDE7\n•", max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_the_raw_mail_is_hidden_in_text_html_and_subject_and_its_files_stay(encoding: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Claire <c@x.example>", f"Carte {CARDS[0]} é"
    mail.set_content(f"Carte {CARDS[1]}\nBien à vous", cte=encoding)
    mail.add_alternative(f"<p>Carte <b>{CARDS[0]}</b></p>", subtype="html")
    mail.add_attachment(b"%PDF 4111111111111111", maintype="application", subtype="pdf", filename="f.pdf")
    hidden = mask_mail(mail.as_bytes())
    read = message_from_bytes(hidden, policy=default)
    assert read["subject"].strip() == "Carte •••• •••• •••• 1111 é"
    assert read.get_body(("plain",)).get_content() == "Carte •••• •••• •••• 1111\nBien à vous\n"
    assert "<b>•••• •••• •••• 1111</b>" in read.get_body(("html",)).get_content()
    (file,) = read.iter_attachments()
    assert file.get_content() == b"%PDF 4111111111111111"


def test_a_mail_without_numbers_keeps_its_bytes() -> None:
    raw = b"From: x\nSubject: =?utf-8?q?=C3=A9?=\n\nCommande 24817\r\n\xff"
    assert mask_mail(raw) is raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"Subject: =?x?q?4111111111111111?=\n\n4111111111111111",
        b"Content-Type: text/plain; charset=nonsense\n\n4111 1111 1111 1111 \xe9",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n4111111111111111",
        b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n@@@4111111111111111",
    ],
)
def test_broken_mail_is_hidden_without_an_error(raw: bytes) -> None:
    assert b"4111111111111111" not in mask_mail(raw).replace(b" ", b"") or b"base64" in raw
