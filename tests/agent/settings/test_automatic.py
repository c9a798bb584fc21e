"""The acknowledgement of an inbox, what it was taught, and the notices that agents choose."""

import pytest
from django.utils import timezone

from comptoir.conversations.models import SenderLesson
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Event
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


def test_the_acknowledgement_is_switched_and_worded_by_language_and_recorded() -> None:
    inbox, owner = world.inbox(), world.client_for(world.owner())
    page = f"/settings/channels/{inbox.pk}/answers/"
    assert page in owner.get(f"/settings/channels/{inbox.pk}/").content.decode()
    shown = owner.get(page).content.decode()
    assert "Guten Tag" in shown
    assert "Sans horaires, rien n’est promis." in shown
    assert owner.post(page, {"acknowledges": "on", "text_fr": "Merci. {quand}", "text_de": "  "}).status_code == 302
    inbox.refresh_from_db()
    assert (inbox.acknowledges, inbox.acknowledgement) == (True, {"fr": "Merci. {quand}"})
    assert Event.objects.filter(verb="inbox.edited").count() == 1
    assert owner.post(page, {"text_fr": "x" * 5_000}).status_code == 422
    inbox.refresh_from_db()
    assert inbox.acknowledges


def test_a_lesson_is_forgotten_and_only_of_its_inbox() -> None:
    inbox, other = world.inbox(), world.inbox(of=world.shop("rivage"))
    owner = world.client_for(world.owner())
    taught = SenderLesson.objects.create(
        inbox=inbox, sender="pub@shop.example", expects=False, taught_at=timezone.now()
    )
    assert "pub@shop.example" in owner.get(f"/settings/channels/{inbox.pk}/answers/").content.decode()
    owner.post(f"/settings/channels/{other.pk}/lessons/", {"lesson": taught.pk})
    assert SenderLesson.objects.exists()
    for bad in ("", "x", "9" * 40, "²"):
        assert owner.post(f"/settings/channels/{inbox.pk}/lessons/", {"lesson": bad}).status_code == 404
    owner.post(f"/settings/channels/{inbox.pk}/lessons/", {"lesson": taught.pk})
    assert not SenderLesson.objects.exists()
    assert Event.objects.filter(verb="inbox.lesson_forgotten").count() == 1
