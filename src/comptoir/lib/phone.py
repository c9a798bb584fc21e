"""Phone numbers: one form to store (E.164), one to read."""

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
    region_code_for_number,
)


class NotAPhoneNumber(ValueError):
    """The text is no phone number that could be dialled."""


def _parse(text: str, region: str) -> PhoneNumber:
    try:
        number = parse(text[:60], region)
    except NumberParseException as error:
        raise NotAPhoneNumber(f"{text[:40]!r} is not a phone number") from error
    if not is_valid_number(number):
        raise NotAPhoneNumber(f"{text[:40]!r} is not a phone number")
    return number


def normalise(text: str, region: str = "FR") -> str:
    """E.164 ("+33612345678") of a number as people write it in `region`; raises NotAPhoneNumber."""
    return format_number(_parse(text, region), PhoneNumberFormat.E164)


def display(number: str, region: str = "FR") -> str:
    """An E.164 number as one reads it in `region`: "06 12 34 56 78" at home, "+49 30 123456" from abroad.

    What is no number comes back as it is.
    """
    try:
        parsed = _parse(number, region)
    except NotAPhoneNumber:
        return number
    home = region_code_for_number(parsed) == region
    return format_number(parsed, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)
