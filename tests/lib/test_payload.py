"""Values of strangers: read without trust, refused in words."""

from datetime import UTC, datetime

import pytest

from comptoir.lib import payload
from comptoir.lib.payload import Unreadable


@pytest.mark.parametrize(
    ("told", "code", "amount"),
    [
        ("24.90", "EUR", 2490), (24.9, "EUR", 2490), ("16.510000", "EUR", 1651), ("26.999852", "EUR", 2700), ("-4.00", "EUR", -400),
        ("1500", "JPY", 1500), ("12.345", "KWD", 12_345), ("1,234.50", "EUR", 123_450), (0, "EUR", 0),
    ],
)  # fmt: skip
def test_amounts(told: object, code: str, amount: int) -> None:
    assert payload.minor(told, code) == amount


@pytest.mark.parametrize(
    "told", ["12,34", "NaN", "Infinity", "1e400", "9" * 59, "", None, True, [], {}, "12 €", "0x10"]
)
def test_what_is_no_amount(told: object) -> None:
    with pytest.raises(Unreadable):
        payload.minor(told, "EUR")
    assert payload.minor(told, "EUR", 7) == 7 or told == "9" * 59


def test_counts_do_not_explode() -> None:
    for told in ("1e99999999", "1E+400", "NaN", 10**30, "-1e9999999", None, True, [], "two"):
        assert payload.whole(told, 3) == 3
    assert (payload.whole("4.0"), payload.whole(2), payload.whole("-1")) == (4, 2, -1)


def test_texts_fit_a_database() -> None:
    assert payload.text("a\x00b\ud800 ") == "ab?"
    assert payload.text({"a": 1}) == payload.text(True) == payload.text(None) == ""
    assert payload.key("gid://shopify/Order/42?x=1") == "42"
    assert payload.key(0) == payload.key("0") == ""


def test_json_behind_noise() -> None:
    assert payload.load_after_noise(b'\xef\xbb\xbf<b>Warning</b> {x} [1]\n{"a": 1}') == {"a": 1}
    for body in (b"", b"<html>", b"[" * 100_000, b'{"a":' * 2_000 + b"1" + b"}" * 2_000, b"[NaN]"):
        with pytest.raises(Unreadable):
            payload.load_after_noise(body)


def test_moments() -> None:
    assert payload.moment("2026-11-11T11:00:00+01:00") == datetime(2026, 11, 11, 10, tzinfo=UTC)
    assert payload.moment("2026-11-11T10:00:00") == datetime(2026, 11, 11, 10, tzinfo=UTC)
    for told in ("0000-00-00 00:00:00", "", None, 12, "soon", "9999-12-31T23:59:59-14:00"):
        assert payload.moment(told) is None
