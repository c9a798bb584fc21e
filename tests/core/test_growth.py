"""Years on: what is asked about one person, matter or agent looks rows up. It reads no big table whole, as PostgreSQL does
with subqueries that are joined by OR."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comptoir.agent.inbox import editors
from comptoir.agent.orders import listing
from comptoir.campaigns.models import Announcement, Kind
from comptoir.campaigns.queries import gate
from comptoir.conversations import messenger
from comptoir.conversations.actions import keeping, settling, side_news
from comptoir.conversations.models import Conversation, Participant, ShopThread
from comptoir.conversations.queries import duties, thread
from comptoir.conversations.queries.search import narrowing
from comptoir.core import access
from comptoir.customers import erased
from comptoir.portal.account import mine
from tests import world

pytestmark = pytest.mark.django_db
BIG = (
    "conversations_conversation", "conversations_message", "conversations_participant", "conversations_shopthread",
    "customers_customer", "customers_identity", "orders_order", "campaigns_announcement",
)  # fmt: skip
READS = ("Seq Scan", "Index Scan", "Index Only Scan")
FEW = "conv_merged"  # an index of the merged ones alone


@pytest.fixture(autouse=True)
def grown() -> None:
    """A matter with an order; the planner believes that its tables hold a million rows, and avoids what it can avoid."""
    matter, order = world.conversation(), world.order()
    matter.orders.add(order)
    Participant.objects.create(conversation=matter, identity=world.karim(), role=Participant.Role.AUTHOR)
    ShopThread.objects.create(conversation=matter, inbox=matter.inbox, external_id="80")
    Announcement.objects.create(shop=order.shop, kind=Kind.SHIPPED, order=order, due_at=order.placed_at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET relpages = 1, reltuples = 1000000 WHERE relname = ANY(%s)", [list(BIG)])
        cursor.execute("SET LOCAL enable_seqscan = off")


def read_whole(ask: Callable[[], Any]) -> set[str]:
    """The big tables of which a statement reads every row."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found: set[str] = set()
    for query in captured.captured_queries:
        if query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"])
                told = cursor.fetchone()[0]
            found |= _whole((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
    return found


def _whole(node: dict[str, Any]) -> set[str]:
    table = node.get("Relation Name", "")
    mine = {table} if table in BIG and node["Node Type"] in READS and "Index Cond" not in node else set()
    mine = set() if node.get("Index Name") == FEW else mine
    return mine.union(*(_whole(inner) for inner in node.get("Plans", ())))


@pytest.mark.parametrize("who", [world.owner, world.camille, world.store_manager])
def test_what_an_agent_asks(who: Callable[[], Any]) -> None:
    agent, customer = who(), world.claire().customer
    key = world.claire().conversations.values_list("pk", flat=True)[0]
    assert read_whole(lambda: thread.find(access.threads(agent), agent, key)) == set()
    assert read_whole(lambda: list(duties.visible(agent).filter(assignee=agent, done_at=None))) == set()
    assert read_whole(lambda: list(duties.visible(agent).filter(customer=customer))) == set()
    assert not read_whole(lambda: editors.people_like(agent, "claire.v")) & {
        "conversations_conversation",
        "customers_customer",
    }
    assert read_whole(lambda: list(listing._search(agent, access.orders(agent), "MA-24817"))) == set()


def test_what_is_asked_about_one_matter_or_person() -> None:
    claire, shop = world.claire(), world.shop()
    key = claire.conversations.values_list("pk", flat=True)[0]
    review = Announcement(shop=shop, kind=Kind.REVIEW, order=claire.orders.first())
    asked: dict[str, Callable[[], Any]] = {
        "the account": lambda: list(mine.conversations(claire, shop)),
        "threads to tell": lambda: settling.with_threads([key]),
        "threads of a matter": lambda: list(messenger.threads_in(key)),
        "whom to keep apart": lambda: side_news.customers_of(Conversation.objects.get(pk=key)),
        "what hangs on it": lambda: keeping._with_all([key]),
        "from": lambda: list(
            access.conversations(world.camille()).filter(narrowing._from(world.camille(), "claire.vasseur@"))
        ),
        "what is open": lambda: gate.under_discussion(review),
        "who was erased": erased.digests,
    }
    assert {name: whole for name, ask in asked.items() if (whole := read_whole(ask))} == {}
