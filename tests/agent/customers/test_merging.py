"""Two files become one, and two again."""

from typing import Any

import pytest

from comptoir.core.actors import Actor
from comptoir.core.models import Event
from comptoir.customers import actions
from comptoir.customers.models import Customer, Merge
from tests import world

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def pair() -> tuple[Customer, Customer]:
    """Claire, and the same Claire under another address with an order, a conversation, a tag and a note."""
    claire, other = world.claire(), actions.identify("email", "c.vasseur@gmail.example", name="C. Vasseur")
    world.conversation(claire)
    world.conversation(other, subject="Taille de la nappe")
    world.order(other, "MA-22640")
    actions.tag(other.customer, "VIP", actor=Actor.of(world.camille()))
    actions.add_note(other.customer, "Préfère le matin", agent=world.camille())
    return claire.customer, other.customer


def state(customer: Customer) -> dict[str, Any]:
    return {
        "identities": sorted(customer.identities.values_list("value", flat=True)),
        "tags": sorted(customer.tags.values_list("name", flat=True)),
        "notes": sorted(customer.notes.values_list("text", flat=True)),
        "into": Customer.objects.get(pk=customer.pk).merged_into_id,
    }


def test_the_other_file_is_found_and_what_moves_is_shown() -> None:
    claire, other = pair()
    client = world.client_for(world.camille())
    assert "C. Vasseur" in client.get(f"/customers/{claire.pk}/merges/?q=vasseur", **FRAGMENT).content.decode()
    preview = client.get(f"/customers/{claire.pk}/merges/with/{other.pk}/", **FRAGMENT).content.decode()
    assert "c.vasseur@gmail.example" in preview
    assert Merge.objects.count() == 0


def test_a_merge_and_its_undoing_leave_everything_as_it_was() -> None:
    claire, other = pair()
    before = state(claire), state(other)
    client = world.client_for(world.camille())
    answer = client.post(f"/customers/{claire.pk}/merges/with/{other.pk}/", **FRAGMENT)
    assert answer.headers["HX-Redirect"] == f"/customers/{claire.pk}/"
    merged = client.get(f"/customers/{claire.pk}/").content.decode()
    assert "MA-22640" in merged
    assert "Taille de la nappe" in merged
    assert "C. Vasseur a été fusionnée ici" in merged
    assert client.get(f"/customers/{other.pk}/").headers["Location"] == f"/customers/{claire.pk}/"
    done = Merge.objects.get()
    client.post(f"/customers/{claire.pk}/merges/{done.pk}/undo/", **FRAGMENT)
    assert (state(claire), state(other)) == before
    assert "MA-22640" in client.get(f"/customers/{other.pk}/").content.decode()
    assert list(Event.objects.filter(verb__startswith="customer.").values_list("verb", flat=True).order_by("pk"))[
        -2:
    ] == [
        "customer.merged",
        "customer.unmerged",
    ]


def test_a_merge_is_undone_once() -> None:
    claire, other = pair()
    client = world.client_for(world.camille())
    client.post(f"/customers/{claire.pk}/merges/with/{other.pk}/", **FRAGMENT)
    undo = f"/customers/{claire.pk}/merges/{Merge.objects.get().pk}/undo/"
    client.post(undo, **FRAGMENT)
    again = client.post(undo, **FRAGMENT)
    assert "HX-Redirect" not in again.headers
    assert "toast" in again.headers["HX-Trigger"]


def test_a_file_is_not_merged_with_itself() -> None:
    claire, _ = pair()
    client = world.client_for(world.camille())
    assert client.post(f"/customers/{claire.pk}/merges/with/{claire.pk}/", **FRAGMENT).status_code == 404
    assert Merge.objects.count() == 0
