"""Our small grammar of places: what is read, what is refused, what is put in."""

import pytest

from comptoir.lib.placeholders import Problem, fill, parse, places, problems

VALUES = {
    "order.number": "MA-1",
    "customer.first_name": "Cl<b>aire",
    "parcel.tracking_url": "https://c.example/?a=1&b=2",
}


@pytest.mark.parametrize(
    ("inside", "name", "fallback"),
    [
        (" order.number ", "order.number", None),
        ("order.number", "order.number", None),
        ("\xa0order.number&nbsp;", "order.number", None),
        (' customer.first_name | default: "à vous" ', "customer.first_name", "à vous"),
        (" customer.first_name|fallback:'there'", "customer.first_name", "there"),
        (' customer.first_name | "" ', "customer.first_name", ""),
        (" a.b | default: « cher client » ", "a.b", "cher client"),
        (" a.b | default: “you” ", "a.b", "you"),
        (" a.b | default: &quot;you&quot; ", "a.b", "you"),
    ],
)
def test_what_is_read(inside: str, name: str, fallback: str | None) -> None:
    place = parse(inside)
    assert place is not None
    assert (place.name, place.fallback) == (name, fallback)


@pytest.mark.parametrize(
    "inside",
    ["", " ", "order", "order.", ".number", "Order.Number", "order.number | upcase", "order.number()", "order.__class__.x",
     "order['number']", "a.b | default: x", 'a.b | default: "x', "<b>a.b</b>", "a.b c.d", "7*7", "a.b|default:\"{{x.y}}\""],
)  # fmt: skip
def test_what_is_not(inside: str) -> None:
    place = parse(inside)
    assert place is None or place.name == "order.__class__.x"  # a name that no variable has


def test_values_are_escaped_and_never_read_again() -> None:
    filled = fill(
        "<p>{{ customer.first_name }} {{ order.number }}</p>",
        {**VALUES, "order.number": "{{ customer.first_name }}"}.get,
    )
    assert filled.html == "<p>Cl&lt;b&gt;aire {{ customer.first_name }}</p>"
    assert filled.missing == []


def test_an_address_is_quoted_and_a_url_becomes_a_link() -> None:
    filled = fill(
        '<a href="https://x.example/{{ order.number }}">{{ parcel.tracking_url }}</a>',
        {**VALUES, "order.number": '"><x'}.get,
    )
    assert 'href="https://x.example/%22%3E%3Cx"' in filled.html
    assert '<a href="https://c.example/?a=1&amp;b=2">' in filled.html
    assert fill("{{ a.site_url }}", {"a.site_url": "javascript:x"}.get).html == ""


def test_what_is_missing_stays_and_is_named_once() -> None:
    filled = fill('{{ a.b }} {{a.b}} {{ c.d | default: "x" }}', {}.get)
    assert filled.html == "{{ a.b }} {{ a.b }} x"
    assert filled.missing == ["a.b"]


def test_an_empty_fallback_leaves_no_blank_before_the_comma() -> None:
    assert fill('<p>Bonjour {{ a.b | default: "" }},</p>', {}.get).html == "<p>Bonjour,</p>"
    assert fill('<p>Bonjour {{ a.b | default: "" }},</p>', {"a.b": "Zoé"}.get).html == "<p>Bonjour Zoé,</p>"


def test_problems_name_what_was_perhaps_meant() -> None:
    known = {"customer.first_name", "order.number"}
    html = "<p>{{ customer.firstname }} {{ zzz.q }} {{ order.number | upcase }} {{<b>order.number</b>}}</p>"
    found = problems(html, known)
    assert Problem("unknown", "{{ customer.firstname }}", "customer.first_name") in found
    assert Problem("unknown", "{{ zzz.q }}", "") in found
    assert [problem.code for problem in found].count("broken") >= 2
    assert problems("<p>{{ order.number }} { x } 7 {% x %}</p>", known) == []


def test_hostile_texts_take_no_time() -> None:
    assert places("{{" * 50_000) == []
    assert fill("{{ a.b |" * 20_000, {}.get).missing == []
    assert len(places("{{ a.b }}" * 5_000)) == 200
