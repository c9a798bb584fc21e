"""Money: integer minor units and a currency code, shown and read as people write it in their language."""

import re
from decimal import Decimal, InvalidOperation

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol

from comptoir.lib.locales import locale_of

MAX_MINOR = 10**15  # no shop's amount; keeps what is read within a database integer

_CODE = re.compile(r"[A-Z]{3}")
_BODY = re.compile(r"[0-9]+(?:[.,'\u2019 ][0-9]+)*")
_SPACES = dict.fromkeys(map(ord, "\xa0\u202f\u2009\t"), " ")


class NotMoney(ValueError):
    """The text is no amount of that currency; the message says why."""


def decimals(currency: str) -> int:
    """How many decimals the currency has: EUR 2, JPY 0, KWD 3. Raises NotMoney for what is no code."""
    if not _CODE.fullmatch(currency):
        raise NotMoney(f"{currency!r} is not a currency code")
    return get_currency_precision(currency)


def format_minor(amount: int, currency: str, language: str = "fr") -> str:
    """2490 EUR as « 24,90 € » in French, "€24.90" in English; the spaces do not break."""
    value = Decimal(amount).scaleb(-decimals(currency))
    return format_currency(value, currency, locale=locale_of(language)).replace(" ", "\xa0")


def to_decimal(amount: int, currency: str) -> Decimal:
    """2490 EUR as Decimal("24.90"): for files and other programs."""
    return Decimal(amount).scaleb(-decimals(currency))


def parse_minor(text: str, currency: str) -> int:
    """Minor units of an amount as people or programs write it: "24,90 €", "1 234,5", "1,234.56", "-3.00 EUR".

    Exact. Raises NotMoney for everything else: words, more decimals than the currency has, and what could be read in
    two ways ("1.234" euros).
    """
    places = decimals(currency)
    bare = text.translate(_SPACES).strip()
    for sign in (currency, get_currency_symbol(currency, "en"), get_currency_symbol(currency, "fr")):
        bare = bare.replace(sign, "").strip()
    negative = bare[:1] in ("-", "\u2212")
    bare = bare[1:].strip() if bare[:1] in ("-", "\u2212", "+") else bare
    if len(bare) > 30 or not _BODY.fullmatch(bare):
        raise NotMoney(f"{text[:40]!r} is not an amount")
    whole, fraction = _split(bare, places)
    if len(fraction) > places and fraction[places:].strip("0"):
        raise NotMoney(f"{text[:40]!r} has more decimals than {currency} has")
    try:
        minor = int(Decimal(f"{whole}.{fraction[:places] or '0'}").scaleb(places))
    except InvalidOperation as error:
        raise NotMoney(f"{text[:40]!r} is not an amount") from error
    if minor > MAX_MINOR:
        raise NotMoney(f"{text[:40]!r} is too large")
    return -minor if negative else minor


def _split(bare: str, places: int) -> tuple[str, str]:
    """Whole and fraction: the last of . and , is the decimal mark, unless it groups thousands."""
    at = max(bare.rfind("."), bare.rfind(","))
    if at < 0:
        return _ungroup(bare), ""
    mark, head, tail = bare[at], bare[:at], bare[at + 1 :]
    if mark in head:
        return _ungroup(bare), ""
    alone = head.isdigit() and len(head) <= 3 and head.lstrip("0") != ""
    if alone and len(tail) == 3 and places != 3:
        if places == 0:
            return _ungroup(bare), ""
        raise NotMoney(f"{bare!r} can be read in two ways")
    if not tail.isdigit():
        raise NotMoney(f"{bare!r} is not an amount")
    return _ungroup(head), tail


def _ungroup(whole: str) -> str:
    """The digits of a number whose thousands are grouped by one kind of separator, or not grouped at all."""
    groups = re.split(r"[., '\u2019]", whole)
    marks = set(re.sub(r"\d", "", whole))
    if len(marks) > 1 or (marks and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:]))):
        raise NotMoney(f"{whole!r} is not an amount")
    return "".join(groups)
