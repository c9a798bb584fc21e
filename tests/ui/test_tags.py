"""The words and pieces of `comptoir_ui`, as a page meets them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from comptoir.ui import styleguide, words
from comptoir.ui.icon import UnknownIcon

THIN = "\u202f"


def draw(source: str, **context: object) -> str:
    return Template("{% load comptoir_ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(24, "24 s"), (96, "1 min 36"), (1080, "18 min"), (6120, "1 h 42"), (50400, "14 h"), (259200, "3 j")],
)
def test_durations(seconds: int, said: str) -> None:
    assert words.duration(seconds) == said.replace(" ", THIN)


def test_amounts_follow_the_language_and_the_currency() -> None:
    assert words.money(128450, "EUR") == f"1{THIN}284,50\u00a0€"
    assert words.money(1200, "JPY") == f"1{THIN}200\u00a0JPY" or "¥" in words.money(1200, "JPY")
    with translation.override("en"):
        assert words.money(128450, "EUR") == "€1,284.50"


def test_weights() -> None:
    assert [words.size(octets) for octets in (12, 411900, 4_200_000)] == [f"12{THIN}o", f"412{THIN}Ko", f"4,2{THIN}Mo"]


def test_moments() -> None:
    value = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with timezone.override("Europe/Paris"):
        assert words.moment(value, "clock") == "10\u00a0h\u00a000"
        assert words.moment(value, "full").startswith("mardi 24 novembre 2026")
        assert words.moment(timezone.now() - timedelta(minutes=12), "ago").replace("\u00a0", " ") == "il y a 12 minutes"
    assert 'data-relative="ago"' in draw("{% when value %}", value=value)
    assert draw("{% when value %}", value=None) == ""


def test_people_keep_their_colour_and_nobody_has_none() -> None:
    first, second = draw("{% avatar 'Claire Vasseur' %}"), draw("{% avatar 'claire vasseur' %}")
    assert ">CV<" in first
    assert first.split('"')[1] == second.split('"')[1]
    assert "av none" in draw("{% avatar '' %}")
    assert draw("{{ name|initials }}", name="Élodie Garnier-Petit") == "ÉP"
    assert "<script>" not in draw("{% avatar name %}", name="<script>alert(1)</script>")


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(UnknownIcon):
        draw("{% icon '../../etc/passwd' %}")


def test_where_one_is() -> None:
    request = RequestFactory().get("/customers/42/")
    page = Template("{% load comptoir_ui %}{% current '/customers/' %}|{% current '/' %}|{% current '/orders/' %}")
    assert page.render(RequestContext(request)) == 'aria-current="page"||'


def test_the_theme_is_one_of_two_or_nothing() -> None:
    page = Template("{% load comptoir_ui %}{% theme %}")
    request = RequestFactory().get("/")
    request.COOKIES["comptoir_theme"] = "dark"
    assert page.render(RequestContext(request)) == ' data-theme="dark"'
    request.COOKIES["comptoir_theme"] = '"><script>'
    assert page.render(RequestContext(request)) == ""


def test_a_refused_field_says_so_to_everybody() -> None:
    form = styleguide.context()["bad_form"]
    html = draw("{% field form.name %}{% shop_field form.name %}", form=form)
    assert html.count('aria-invalid="true"') == 2
    assert 'id="id_bad-name_error"' in html
