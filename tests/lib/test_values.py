"""Money, phones, text and typography: exact values."""

import re

import pytest

from comptoir.lib import money, phone, text
from comptoir.lib.typography import french


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        (2490, "EUR", "fr", "24,90\xa0€"),
        (2490, "EUR", "en", "€24.90"),
        (123456789, "EUR", "fr", "1\u202f234\u202f567,89\xa0€"),
        (-500, "EUR", "fr", "-5,00\xa0€"),
        (1234, "KWD", "en", "KWD1.234"),
        (1500, "JPY", "en", "¥1,500"),
        (2490, "EUR", "no such language", "€24.90"),
    ],
)
def test_money_is_shown(amount: int, currency: str, language: str, shown: str) -> None:
    assert money.format_minor(amount, currency, language) == shown


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("24,90 €", "EUR", 2490), ("24.9", "EUR", 2490), ("1 234,5", "EUR", 123450), ("1,234.56", "EUR", 123456), ("1.234,56", "EUR", 123456),
        ("-3.00 EUR", "EUR", -300), ("\u2212 3", "EUR", -300), ("1'234.50", "CHF", 123450), ("1\u202f234,56\xa0€", "EUR", 123456), ("0.5", "EUR", 50),
        ("1234", "JPY", 1234), ("1,234", "JPY", 1234), ("1.234", "KWD", 1234), ("24.9000", "EUR", 2490), ("1,234,567", "EUR", 123456700),
    ],
)  # fmt: skip
def test_money_is_read(written: str, currency: str, minor: int) -> None:
    assert money.parse_minor(written, currency) == minor


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "abc",
        "1e5",
        "NaN",
        "Infinity",
        "1,2,3",
        "12 34",
        "٣",
        "1.234",
        "12.345",
        "1.234567",
        "--1",
        "1-",
        "1.2.3,4",
        "0x10",
        "9" * 31,
        "1,234.567,8",
        "1_000",
    ],
)
def test_nonsense_is_no_money(nonsense: str) -> None:
    with pytest.raises(money.NotMoney):
        money.parse_minor(nonsense, "EUR")


def test_currency_codes_are_checked() -> None:
    with pytest.raises(money.NotMoney, match="not a currency code"):
        money.format_minor(1, "euro")
    assert [money.decimals(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]


def test_every_amount_comes_back() -> None:
    for currency in ("EUR", "JPY", "KWD"):
        for minor in (0, 1, 99, 100, 123456, -7):
            assert money.parse_minor(str(money.to_decimal(minor, currency)), currency) == minor


def test_phones() -> None:
    assert phone.normalise("06 12 34 56 78") == "+33612345678"
    assert phone.normalise("0049 30 123456") == "+4930123456"
    assert phone.display("+33612345678") == "06 12 34 56 78"
    assert phone.display("+33612345678", "DE") == "+33 6 12 34 56 78"
    assert phone.display("pas un numéro") == "pas un numéro"
    for nonsense in ("", "12", "bonjour", "+999", "0" * 100):
        with pytest.raises(phone.NotAPhoneNumber):
            phone.normalise(nonsense)


def test_preview_is_one_line_of_words() -> None:
    assert (
        text.preview("> cité\n-----\n\nBonjour,\n  le   colis\u202e n’est pas là")
        == "cité Bonjour, le colis n’est pas là"
    )
    assert text.preview("mot " * 100, 20) == "mot mot mot mot mot…"


def test_unaccent_for_search() -> None:
    assert text.unaccent("  Noël à BESANÇON,  Œuvre Straße ") == "noel a besancon, oeuvre strasse"


def test_numbers_stand_alone() -> None:
    patterns = [text.order_pattern("MA-"), *text.PARCEL_PATTERNS]
    assert text.find_numbers("ma-10482, MA 10483, xMA-1, 6A12345678901 et LA123456789FR.", patterns) == [
        "MA-10482",
        "MA 10483",
        "6A12345678901",
        "LA123456789FR",
    ]
    assert text.find_numbers("commande n° 10482, order #99887, le 24 novembre 2026", [text.order_pattern()]) == [
        "10482",
        "99887",
    ]
    assert text.find_numbers("a" * 10, [re.compile("a")]) == []


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Bonjour ! Ça va?", "Bonjour\u202f! Ça va\u202f?"),
        ("Note : oui; non", "Note\u202f: oui\u202f; non"),
        ("Il dit « oui » et «non».", "Il dit «\u202foui\u202f» et «\u202fnon\u202f»."),
        ("24,90 € et 50%", "24,90\xa0€ et 50\xa0%"),
        ("l'ami...", "l’ami…"),
        ("https://x.fr/?a=b;c à 12:30", "https://x.fr/?a=b;c à 12:30"),
        ("jo@x.fr {nom}! :)", "jo@x.fr {nom}! :)"),
        ("10 h 00", "10\xa0h 00"),
    ],
)
def test_french_typography(plain: str, set_: str) -> None:
    assert french(plain) == set_
    assert french(set_) == set_
