"""Babel's locales of the languages that we write."""

from functools import cache

from babel.core import Locale, UnknownLocaleError

COUNTRY = {"pt": "pt_PT"}  # Babel's own Portuguese is Brazil's


@cache
def locale_of(language: str, otherwise: str = "en") -> Locale:
    """The locale of a language as browsers or Django name it ("pt-br", "de"); another one when there is none."""
    try:
        return Locale.parse(COUNTRY.get(language, language.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(otherwise)
