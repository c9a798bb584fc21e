"""How mails end: by shop, agent and language; what is missing leaves no hole."""

import pytest

from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.signatures import BadSignature, save_signature
from comptoir.conversations.composing import compose
from comptoir.conversations.models import Signature
from comptoir.conversations.queries.signatures import closing
from comptoir.core.actors import Actor
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Agent, Event, Shop
from comptoir.lib.html import to_text
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    ensure_partitions()


def signed(html: str, *, shop: Shop | None = None, owner: Agent | None = None, language: str = "") -> Signature | None:
    return save_signature(html, shop=shop, owner=owner, language=language, actor=Actor.of(world.owner()))


def words(language: str = "fr") -> list[str]:
    return [line for line in to_text(closing(world.inbox(), world.camille(), language).html).splitlines() if line]


def test_without_any_the_name_signs() -> None:
    assert words() == ["Camille Roussel"]


def test_the_reader_s_language_chooses_and_places_are_filled() -> None:
    shop = world.shop()
    shop.phone = "+33 2 40 00 00 00"
    shop.save()
    signed("<p>{{ shop.name }}<br>Tél. {{ shop.phone }}<br>{{ shop.address }}</p>", shop=shop)
    signed("<p>{{ shop.name }}, customer care</p>", shop=shop, language="en")
    signed("<p>Bien à vous,<br>{{ agent.first_name }}</p>", owner=world.camille())
    assert words("fr") == ["Bien à vous,", "Camille", "Maison Alba", "Tél. +33 2 40 00 00 00"]  # no address: no line
    assert words("en-GB") == ["Bien à vous,", "Camille", "Maison Alba, customer care"]
    assert words("de") == words("fr")
    signed("<p>Chez Alba, {{ agent.first_name }}</p>", owner=world.camille(), shop=shop)
    assert words("fr")[0] == "Chez Alba, Camille"


def test_a_shop_s_words_that_name_the_agent_stand_alone() -> None:
    signed("<p>{{ agent.first_name }} · {{ shop.name }}</p>", shop=world.shop())
    assert words() == ["Camille · Maison Alba"]


def test_another_shop_s_and_another_agent_s_words_are_not_ours() -> None:
    signed("<p>Rivage</p>", shop=world.shop("rivage"))
    signed("<p>Tom</p>", owner=world.lead())
    assert words() == ["Camille Roussel"]


def test_a_mail_leaves_signed_or_without() -> None:
    signed("<p>Maison Alba <b>Nantes</b></p>", shop=world.shop())
    message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
    assert "Maison Alba <b>Nantes</b>" in compose(message).html
    bare = reply(world.conversation(), Written(html="<p>Oui</p>", unsigned=True), agent=world.camille())
    assert "Nantes" not in compose(bare).html
    assert "Roussel" not in compose(bare).text.split("Camille")[0]


def test_what_is_saved_is_clean_and_empty_takes_it_away() -> None:
    kept = signed(
        '<p onclick="x()">Alba<script>y</script><img src="https://evil.example/p.gif"></p>', shop=world.shop()
    )
    assert kept is not None
    assert not any(bad in kept.html for bad in ("onclick", "script", "img"))
    assert signed("<p> </p>", shop=world.shop()) is None
    assert not Signature.objects.exists()
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["signature.saved", "signature.deleted"]


@pytest.mark.parametrize("html", ["{{ shop.phon }}", "{{ customer.name }}", "{{ broken", "{{ agent }}"])
def test_an_unknown_place_is_refused(html: str) -> None:
    with pytest.raises(BadSignature):
        signed(html, shop=world.shop())
    assert not Signature.objects.exists()


def test_values_are_never_markup() -> None:
    shop = world.shop()
    shop.phone = "<script>x</script>"
    shop.save()
    signed("<p>{{ shop.phone }}</p>", shop=shop)
    assert "<script>" not in closing(world.inbox(), world.camille(), "fr").html
