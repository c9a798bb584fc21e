"""Fill an empty database with N conversations, by COPY: `python -m bench.inside.data N`.

Of a million conversations 50,000 are open and 20,000 wait for the customer; most have one or two messages, some have
exactly 5 and some exactly 200 (their keys are in the table `bench_detail`). Seeded: the same at every run, but for the
dates, which are relative to today.
"""

import json
import random
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bench import inside

inside.start()

from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402
from psycopg.types.json import Jsonb  # noqa: E402

from bench.inside import texts  # noqa: E402
from comptoir.conversations.models import (  # noqa: E402
    Attachment,
    Conversation,
    Inbox,
    Message,
    ReadMark,
    Retention,
    View,
)
from comptoir.core.models import Agent, Event, File, Installation, Role, Shop, Team  # noqa: E402
from comptoir.customers.models import Customer, Identity, Tag  # noqa: E402
from comptoir.orders.models import Order, OrderLine, Shipment  # noqa: E402

AGENTS, TEAMS, TAGS = 24, 5, 12
STATES = {"open": 50, "pending": 20, "snoozed": 5, "spam": 15, "trash": 5, "closed": 905}
CHANNELS = {"email": 70, "chat": 18, "form": 10, "phone": 2}
rng = random.Random(20_261_124)
now = timezone.now().replace(microsecond=0)
Values = dict[str, Any]


