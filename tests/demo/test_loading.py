"""Loading the demo: exact counts, the pictures' own figures, silence, and refusals."""

import pytest
from django.db import connection
from django.db.models import F, Q

from comptoir.care.models import Case
from comptoir.config import cli
from comptoir.conversations.models import Conversation, Mention, Message, View
from comptoir.conversations.models.searching import LexiconWord
from comptoir.conversations.queries.filtering import matching
from comptoir.core import access, files
from comptoir.core.models import Agent, Event, File, Installation, Shop, Team
from comptoir.customers.models import Customer, Identity
from comptoir.demo.house import OWNER, PASSWORD
from comptoir.orders.models import Order, ParcelState, Product, Shipment
from comptoir.orders.queries import find_by_number, for_customer, value

pytestmark = pytest.mark.django_db


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def open_ones(agent: Agent, **filters: object) -> int:
    return matching(access.conversations(agent), filters, agent).count()


def test_the_demo_is_loaded_anew_whole_and_silent(capsys, monkeypatch) -> None:
    signals: list[object] = []
    monkeypatch.setattr("comptoir.core.live.changed", lambda *words, **named: signals.append((words, named)))
    left = Shop.objects.create(name="Ce qui était là", slug="avant")
    Installation.objects.create(pk=1, demo=True)
    assert cli.main(["demo", "load"]) == 1
    assert "already has a shop" in capsys.readouterr().err
    assert cli.main(["demo", "reset"]) == 0
    assert not Shop.objects.filter(pk=left.pk).exists()
    shown = capsys.readouterr().out
    assert "100%" in shown
    assert OWNER in shown
    counts = [model.objects.count() for model in (Product, Customer, Order, Conversation, Agent, Team, Shop)]
    assert counts == [62, 1500, 2000, 400, 10, 4, 1]
    assert (jobs(), signals) == (0, [])
    assert set(Event.objects.values_list("origin", flat=True)) == {"demo"}
    assert set(Shipment.objects.values_list("state", flat=True)) == set(ParcelState.values)
    assert Case.objects.filter(incident__isnull=False).count() > 5
    assert Case.objects.values("kind").distinct().count() >= 6
    assert set(Conversation.objects.values_list("language", flat=True)) == {
        "fr",
        "en",
        "de",
        "es",
        "it",
        "nl",
        "pt",
        "pl",
        "sv",
    }
    assert set(Conversation.objects.values_list("channel", flat=True)) == {"email", "chat", "form", "phone"}
    assert LexiconWord.objects.get(text="livraison").count > 5  # a typing error is mended from the first search on
    owner = Agent.objects.get(email=OWNER)
    assert owner.check_password(PASSWORD)
    _the_pictures_say_the_same(owner)
    _claire_is_as_drawn()
    _conversations_repeat_their_messages()
    _nothing_hangs_loose()


def _the_pictures_say_the_same(owner: Agent) -> None:
    shared = {view.name: open_ones(owner, **view.filters) for view in View.objects.all()}
    assert shared == {
        "Retards": 18,
        "Avant envoi": 7,
        "Clients VIP": 3,
        "Retours": 4,
        "Casse, photo": 2,
        "Sur mesure": 1,
    }
    stores = {team.name: open_ones(owner, team=team.pk) for team in Team.objects.filter(kind="store")}
    assert stores == {"Nantes": 2, "Lyon": 4}
    assert [open_ones(owner), open_ones(owner, assignee="me"), open_ones(owner, assignee="none")] == [42, 6, 9]
    assert [open_ones(owner, states=["snoozed"]), open_ones(owner, mentioned="unread")] == [11, 2]
    first = list(
        Conversation.objects.filter(state="open").order_by("rank", "id").values_list("customer_name", flat=True)[:7]
    )
    assert first == [
        "Claire Vasseur", "Léa Fontaine", "Karim Benali", "Paul Lemoine", "Odile Garnier", "Hélène Quéré", "Jeanne Pruvost",
    ]  # fmt: skip


def _claire_is_as_drawn() -> None:
    claire = Customer.objects.get(name="Claire Vasseur")
    worth = value(Order.objects.all(), claire)
    assert (worth.spent, worth.orders, worth.average) == (128450, 9, 14272)
    [order] = find_by_number(Order.objects.all(), "ma 24817")
    assert [(line.title, line.quantity, line.total) for line in order.lines.all()] == [
        ("Serviettes lin «\u202fSauge\u202f»", 4, 6800),
        ("Bougie «\u202fFiguier\u202f» 180\u00a0g", 1, 2490),
    ]
    assert (order.total, order.shipments.get().relay["name"]) == (9680, "Tabac de la Paix")
    assert [row.number for row in for_customer(Order.objects.all(), claire)][:3] == ["MA-24817", "MA-22640", "MA-20913"]
    assert claire.notes.get().text.startswith("Tient une table d’hôtes.")
    assert claire.identities.filter(kind="shop", value="4812").exists()


def _conversations_repeat_their_messages() -> None:
    for row in Conversation.objects.prefetch_related("messages__attachments"):
        messages = list(row.messages.all())
        assert row.message_count == len(messages)
        assert row.attachment_count == sum(len(message.attachments.all()) for message in messages)
        assert row.newest_message == max((m.pk for m in messages if m.kind == "customer"), default=0)
        assert row.rank == Conversation.rank_of(row.waiting_since, row.last_message_at)
        assert (row.waiting_since is None) or row.state == "open"
    unanswered = Q(delivery="sent", seen_at=None, inbox__kind="chat")
    assert not Message.objects.filter(unanswered).exists()  # or the sweep would mail it
    assert not Message.objects.filter(delivery__in=["held", "queued", "sending"]).exists()
    assert Mention.objects.filter(read_at=None).count() == 2


def _nothing_hangs_loose() -> None:
    assert not Identity.objects.filter(customer__name="", kind="email").exists()
    assert not Customer.objects.filter(identities=None).exists()
    assert not Order.objects.filter(lines=None).exists()
    assert not Order.objects.filter(refunds__amount__gt=F("total")).exists()
    assert File.objects.count() >= 40
    assert files.read(File.objects.earliest("pk"))


def test_only_a_demo_is_reset(capsys) -> None:
    Shop.objects.create(name="Une vraie boutique", slug="vraie")
    assert cli.main(["demo", "reset"]) == 1
    assert "is not a demo" in capsys.readouterr().err
    assert Shop.objects.count() == 1
