"""Who may not see or write gets nothing and changes nothing, at every address of this part."""

import pytest
from django.test import Client

from comptoir.core.actors import Actor
from comptoir.core.models import Event
from comptoir.customers import actions
from tests import world
from tests.untouched import untouched

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def addresses() -> list[tuple[str, str]]:
    """Every address of Claire's file, by method."""
    claire, karim = world.claire(), world.karim()
    for who in (claire, karim):
        world.conversation(who)
    order = world.order(claire)
    ines = world.owner()
    customer, key = claire.customer, claire.customer_id
    tag = actions.tag(customer, "VIP", actor=Actor.of(ines))
    note = actions.add_note(customer, "x", agent=ines)
    third = actions.identify("email", "c@gmail.example")
    done = actions.merge(third.customer, customer, actor=Actor.of(ines))
    actions.edit(customer, {"city": "Rezé"}, actor=Actor.of(ines))
    edit = Event.objects.get(verb="customer.edited").pk
    reads = ["", "card/", "side/", "history/", "merges/", f"merges/with/{karim.customer_id}/", "erasure/"]
    writes = [
        "details/",
        f"details/{edit}/undo/",
        "emails/",
        "phones/",
        f"identities/{claire.pk}/block/",
        "tags/",
        f"tags/{tag.pk}/removal/",
        "notes/",
        "tasks/",
        f"notes/{note.pk}/removal/",
        f"merges/with/{karim.customer_id}/",
        f"merges/{done.pk}/undo/",
        "export/",
        "erasure/",
    ]
    found = [("get", f"/customers/{key}/{path}") for path in reads]
    found += [("post", f"/customers/{key}/{path}") for path in writes]
    return [*found, ("get", f"/orders/{order.pk}/")]


DATA = {"name": "Claire Vasseur", "value": "x@example.org", "text": "x", "blocked": "1"}


def ask(client: Client, method: str, url: str) -> int:
    return int(getattr(client, method)(url, DATA if method == "post" else {}, **FRAGMENT).status_code)


def test_another_shops_agent_gets_404_and_changes_nothing() -> None:
    listed = addresses()
    client = world.client_for(world.stranger())
    with untouched():
        codes = {url: ask(client, method, url) for method, url in listed}
    assert {url: code for url, code in codes.items() if code not in (403, 404)} == {}
    forbidden = {url.split("/")[3] for url, code in codes.items() if code == 403}
    assert forbidden <= {"export", "erasure"}  # the role says no before the customer is looked for


def test_another_shops_agent_sees_nobody_in_the_lists() -> None:
    addresses()
    client = world.client_for(world.stranger())
    for url in ("/customers/", "/customers/?q=claire", "/orders/", "/orders/?q=24817", "/orders/?customer=1"):
        text = client.get(url).content.decode()
        assert "Vasseur" not in text
        assert "MA-24817" not in text


def test_nobody_gets_in_without_signing_in() -> None:
    listed = addresses()
    with untouched():
        assert {ask(Client(), method, url) for method, url in listed} == {401}
        assert Client().get("/customers/").headers["Location"] == "/signin/?next=%2Fcustomers%2F"


def test_a_reader_looks_and_writes_nothing() -> None:
    listed = addresses()
    client = world.client_for(world.reader())
    with untouched():
        assert {ask(client, "post", url) for method, url in listed if method == "post"} == {403}
        assert 'data-key="e"' not in client.get(f"/customers/{world.claire().customer_id}/").content.decode()


def test_an_agent_neither_exports_nor_erases() -> None:
    listed = addresses()
    client = world.client_for(world.camille())
    with untouched():
        for method, url in listed:
            if url.endswith(("export/", "erasure/")):
                assert ask(client, method, url) == 403


def test_forms_without_a_token_are_refused() -> None:
    key = world.claire().customer_id
    client = world.client_for(world.owner(), enforce_csrf_checks=True)
    with untouched():
        assert client.post(f"/customers/{key}/notes/", {"text": "x"}, **FRAGMENT).status_code == 403


def test_a_lead_of_one_shop_hands_out_and_erases_nothing_of_another() -> None:
    claire = world.claire()
    world.conversation(claire)
    world.conversation(claire, box=world.inbox(of=world.shop("rivage")))
    client = world.client_for(world.lead())
    with untouched():
        assert client.post(f"/customers/{claire.customer_id}/export/").status_code == 403
        answer = client.post(f"/customers/{claire.customer_id}/erasure/", {"name": "Claire Vasseur"}, **FRAGMENT)
        assert answer.status_code == 422
        assert "autre boutique" in answer.content.decode()