def copy(model: type[models.Model], rows: Iterable[Values]) -> None:
    """COPY rows into a model's table; what a row does not say is the field's default."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    defaults = {field: (field.has_default() and callable(field.default), field.get_default()) for field in fields}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as out:
            for row in rows:
                out.write_row([_value(field, row, *defaults[field]) for field in fields])
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), "
            f'(SELECT coalesce(max(id), 1) FROM "{model._meta.db_table}"))'
        )


def _value(field: Any, row: Values, fresh: bool, default: Any) -> Any:
    value = row[field.attname] if field.attname in row else field.get_default() if fresh else default
    if isinstance(field, models.JSONField):
        return Jsonb(value)
    if isinstance(field, models.UUIDField) and value is None:
        return uuid.UUID(int=rng.getrandbits(128))
    if value is None and (getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)):
        return now
    return value


def small_tables() -> None:
    """Shops, people of the team, inboxes, tags."""
    Installation.objects.get_or_create(pk=1, defaults={"set_up_at": now})
    Retention.objects.create(spam_days=3_650, trash_days=3_650)  # nothing is purged while something is measured
    shops = [
        Shop.objects.create(name=name, slug=slug, order_pattern=r"MA-\d{5}")
        for name, slug in (("Alba", "alba"), ("Brume", "brume"))
    ]
    teams = [Team.objects.create(name=f"Équipe {number}", position=number) for number in range(TEAMS)]
    for number in range(AGENTS):
        role = Role.OWNER if number == 0 else Role.LEAD if number < 3 else Role.AGENT
        agent = Agent.objects.create(
            email=f"agent{number}@bench.example", name=texts.person(rng), role=role, every_shop=number % 4 != 3
        )
        agent.set_unusable_password()
        agent.save()
        agent.teams.set(rng.sample(teams, 2))
        agent.shops.set(shops[:1] if number % 4 == 3 else shops)
    for shop in shops:
        for kind in CHANNELS:
            Inbox.objects.create(
                shop=shop, name=f"{shop.name} {kind}", kind=kind, address=f"bonjour@{shop.slug}.example", adapter=""
            )
    shared = {
        "Clients VIP": {"customer_tags": ["VIP"]},
        "Retours": {"tags": ["sujet 1", "sujet 2"]},
        "Chat": {"channel": "chat"},
        "Urgentes": {"priority_at_least": 1},
    }
    View.objects.bulk_create(
        View(name=name, position=place, filters=filters) for place, (name, filters) in enumerate(shared.items())
    )
    Tag.objects.bulk_create(Tag(name=f"sujet {number}") for number in range(TAGS))


def customers(count: int) -> Iterator[Values]:
    """Customers; their identities have the same keys."""
    for key in range(1, count + 1):
        yield {"id": key, "name": texts.person(rng), "language": "fr", "since": now.date()}


def identities(count: int) -> Iterator[Values]:
    """One address for each customer."""
    for key in range(1, count + 1):
        yield {"id": key, "kind": "email", "value": f"client{key}@bench.example", "customer_id": key}


def ages(count: int) -> list[datetime]:
    """When conversations began: over two years, more of late."""
    return sorted(now - timedelta(days=730 * rng.random() ** 1.6, seconds=60) for _ in range(count))


def conversations(count: int, people: int, inboxes: dict[tuple[int, str], int]) -> Iterator[Values]:
    """All rows of the list; those still open are mostly recent."""
    states = rng.choices(list(STATES), list(STATES.values()), k=count)
    kinds = rng.choices(list(CHANNELS), list(CHANNELS.values()), k=count)
    for key, (began, state, kind) in enumerate(zip(ages(count), states, kinds, strict=True), start=1):
        if state in {"open", "pending", "snoozed"}:
            began = now - timedelta(days=21 * rng.random() ** 2, seconds=60)
        shop = 1 if rng.random() < 0.7 else 2
        waits = state == "open" and rng.random() < 0.8
        last = min(now, began + timedelta(hours=rng.expovariate(0.1)))
        assigned = rng.random() < (0.6 if state != "closed" else 0.9)
        yield {
            "id": key,
            "public_id": uuid.UUID(int=rng.getrandbits(128)),
            "shop_id": shop,
            "inbox_id": inboxes[shop, kind],
            "identity_id": rng.randint(1, people),
            "channel": kind,
            "subject": rng.choice(texts.SUBJECTS),
            "preview": texts.text(rng, 2)[:160],
            "customer_name": texts.person(rng),
            "language": "fr",
            "state": state,
            "priority": rng.choices((0, 1, 2, -1), (85, 9, 3, 3))[0],
            "assignee_id": rng.randint(1, AGENTS) if assigned else None,
            "team_id": rng.randint(1, TEAMS) if rng.random() < 0.7 else None,
            "waiting_since": last if waits else None,
            "rank": Conversation.rank_of(last if waits else None, last),
            "last_message_at": last,
            "message_count": 1,
            "newest_message": key,
            "closed_at": last if state == "closed" else None,
            "snoozed_until": now + timedelta(days=3) if state == "snoozed" else None,
            "created_at": began,
        }


def detail_keys(count: int) -> dict[int, int]:
    """The conversations with exactly 5 (one in 100) and exactly 200 messages (one in 1,000): key -> messages."""
    keys = rng.sample(range(1, count + 1), count // 100 + count // 1_000)
    return dict.fromkeys(keys[: count // 100], 5) | dict.fromkeys(keys[count // 100 :], 200)


def messages(threads: list[tuple[int, int, int, datetime]], detail: dict[int, int]) -> Iterator[Values]:
    """One message a conversation, and the long threads: customer and team in turn, a note in ten."""
    for key, inbox, identity, began in threads:
        for number in range(detail.get(key, 1)):
            ours = number % 2 == 1
            note = number % 10 == 9
            words = texts.text(rng)
            yield {
                "public_id": uuid.UUID(int=rng.getrandbits(128)),
                "conversation_id": key,
                "inbox_id": inbox,
                "kind": "note" if note else "reply" if ours else "customer",
                "identity_id": None if ours else identity,
                "agent_id": rng.randint(1, AGENTS) if ours else None,
                "text": words,
                "html": "" if ours or number % 4 else f"<html><body><p>{words}</p></body></html>",
                "sender": {} if ours else {"email": f"client{identity}@bench.example", "name": "Claire Vasseur"},
                "to": [{"email": "bonjour@alba.example", "name": "Alba"}],
                "message_id": None if ours else f"bench-{key}-{number}@bench.example",
                "delivery": "sent" if ours and not note else "",
                "created_at": began + timedelta(minutes=number),
                "sent_at": began + timedelta(minutes=number),
            }


def numbered(rows: Iterable[Values]) -> Iterator[Values]:
    """Rows with keys from 1."""
    for key, row in enumerate(rows, start=1):
        yield {"id": key, **row}


def beside(detail: dict[int, int], people: int) -> None:
    """What a detail page also shows: files, events, tags, orders with lines and parcels, what was read."""
    files = [{"key": f"bench/{n}", "name": f"photo {n}.jpg", "content_type": "image/jpeg"} for n in range(1, 51)]
    copy(File, numbered({**file, "size": 90_000, "sha256": "0" * 64} for file in files))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY conversation_id ORDER BY id) AS place "
            "FROM conversations_message WHERE conversation_id = ANY(%s)) placed WHERE mod(place, 20) = 3",
            [list(detail)],
        )
        with_files = [key for (key,) in cursor.fetchall()]
    copy(Attachment, numbered({"message_id": key, "file_id": rng.randint(1, 50)} for key in with_files))
    copy(Event, numbered(event for key in detail for event in _events(key)))
    copy(Order, numbered(_order(number, people) for number in range(people // 2)))
    copy(OrderLine, numbered(_line(order) for order in range(1, people // 2 + 1) for _ in range(2)))
    copy(Shipment, numbered({"order_id": n, "carrier": "Colissimo", "number": f"8L{n}"} for n in range(1, people // 2)))
    tagged = (
        {"conversation_id": key, "tag_id": tag}
        for key in range(1, Conversation.objects.count() + 1)
        if rng.random() < 0.3
        for tag in rng.sample(range(1, TAGS + 1), rng.randint(1, 2))
    )
    copy(Conversation.tags.through, numbered(tagged))
    opened = list(Conversation.objects.filter(state__in=["open", "pending"]).values_list("pk", flat=True))
    read = ((key, agent) for key in opened for agent in rng.sample(range(1, AGENTS + 1), 3))
    copy(ReadMark, numbered({"conversation_id": k, "agent_id": a, "message_id": 10**9} for k, a in read))


def _events(key: int) -> Iterator[Values]:
    for verb in ("conversation.assigned", "conversation.tagged", "message.received"):
        yield {
            "recorded_at": now,
            "occurred_at": now,
            "verb": verb,
            "subject_type": "conversation",
            "subject_id": key,
            "shop_key": 1,
            "actor_kind": "agent",
            "actor_id": 1,
            "codes": {},
            "topics": [],
            "audiences": [],
        }


def _order(number: int, people: int) -> Values:
    return {
        "shop_id": 1,
        "identity_id": rng.randint(1, people),
        "external_id": f"o{number}",
        "number": f"MA-{10_000 + number}",
        "placed_at": now - timedelta(days=365 * rng.random()),
        "total": rng.randint(900, 20_000),
        "state": "shipped",
    }


def _line(order: int) -> Values:
    return {"order_id": order, "title": "Bol en grès", "unit_price": 1_900, "total": 1_900}


def main(count: int) -> None:
    """Everything, in the order of the keys."""
    people = count // 4
    small_tables()
    copy(Customer, customers(people))
    copy(Identity, identities(people))
    inboxes = {(shop, kind): key for key, shop, kind in Inbox.objects.values_list("pk", "shop_id", "kind")}
    copy(Conversation, conversations(count, people, inboxes))
    detail = detail_keys(count)
    threads = Conversation.objects.order_by("pk").values_list("pk", "inbox_id", "identity_id", "created_at")
    copy(Message, numbered(messages(list(threads), detail)))
    beside(detail, people)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_detail (conversation_id bigint PRIMARY KEY, messages integer NOT NULL)")
        cursor.executemany("INSERT INTO bench_detail VALUES (%s, %s)", list(detail.items()))
        cursor.execute(
            "UPDATE conversations_conversation c SET message_count = n, newest_message = newest FROM (SELECT "
            "conversation_id, count(*) n, max(id) newest FROM conversations_message GROUP BY 1) m "
            "WHERE m.conversation_id = c.id AND (n > 1 OR newest <> newest_message)"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
    print(json.dumps({"conversations": int(sys.argv[1])}))
