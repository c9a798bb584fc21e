"""Times as people type them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from comptoir.agent.search.moments import read

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 10, 42, tzinfo=PARIS)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("demain", "2026-11-25 09:00"),
        ("demain 9h", "2026-11-25 09:00"),
        ("demain à 14 h 30", "2026-11-25 14:30"),
        ("demain 14\u202fh\u202f30", "2026-11-25 14:30"),
        ("après-demain matin", "2026-11-26 09:00"),
        ("tomorrow", "2026-11-25 09:00"),
        ("tomorrow at 3pm", "2026-11-25 15:00"),
        ("day after tomorrow", "2026-11-26 09:00"),
        ("lundi", "2026-11-30 09:00"),
        ("lun. 8h", "2026-11-30 08:00"),
        ("lundi prochain", "2026-11-30 09:00"),
        ("next friday 10:15", "2026-11-27 10:15"),
        ("mardi", "2026-12-01 09:00"),
        ("mardi 18h", "2026-11-24 18:00"),
        ("ce soir", "2026-11-24 18:00"),
        ("tonight", "2026-11-24 18:00"),
        ("cet après-midi", "2026-11-24 14:00"),
        ("jeudi midi", "2026-11-26 12:00"),
        ("dans 2 heures", "2026-11-24 12:42"),
        ("dans 2h", "2026-11-24 12:42"),
        ("dans une heure", "2026-11-24 11:42"),
        ("in 2 hours", "2026-11-24 12:42"),
        ("in 30 min", "2026-11-24 11:12"),
        ("dans 3 jours", "2026-11-27 09:00"),
        ("in a week", "2026-12-01 09:00"),
        ("dans un mois", "2026-12-24 09:00"),
        ("semaine prochaine", "2026-11-30 09:00"),
        ("la semaine prochaine", "2026-11-30 09:00"),
        ("next month", "2026-12-01 09:00"),
        ("25/12", "2026-12-25 09:00"),
        ("25/12 14h", "2026-12-25 14:00"),
        ("le 3 janvier", "2027-01-03 09:00"),
        ("1er décembre 8h", "2026-12-01 08:00"),
        ("dec 25", "2026-12-25 09:00"),
        ("december 25th", "2026-12-25 09:00"),
        ("2026-12-01", "2026-12-01 09:00"),
        ("14h", "2026-11-24 14:00"),
        ("9h", "2026-11-25 09:00"),
        ("jusqu’à demain", "2026-11-25 09:00"),
    ],
)
def test_it_means_that_moment(text: str, wanted: str) -> None:
    found = read(text, NOW)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == wanted
    assert found.tzinfo is PARIS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bougie",
        "demain bougie",
        "25/13",
        "99h",
        "aujourd’hui 8h",
        "dans",
        "dans 0 jours",
        "le",
        "31/02",
        "2020-01-01",
    ],
)
def test_it_means_no_moment(text: str) -> None:
    assert read(text, NOW) is None


def test_the_clock_change_keeps_the_hour() -> None:
    before = datetime(2027, 3, 27, 20, 0, tzinfo=PARIS)
    found = read("demain 9h", before)
    assert found is not None
    assert found.hour == 9
    assert found.utcoffset() != before.utcoffset()
