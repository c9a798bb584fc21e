"""Opening hours and the words for moments."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comptoir.lib.dates import human
from comptoir.lib.dates.hours import ALWAYS, BadOpeningHours, OpeningHours

PARIS = ZoneInfo("Europe/Paris")
PLAN: dict[str, Any] = {
    "zone": "Europe/Paris",
    "week": [[["09:00", "12:30"], ["14:00", "18:00"]]] * 5 + [[["10:00", "24:00"]], []],
    "closed": ["2026-12-25"],
    "special": {"2026-12-24": [["09:00", "13:00"]]},
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.fixture
def hours() -> OpeningHours:
    return OpeningHours.from_json(PLAN)


@pytest.mark.parametrize(
    ("moment", "is_open", "closes", "opens"),
    [
        ("2026-11-24 09:00", True, "2026-11-24 12:30", "2026-11-24 09:00"),
        ("2026-11-24 12:30", False, None, "2026-11-24 14:00"),
        ("2026-11-24 18:00", False, None, "2026-11-25 09:00"),
        ("2026-11-28 23:59", True, "2026-11-29 00:00", "2026-11-28 23:59"),
        ("2026-11-29 00:00", False, None, "2026-11-30 09:00"),
        ("2026-12-24 12:59", True, "2026-12-24 13:00", "2026-12-24 12:59"),
        ("2026-12-24 13:00", False, None, "2026-12-26 10:00"),
    ],
)
def test_open(hours: OpeningHours, moment: str, is_open: bool, closes: str | None, opens: str) -> None:
    assert hours.is_open(at(moment)) is is_open
    assert hours.closes_at(at(moment)) == (at(closes) if closes else None)
    assert hours.next_opening(at(moment)) == at(opens)


def test_shifts_that_touch_midnight_are_one_opening() -> None:
    night = OpeningHours.from_json({"week": [[["20:00", "24:00"]], [["00:00", "02:00"]], *[[]] * 5]})
    assert night.closes_at(at("2026-11-23 21:00")) == at("2026-11-24 02:00")
    assert ALWAYS.is_open(at("2026-11-23 21:00"))
    assert ALWAYS.closes_at(at("2026-11-23 21:00")) is None


def test_never_open_has_no_next_opening() -> None:
    assert OpeningHours.from_json({"week": [[]] * 7}).next_opening(at("2026-11-24 09:00")) is None


def test_clock_change(hours: OpeningHours) -> None:
    sunday = OpeningHours.from_json({"zone": "Europe/Paris", "week": [*[[]] * 6, [["01:00", "05:00"]]]})
    assert sunday.open_between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(hours=3)
    assert sunday.open_between(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == timedelta(hours=5)
    assert hours.open_between(at("2026-11-24 12:00"), at("2026-11-24 14:30")) == timedelta(hours=1)


def test_json_comes_back(hours: OpeningHours) -> None:
    assert OpeningHours.from_json(hours.to_json()) == hours
    assert hours.to_json() == PLAN
    assert hours.shifts(date(2026, 12, 25)) == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"week": []}, "Il faut les horaires des sept jours de la semaine."),
        ({"zone": "Mars/Olympus"}, "Le fuseau horaire «\u202fMars/Olympus\u202f» n’existe pas."),
        ({"zone": "../../etc/passwd"}, "Le fuseau horaire «\u202f../../etc/passwd\u202f» n’existe pas."),
        (
            {"week": [[["09:00", "08:00"]], *[[]] * 6]},
            "Le lundi\u202f: la fermeture (08:00) doit venir après l’ouverture (09:00).",
        ),
        (
            {"week": [[], [["09:00", "12:00"], ["11:00", "13:00"]], *[[]] * 5]},
            "Le mardi\u202f: deux plages se recouvrent (11:00 est avant 12:00).",
        ),
        (
            {"week": [[["9h", "12:00"]], *[[]] * 6]},
            "Le lundi\u202f: «\u202f9h\u202f» n’est pas une heure (il faut HH:MM).",
        ),
        (
            {"week": [[["09:00", "25:00"]], *[[]] * 6]},
            "Le lundi\u202f: «\u202f25:00\u202f» n’est pas une heure de la journée.",
        ),
        ({"closed": ["Noël"]}, "«\u202fNoël\u202f» n’est pas une date (il faut AAAA-MM-JJ)."),
    ],
)
def test_bad_plans_are_told_plainly(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadOpeningHours) as caught:
        OpeningHours.from_json({**PLAN, **change})
    assert str(caught.value) == sentence


NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "french", "english"),
    [
        (timedelta(hours=1), "10\xa0h\xa000", "10:00"),
        (timedelta(days=1), "hier", "yesterday"),
        (timedelta(days=3), "sam. 11\xa0h\xa000", "Sat 11:00"),
        (timedelta(days=20), "4 nov.", "4 Nov"),
        (timedelta(days=400), "20/10/2025", "20/10/2025"),
        (-timedelta(days=1), "demain 11\xa0h\xa000", "tomorrow 11:00"),
    ],
)
def test_moments(ago: timedelta, french: str, english: str) -> None:
    assert human.moment(NOW - ago, "fr", "Europe/Paris", now=NOW) == french
    assert human.moment(NOW - ago, "en", "Europe/Paris", now=NOW) == english


@pytest.mark.parametrize(
    ("language", "yesterday", "day", "whole"),
    [
        ("fr", "hier", "jeudi 26 novembre", "24 novembre 2026 à 11\xa0h\xa000"),
        ("de", "gestern", "Donnerstag, 26.\xa0November", "24. November 2026, 11:00"),
        ("es", "ayer", "jueves, 26 de noviembre", "24 de noviembre de 2026, 11:00"),
        ("it", "ieri", "giovedì 26 novembre", "24 novembre 2026, 11:00"),
        ("nl", "gisteren", "donderdag 26 november", "24 november 2026, 11:00"),
        ("pt", "ontem", "quinta-feira, 26 de novembro", "24 de novembro de 2026, 11:00"),
        ("pl", "wczoraj", "czwartek, 26 listopada", "24 listopada 2026, 11:00"),
        ("sv", "i går", "torsdag 26 november", "24 november 2026, 11:00"),
    ],
)
def test_days_in_the_languages_of_shoppers(language: str, yesterday: str, day: str, whole: str) -> None:
    assert human.moment(NOW - timedelta(days=1), language, "Europe/Paris", now=NOW) == yesterday
    assert human.long_day(date(2026, 11, 26), language) == day
    assert human.long_moment(NOW, language, "Europe/Paris") == whole


def test_words_for_dates() -> None:
    assert human.long_date(date(2026, 5, 1), "fr", weekday=True) == "vendredi 1er mai 2026"
    assert human.long_date(date(2026, 5, 21), "fr") == "21 mai 2026"
    assert human.long_moment(NOW, "fr", "Europe/Paris") == "24 novembre 2026 à 11\xa0h\xa000"
    assert human.long_moment(NOW, "en", "Europe/Paris") == "24 November 2026 at 11:00"
    assert human.relative(NOW - timedelta(minutes=12), "fr", now=NOW) == "il y a 12 minutes"
    assert human.relative(NOW + timedelta(hours=3), "fr", now=NOW) == "dans 3 heures"
    assert human.relative(NOW, "fr", now=NOW) == "à l’instant"
    assert human.weekday(0, "fr") == "lundi"
    assert human.day_heading(NOW, "fr", "Europe/Paris", now=NOW) == "aujourd’hui"


def test_durations() -> None:
    spans = [
        timedelta(seconds=20),
        timedelta(minutes=36),
        timedelta(minutes=60),
        timedelta(minutes=72),
        timedelta(hours=52),
        timedelta(days=9, hours=3),
    ]
    assert [human.duration(span) for span in spans] == [
        "<\xa01\xa0min",
        "36\xa0min",
        "1\xa0h",
        "1\xa0h\xa012",
        "2\xa0j\xa04\xa0h",
        "9\xa0j",
    ]


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        human.clock(datetime(2026, 1, 1), "fr", "UTC")
