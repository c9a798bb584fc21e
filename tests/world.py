"""The named people of the suite. Functions make rows; pytest fixtures of the same names stand in conftest.py.

Inès owns Maison Alba, Camille answers, Tom leads, Yann keeps the store of Nantes, Lise only reads.
Rivage is another shop of the same house, and Otto works for it alone. Claire and Karim are customers of Maison Alba.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from comptoir.conversations.models import Conversation, Inbox, InboxKind, Message, MessageKind, Topic
from comptoir.conversations.queries.topics import tree
from comptoir.core.models import Agent, Role, Shop, Team, TeamKind
from comptoir.core.sessions import opened
from comptoir.customers.actions import identify
from comptoir.customers.models import Identity, IdentityKind
from comptoir.orders.models import Order

PASSWORD = "lin-et-figuier-1926"


def shop(slug: str = "maison-alba", **more: Any) -> Shop:
    """Maison Alba, or another shop."""
    names = {"maison-alba": "Maison Alba", "rivage": "Rivage"}
    values = {"name": names.get(slug, slug), "order_pattern": r"MA-\d{5}" if slug == "maison-alba" else ""}
    return Shop.objects.get_or_create(slug=slug, defaults=values | more)[0]


def agent(name: str, role: str = Role.AGENT, *, of: Shop | None = None, **more: Any) -> Agent:
    """Someone of the team; limited to the shop `of` when it is given."""
    email = f"{name.split()[0].lower()}@maison-alba.example".replace("è", "e").replace("ë", "e")
    found = Agent.objects.filter(email=email).first()
    if found is None:
        found = Agent(email=email, name=name, role=role, every_shop=of is None, undo_seconds=5, **more)
        found.set_password(PASSWORD)
        found.save()
        if of is not None:
            found.shops.add(of)
    return found


def owner() -> Agent:
    """Inès, who owns the house."""
    return agent("Inès Caron", Role.OWNER)


def camille() -> Agent:
    """Camille, who answers for Maison Alba."""
    return agent("Camille Roussel", of=shop())


def lead() -> Agent:
    """Tom, who leads the team of Maison Alba."""
    return agent("Tom Marchand", Role.LEAD, of=shop())


def store() -> Team:
    """The store of Nantes."""
    return Team.objects.get_or_create(name="Nantes", kind=TeamKind.STORE, shop=shop())[0]


def store_manager() -> Agent:
    """Yann, who keeps the store of Nantes and sees its matters only."""
    found = agent("Yann Kerbrat", Role.STORE, of=shop())
    found.teams.add(store())
    return found


def reader() -> Agent:
    """Lise, who may look and change nothing."""
    return agent("Lise Aubry", Role.READER, of=shop())


def stranger() -> Agent:
    """Otto, of the other shop: Maison Alba does not exist for him."""
    return agent("Otto Brandt", of=shop("rivage"))


def inbox(kind: str = InboxKind.EMAIL, *, of: Shop | None = None, **more: Any) -> Inbox:
    """The inbox of that kind."""
    where = of or shop()
    address = f"bonjour@{where.slug}.example" if kind == InboxKind.EMAIL else ""
    defaults = {"name": f"{where.name} {kind}", "address": address, "adapter": "outbox" if address else ""}
    return Inbox.objects.get_or_create(shop=where, kind=kind, defaults=defaults | more)[0]


def topic(name: str, *, under: Topic | None = None, code: str = "", **more: Any) -> Topic:
    """A topic of the tree, with its name for a code unless told otherwise."""
    found = Topic.objects.filter(code=code or name).first()
    branch = sorted([*(under.branch if under else []), code or name])
    made = found or Topic.objects.create(code=code or name, name=name, parent=under, branch=branch, **more)
    tree.forget()
    return made


def claire() -> Identity:
    """Claire Vasseur, a faithful customer."""
    return identify(IdentityKind.EMAIL, "claire.vasseur@orange.example", name="Claire Vasseur", language="fr")


def karim() -> Identity:
    """Karim Benali, another customer."""
    return identify(IdentityKind.EMAIL, "karim.benali@free.example", name="Karim Benali", language="fr")


def conversation(
    who: Identity | None = None, *, box: Inbox | None = None, text: str = "Où est mon colis ?", **more: Any
) -> Conversation:
    """An open conversation that waits, with one message of the customer an hour old."""
    who, box = who or claire(), box or inbox()
    if more.get("topic"):
        topic(more["topic"])
    at = more.pop("at", None) or timezone.now() - timedelta(hours=1)
    values: dict[str, Any] = {
        "shop": box.shop,
        "inbox": box,
        "identity": who,
        "channel": box.kind,
        "subject": "Colis introuvable",
        "preview": text,
        "customer_name": who.customer.name,
        "waiting_since": at,
        "rank": Conversation.rank_of(at, at),
        "last_message_at": at,
        "created_at": at,
        "message_count": 1,
    }
    made = Conversation.objects.create(**values | more)
    first = message(made, text, at=at)
    made.newest_message = first.pk
    made.save(update_fields=["newest_message"])
    return made


def message(made: Conversation, text: str, *, at: datetime | None = None, **more: Any) -> Message:
    """One message, of the customer unless told otherwise."""
    values: dict[str, Any] = {
        "kind": MessageKind.CUSTOMER,
        "identity": made.identity,
        "sender": {"email": made.identity.value, "name": made.customer_name},
        "text": text,
        "created_at": at or timezone.now(),
    }
    return Message.objects.create(conversation=made, inbox=made.inbox, **values | more)


def order(who: Identity | None = None, number: str = "MA-24817", **more: Any) -> Order:
    """An order of Maison Alba."""
    values = {"number": number, "placed_at": timezone.now() - timedelta(days=6), "total": 9680, "state": "shipped"}
    return Order.objects.create(shop=shop(), identity=who or claire(), external_id=number, **values | more)


def client_for(who: Agent, **more: Any) -> Client:
    """A browser in which that agent is signed in."""
    client = Client(**more)
    client.force_login(who)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    opened(who, key, device="Firefox", network_address="127.0.0.1")
    return client
