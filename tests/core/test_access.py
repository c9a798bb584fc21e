"""Who sees what, what streams carry to whom, and tokens that open one thing only."""

import pytest
from django.conf import settings

from comptoir.conversations.models import Conversation, InboxKind
from comptoir.core import access, keys, streams, throttle
from comptoir.core.access import May
from comptoir.core.models import Agent
from comptoir.core.sessions import end_all
from tests import world

pytestmark = pytest.mark.django_db
WORK = {May.ANSWER, May.ORGANISE, May.EDIT_CUSTOMERS, May.ACT_ON_ORDERS}


def seen(agent: Agent) -> tuple[int, int, int]:
    """How many conversations, orders and customers an agent sees."""
    return (
        access.conversations(agent).count(),
        access.orders(agent).count(),
        access.customers(agent).count(),
    )


def test_each_sees_their_own_shops_and_a_store_its_own_queue() -> None:
    world.conversation()
    own = world.conversation(world.karim(), team=world.store())
    world.order(world.claire())
    world.conversation(box=world.inbox(of=world.shop("rivage")), who=world.claire())
    assert seen(world.owner()) == (3, 1, 2)
    assert seen(world.camille()) == (2, 1, 2)
    assert seen(world.stranger()) == (1, 0, 1)
    assert list(access.conversations(world.store_manager())) == [own]
    assert seen(world.store_manager()) == (1, 0, 1)


@pytest.mark.parametrize("who", [world.owner, world.camille, world.store_manager])
def test_opening_a_matter_or_a_thread_aside_reads_no_other_conversation(who) -> None:  # type: ignore[no-untyped-def]
    plan = access.threads(who()).filter(pk=1).explain()
    read = [line.strip() for line in plan.splitlines() if " on conversations_conversation" in line]
    assert 1 <= len(read) <= 2, plan  # the row, and what a thread aside lies beside


def test_a_store_sees_an_order_once_it_stands_beside_a_matter_of_its_own() -> None:
    order = world.order()
    made = world.conversation(team=world.store())
    assert list(access.orders(world.store_manager())) == []
    made.orders.add(order)
    assert list(access.orders(world.store_manager())) == [order]


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (world.owner, set(May)),
        (world.lead, {*WORK, May.ERASE, May.SHARE_VIEWS, May.SHARE_MACROS}),
        (world.camille, WORK),
        (world.store_manager, WORK - {May.EDIT_CUSTOMERS}),
        (world.reader, set()),
    ],
)
def test_what_each_role_may_do(who, allowed: set[May]) -> None:  # type: ignore[no-untyped-def]
    agent = who()
    assert {what for what in May if access.can(agent, what)} == allowed
    agent.is_active = False
    assert not any(access.can(agent, what) for what in May)


def test_streams_carry_a_shop_to_those_who_see_it() -> None:
    alba, rivage = world.shop(), world.shop("rivage")
    camille, otto, yann = world.camille(), world.stranger(), world.store_manager()
    assert access.audiences(camille) == {f"agent:{camille.pk}", f"shop:{alba.pk}"}
    assert access.audiences(otto) == {f"agent:{otto.pk}", f"shop:{rivage.pk}"}
    assert access.audiences(yann) == {f"agent:{yann.pk}", f"team:{world.store().pk}"}


def test_a_stream_belongs_to_a_session_that_lives_or_to_a_chat_token() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    subscriber = streams.authenticate({}, cookies)
    assert subscriber is not None
    assert subscriber.key == f"agent:{camille.pk}"
    end_all(camille)
    assert streams.authenticate({}, cookies) is None
    made: Conversation = world.conversation(box=world.inbox(InboxKind.CHAT))
    token = keys.sign(made.public_id.hex, purpose="chat")
    visitor = streams.authenticate({"authorization": f"Bearer {token}"}, {})
    assert visitor is not None
    assert visitor.audiences == {f"chat:{made.public_id.hex}"}
    assert streams.authenticate({"authorization": f"Bearer {token}x"}, {}) is None
    assert streams.authenticate({"authorization": "Bearer " + keys.sign("x", purpose="account")}, {}) is None
    assert streams.authenticate({}, {}) is None


def test_a_closed_account_has_no_stream() -> None:
    camille = world.camille()
    client = world.client_for(camille)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    Agent.objects.filter(pk=camille.pk).update(is_active=False)
    assert streams.authenticate({}, cookies) is None


def test_old_links_survive_a_rotation_and_strange_ones_do_not(settings) -> None:  # type: ignore[no-untyped-def]
    import json

    token, secret = keys.sign({"a": 1}, purpose="p"), keys.encrypt("mot de passe")
    mark = keys.short_signature("42", purpose="thread")
    ring = json.loads(settings.KEYRING)
    for use in ring:
        ring[use]["2"] = f"another key for {use} that is long enough"
    settings.KEYRING = json.dumps(ring)
    assert (keys.unsign(token, purpose="p"), keys.decrypt(secret)) == ({"a": 1}, "mot de passe")
    assert keys.proves(mark, "42", purpose="thread")
    assert not keys.proves(mark, "43", purpose="thread")
    assert keys.sign({"a": 1}, purpose="p").startswith("2.")
    for bad in (token.replace("1.", "7.", 1), token[:-1], "", "x", "1.", keys.sign(1, purpose="q")):
        with pytest.raises(keys.BadToken):
            keys.unsign(bad, purpose="p")
    del ring["encryption"]["1"]
    settings.KEYRING = json.dumps(ring)
    with pytest.raises(keys.CannotDecrypt):
        keys.decrypt(secret)


def test_a_limit_counts_in_its_window_and_forgets_on_request() -> None:
    for _ in range(3):
        throttle.hit("signin:claire", limit=3, seconds=60)
    with pytest.raises(throttle.TooMany) as stopped:
        throttle.hit("signin:claire", limit=3, seconds=60)
    assert 1 <= stopped.value.seconds <= 60
    throttle.hit("signin:karim", limit=3, seconds=60)
    throttle.forget("signin:claire")
    throttle.hit("signin:claire", limit=3, seconds=60)
