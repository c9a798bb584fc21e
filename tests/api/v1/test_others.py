"""Customers, orders, events, the house, tokens and their limits, through the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.api.v1 import door
from comptoir.core import programs
from comptoir.core.actors import Actor
from comptoir.core.models import ApiToken, Event, IdempotencyKey
from comptoir.core.programs import Scope, create_token, revoke_token
from comptoir.customers.models import Customer, CustomerNote
from tests import world
from tests.api.v1.conftest import Program, program_of

pytestmark = pytest.mark.django_db


def test_a_customer_is_found_by_what_is_known(program: Program) -> None:
    claire = world.claire().customer
    world.conversation()
    world.conversation(world.karim())
    keys = lambda query: [row["id"] for row in program("GET", f"/customers?{query}").json()["data"]]  # noqa: E731
    assert keys("email=Claire.Vasseur@orange.example") == [claire.pk]
    assert keys("q=vasseur%20claire") == [claire.pk]
    assert keys("phone=06%2012%2034%2056%2078") == []
    assert keys("limit=1") == [min(claire.pk, world.karim().customer_id)]
    assert program("GET", "/customers?phone=none").json()["code"] == "bad_phone"


def test_a_customer_is_made_once_and_filled_in() -> None:
    program = program_of(world.owner())
    body = {"phone": "06 12 34 56 78", "name": "Hugo Petit", "tags": ["pro"], "city": "Lyon"}
    made = program("POST", "/customers", body)
    assert made.status_code == 201, made.content
    assert made.json()["identities"][0]["value"] == "+33612345678"
    again = program("POST", "/customers", {"phone": "+33612345678", "city": "Nantes"}).json()
    assert (again["id"], again["city"], again["name"], again["tags"]) == (
        made.json()["id"],
        "Nantes",
        "Hugo Petit",
        ["pro"],
    )
    assert Customer.objects.count() == 1
    changed = program("PATCH", f"/customers/{again['id']}", {"tags": [], "company": "Petit SARL"}).json()
    assert (changed["tags"], changed["company"]) == ([], "Petit SARL")
    assert program("POST", f"/customers/{again['id']}/notes", {"text": "Préfère le matin"}).status_code == 201
    assert CustomerNote.objects.get().agent == world.owner()
    for bad in ({}, {"email": "a@b.fr", "phone": "0612345678"}, {"email": "a b@c.fr"}, {"nom": "x"}):
        assert program("POST", "/customers", bad).status_code == 422, bad


def test_a_shops_agent_does_not_learn_of_another_shops_customer(program: Program) -> None:
    world.conversation(world.karim(), box=world.inbox(of=world.shop("rivage")))
    body = {"email": "karim.benali@free.example", "name": "Moi"}
    refused = program("POST", "/customers", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "elsewhere")
    assert "Karim" not in refused.content.decode()
    world.karim().customer.refresh_from_db()
    assert world.karim().customer.name == "Karim Benali"


def test_a_person_is_exported_and_erased_by_who_may() -> None:
    row = world.conversation()
    key = row.identity.customer_id
    answering, leading = program_of(world.camille()), program_of(world.lead())
    data = answering("POST", f"/customers/{key}/export").json()
    assert "Où est mon colis ?" in str(data)
    assert Event.objects.get(verb="customer.exported").codes["token"]
    assert answering("DELETE", f"/customers/{key}").json()["code"] == "role"
    assert leading("DELETE", f"/customers/{key}").status_code == 204
    assert "Où est mon colis" not in leading("GET", f"/conversations/{row.pk}/messages").content.decode()
    assert leading("DELETE", f"/customers/{key}").status_code == 404


def test_orders_are_found_and_shown_whole(program: Program) -> None:
    order = world.order()
    world.order(world.karim(), "MA-24818", placed_at=timezone.now())
    order.lines.create(title="Nappe", unit_price=4840, total=9680, quantity=2)
    parcel = order.shipments.create(carrier="colissimo", number="6A123", state="in_transit")
    parcel.events.create(occurred_at=timezone.now(), state="in_transit", text="En cours")
    found = program("GET", "/orders?number=ma%2024817").json()["data"]
    assert [row["id"] for row in found] == [order.pk]
    shown = program("GET", f"/orders/{order.pk}").json()
    assert (shown["total"], shown["currency"], shown["lines"][0]["quantity"]) == (9680, "EUR", 2)
    assert shown["parcels"][0]["events"][0]["text"] == "En cours"
    newest = program("GET", "/orders?limit=1").json()
    assert newest["data"][0]["number"] == "MA-24818"
    assert program("GET", f"/orders?limit=1&cursor={newest['next']}").json()["data"][0]["id"] == order.pk


def test_events_are_read_from_where_one_stands(program: Program) -> None:
    row = world.conversation()
    program("PATCH", f"/conversations/{row.pk}", {"state": "closed"})
    elsewhere = world.conversation(world.karim(), box=world.inbox(of=world.shop("rivage")))
    program_of(world.owner())("PATCH", f"/conversations/{elsewhere.pk}", {"state": "closed"})
    assert program("GET", "/events").json()["data"] == []  # too fresh: a lower number may still commit
    Event.objects.update(recorded_at=timezone.now() - timedelta(seconds=6))
    found = program("GET", "/events?type=conversation.closed").json()["data"]
    assert [(event["subject"]["id"], event["type"]) for event in found] == [(row.pk, "conversation.closed")]
    assert program("GET", f"/events?after={found[0]['id']}").json()["data"] == []
    kinds = {event["type"].partition(".")[0] for event in program_of(world.owner())("GET", "/events").json()["data"]}
    assert kinds == {"conversation"}  # accounts and tokens are not told


def test_the_house_is_named_as_far_as_it_is_seen(program: Program) -> None:
    box, far = world.inbox(), world.inbox(of=world.shop("rivage"))
    shown = program("GET", "/house").json()
    assert [row["id"] for row in shown["inboxes"]] == [box.pk]
    assert far.pk not in [row["id"] for row in shown["inboxes"]]
    assert program("GET", "/me").json()["agent"]["name"] == "Camille Roussel"


def test_a_token_that_ended_opens_nothing() -> None:
    owner = world.owner()
    actor = Actor.of(owner)
    dead, text = create_token("x", owner, [Scope.READ_ORDERS], expires_at=None, actor=actor)
    late = create_token("y", owner, [Scope.READ_ORDERS], expires_at=timezone.now(), actor=actor)[1]
    gone = create_token("z", world.camille(), [Scope.READ_ORDERS], expires_at=None, actor=actor)[1]
    assert Program(text)("GET", "/orders").status_code == 200
    assert revoke_token(dead, actor=actor)
    assert not revoke_token(dead, actor=actor)
    camille = world.camille()
    camille.is_active = False
    camille.save()
    for token in (text, late, gone, "", "cpt_", "é"):
        answer = Program(token)("GET", "/orders")
        assert (answer.status_code, answer.json()["code"]) == (401, "token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert text not in str(list(ApiToken.objects.values()))
    assert Client().get("/api/v1/orders").status_code == 401


def test_a_token_that_asks_too_often_waits(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REQUESTS", 2)
    assert program("GET", "/me").headers["RateLimit-Remaining"] == "1"
    program("GET", "/me")
    refused = program("GET", "/me")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert program_of(world.owner())("GET", "/me").status_code == 200


def test_idempotency_keys_are_bounded_and_forgotten(program: Program) -> None:
    row = world.conversation()
    long = program("POST", f"/conversations/{row.pk}/notes", {"text": "x"}, Idempotency_Key="k" * 201)
    assert long.json()["code"] == "bad_key"
    program("POST", f"/conversations/{row.pk}/notes", {"text": "x"}, Idempotency_Key="k")
    other = program_of(world.lead())
    assert other("POST", f"/conversations/{row.pk}/notes", {"text": "x"}, Idempotency_Key="k").status_code == 201
    assert row.messages.filter(kind="note").count() == 2  # another token's key is another key
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    programs.forget_keys()
    assert not IdempotencyKey.objects.exists()


def test_nonsense_is_refused_in_one_shape(program: Program) -> None:
    row = world.conversation()
    url = f"/api/v1/conversations/{row.pk}/notes"
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {program.token}"}
    for body in (b"{", b"\xff", b"[]", b'{"text": 5}', b'{"text": null}', b"null"):
        answer = Client().post(url, body, content_type="application/json", **bearer)
        assert answer.status_code in {400, 422}, body
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(answer.json()) >= {"status", "code", "detail"}
    assert program("GET", f"/conversations/{2**70}").status_code == 404
    assert program("GET", "/conversations?tag=%00").status_code == 422
    assert program("GET", "/customers?q=%00%27").status_code == 422
    assert program("POST", f"/conversations/{row.pk}/notes", {"text": "a\0b"}).status_code == 422


def test_the_api_describes_itself() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert all(one["security"] for one in operations)
    assert {one["x-scope"] for one in operations if "x-scope" in one} == {str(scope) for scope in Scope}
