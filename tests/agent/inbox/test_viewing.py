"""Views with nested conditions: made on their page, listed in every order, in parts, counted, shared, put in order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comptoir.conversations.models import InboxKind, Message, MessageKind, State, View
from comptoir.conversations.queries import counts, lists
from comptoir.conversations.queries.filtering import matching
from comptoir.conversations.queries.orders import Cursor
from comptoir.core import access
from comptoir.core.models import Event, Team
from comptoir.customers.actions import identify
from comptoir.customers.models import IdentityKind, Tag
from comptoir.orders.models import OrderLine, Shipment
from tests import world
from tests.agent.inbox.test_lists import subjects

HTMX = {"HX-Request": "true", "Sec-Fetch-Dest": "empty"}
OPEN = {"field": "conversation.state", "op": "is", "value": ["open"]}


@pytest.fixture(autouse=True)
def _numbers_forgotten() -> None:
    counts._known.clear()


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def shown(client: Client, tree: dict[str, Any], **more: Any) -> list[str]:
    """The subjects that a view with these conditions lists; row by row and by keys, the same ones are found."""
    rows = access.conversations(world.camille())
    by_key = set(matching(rows, {"where": tree}, world.camille()).values_list("pk", flat=True))
    assert by_key == set(matching(rows, {"probe": tree}, world.camille()).values_list("pk", flat=True)), tree
    view = View.objects.create(name="Essai", agent=world.camille(), filters=tree, **more)
    html = client.get(f"/inbox/view-{view.pk}/").content.decode()
    view.delete()
    return subjects(html)


def test_conditions_on_the_conversation(camille: Client) -> None:
    now = timezone.now()
    vip = world.conversation(subject="Urgente", priority=2, assignee=world.camille(), topic="Retard", language="fr")
    vip.tags.add(Tag.objects.create(name="Casse"), Tag.objects.create(name="Retour"))
    chat = world.conversation(
        world.karim(), subject="Chat", box=world.inbox(InboxKind.CHAT), at=now - timedelta(hours=9)
    )
    chat.tags.add(Tag.objects.get(name="Casse"))
    world.conversation(subject="Close", state=State.CLOSED, attachment_count=2, message_count=7)
    world.conversation(subject="Pause", state=State.SNOOZED, snoozed_until=now + timedelta(hours=5))
    world.conversation(subject="Jetée", state=State.TRASH)
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({"all": []}, ["Chat", "Urgente", "Close", "Pause"]),
        (leaf("conversation.state", "is", ["trash"]), ["Jetée"]),
        ({"all": [OPEN, leaf("conversation.assignee", "is", ["me"])]}, ["Urgente"]),
        ({"all": [OPEN, leaf("conversation.assignee", "is", ["none"])]}, ["Chat"]),
        ({"all": [OPEN, leaf("conversation.tag", "all", ["Casse", "Retour"])]}, ["Urgente"]),
        ({"all": [OPEN, leaf("conversation.tag", "is", ["Casse", "Retour"])]}, ["Chat", "Urgente"]),
        ({"all": [OPEN, leaf("conversation.tag", "is_not", ["Retour"])]}, ["Chat"]),
        (leaf("conversation.topic", "is", ["Retard"]), ["Urgente"]),
        (leaf("conversation.priority", "is", ["1", "2"]), ["Urgente"]),
        (leaf("conversation.channel", "is", ["chat"]), ["Chat"]),
        (leaf("conversation.subject", "contains", "urg"), ["Urgente"]),
        ({"all": [OPEN, leaf("conversation.subject", "lacks", "urg")]}, ["Chat"]),
        ({"all": [OPEN, leaf("conversation.waiting", "over", 8)]}, ["Chat"]),
        ({"all": [OPEN, leaf("conversation.last_message", "under", 8)]}, ["Urgente"]),
        (leaf("conversation.snoozed", "under", 6), ["Pause"]),
        (leaf("conversation.snoozed", "over", 6), []),
        (leaf("conversation.attachment", "is", True), ["Close"]),
        (leaf("conversation.messages", "at_least", 5), ["Close"]),
        ({"all": [OPEN, leaf("conversation.unread", "is", True)]}, ["Chat", "Urgente"]),
        ({"any": [leaf("conversation.topic", "is", ["Retard"]), leaf("conversation.attachment", "is", True)]}, ["Urgente", "Close"]),
        ({"all": [OPEN, {"not": {"any": [leaf("conversation.channel", "is", ["chat"]), leaf("conversation.priority", "is", ["0"])]}}]}, ["Urgente"]),
    ]  # fmt: skip
    for tree, expected in asked:
        assert sorted(shown(camille, tree)) == sorted(expected), tree


def test_conditions_on_messages(camille: Client) -> None:
    asked = world.conversation(subject="Attend", text="Ma carafe est arrivée cassée")
    told = world.conversation(world.karim(), subject="Répondue", text="Ma carafe est bleue")
    reply = world.message(told, "Bonjour, un remboursement part.", kind=MessageKind.REPLY, identity=None)
    Message.objects.filter(pk=reply.pk).update(delivery="bounced")
    assert shown(camille, leaf("message.last", "is", ["customer"])) == ["Attend"]
    assert shown(camille, leaf("message.last", "is", ["us"])) == ["Répondue"]
    assert shown(camille, leaf("message.undelivered", "is", True)) == ["Répondue"]
    assert shown(camille, leaf("message.undelivered", "is", False)) == ["Attend"]
    assert sorted(shown(camille, leaf("message.text", "contains", "carafes"))) == ["Attend", "Répondue"]
    assert shown(camille, leaf("message.text", "contains", "remboursement")) == ["Répondue"]
    assert shown(camille, leaf("message.last_text", "contains", "remboursement")) == []
    assert shown(camille, leaf("message.last_text", "contains", "cassée")) == [asked.subject]


def test_conditions_on_the_customer_and_their_orders(camille: Client) -> None:
    claire, karim = world.claire(), world.karim()
    claire.customer.country, claire.customer.city = "SE", "Göteborg"
    claire.customer.save()
    claire.customer.tags.add(Tag.objects.create(name="VIP"))
    world.conversation(claire, subject="De Claire")
    beside = world.conversation(karim, subject="De Karim")
    late = world.order(claire, "MA-1", state="shipped", total=12_000)
    Shipment.objects.create(order=late, carrier="DHL", state="delayed")
    OrderLine.objects.create(order=late, sku="CAR-09", title="Carafe soufflée", unit_price=1, total=1)
    there = world.order(claire, "MA-2", state="delivered", total=3_000)
    Shipment.objects.create(order=there, carrier="Colissimo", state="delivered")
    foreign = world.order(identify(IdentityKind.EMAIL, "lise@x.example", name="Lise"), "MA-3", state="pending")
    beside.orders.add(foreign)
    mine, other = ["De Claire"], ["De Karim"]
    asked: list[tuple[Any, list[str]]] = [
        (leaf("customer.vip", "is", True), mine),
        (leaf("customer.vip", "is", False), other),
        (leaf("customer.tag", "is", ["VIP"]), mine),
        (leaf("customer.country", "is", ["SE"]), mine),
        (leaf("customer.name", "contains", "vasseur"), mine),
        (leaf("customer.name", "contains", "göteborg"), mine),
        (leaf("customer.orders", "at_least", 2), mine),
        (leaf("customer.orders", "at_most", 1), other),
        (leaf("customer.spent", "at_least", 15_000), mine),
        (leaf("customer.spent", "at_least", 15_001), []),
        (leaf("customer.spent", "at_least", 0), mine + other),
        (leaf("customer.spent", "at_most", 0), other),
        (leaf("order.state", "is", ["pending"]), other),
        (leaf("order.number", "contains", "ma-3"), other),
        (leaf("order.product", "contains", "carafe"), mine),
        (leaf("order.product", "contains", "car-09"), mine),
        (leaf("order.placed", "under", 24 * 30), mine + other),
        (leaf("order.placed", "under", 24), []),
        (leaf("order.state", "is_not", ["pending"]), mine),
        (leaf("parcel.late", "is", True), mine),
        (leaf("parcel.carrier", "is", ["DHL"]), mine),
        ({"all": [leaf("order.state", "is", ["delivered"]), leaf("parcel.carrier", "is", ["DHL"])]}, []),
        ({"all": [leaf("order.state", "is", ["shipped"]), leaf("parcel.carrier", "is", ["DHL"])]}, mine),
        ({"all": [leaf("parcel.state", "is", ["delivered"]), leaf("parcel.carrier", "is", ["DHL"])]}, []),
    ]
    for tree, expected in asked:
        assert sorted(shown(camille, tree)) == expected, tree


def form(**more: Any) -> dict[str, Any]:
    """What the page sends for open conversations."""
    plain = {"kind-0": "all", "field-0.0": "conversation.state", "op-0.0": "is", "value-0.0": ["open"], "owner": "me"}
    return plain | {"name": "Casse", "sort": "waiting", "split": "", "icon": "flag"} | more


def test_a_view_is_made_with_a_group_and_changed(camille: Client) -> None:
    world.conversation(subject="Urgente", priority=2)
    world.conversation(world.karim(), subject="Calme")
    page = camille.get("/views/new/").content.decode()
    assert 'name="field-0.0"' in page
    assert "Trouve 2" in page
    grouped = {"kind-0.1": "any", "field-0.1.0": "conversation.priority", "op-0.1.0": "is", "value-0.1.0": ["1", "2"]}
    more = {"field-0.1.1": "conversation.waiting", "op-0.1.1": "over", "value-0.1.1": "2", "unit-0.1.1": "d"}
    panel = camille.post("/views/matches/", form(**grouped, **more), headers=HTMX).content.decode()
    assert "Trouve 1" in panel
    assert subjects(panel) == ["Urgente"]
    answer = camille.post("/views/new/", form(columns=["preview", "topic"], **grouped, **more))
    view = View.objects.get()
    assert answer.headers["Location"] == f"/inbox/view-{view.pk}/"
    priority, waiting = leaf("conversation.priority", "is", ["1", "2"]), leaf("conversation.waiting", "over", 48)
    assert view.filters == {"all": [OPEN, {"any": [priority, waiting]}]}
    assert (view.agent, view.icon, view.columns) == (world.camille(), "flag", ["preview", "topic"])
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert subjects(html) == ["Urgente"]
    assert "<span>Casse</span><b>1</b>" in html
    page = camille.get(f"/views/{view.pk}/edit/").content.decode()
    assert '<option value="d" selected>' in page
    camille.post(f"/views/{view.pk}/edit/", form(name="Tout"))
    view.refresh_from_db()
    assert (view.name, view.filters, view.columns) == ("Tout", {"all": [OPEN]}, [])
    verbs = list(Event.objects.filter(subject_type="view").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["view.created", "view.renamed"]


def test_buttons_move_conditions_and_keep_what_is_typed(camille: Client) -> None:
    typed = {"field-0.1": "conversation.subject", "op-0.1": "contains", "value-0.1": "Carafe <b>", "name": "Mon nom"}
    for do, expected in [
        ("add:0", 'name="field-0.2"'),
        ("group:0", 'name="field-0.2.0"'),
        ("in:0.1", 'name="value-0.1.0" maxlength="80" value="Carafe &lt;b&gt;"'),
        ("nowhere:9", 'name="value-0.1" maxlength="80" value="Carafe &lt;b&gt;"'),
    ]:
        answer = camille.post("/views/new/", form(do=do, **typed), headers=HTMX).content.decode()
        assert answer.lstrip().startswith('<div id="conditions"')
        assert expected in answer, do
    assert "Carafe" not in camille.post("/views/new/", form(do="remove:0.1", **typed), headers=HTMX).content.decode()
    whole = camille.post("/views/new/", form(do="add:0", **typed)).content.decode()  # without a script
    assert 'value="Mon nom"' in whole
    inside = {"kind-0.1": "any", "field-0.1.0": "conversation.subject", "op-0.1.0": "contains", "value-0.1.0": "x"}
    out = camille.post("/views/new/", form(do="out:0.1.0", **inside), headers=HTMX).content.decode()
    assert 'name="field-0.1"' in out
    assert "0.1.0" not in out
    assert View.objects.count() == 0


def test_values_that_are_in_use_are_offered(camille: Client) -> None:
    for topic in ("Retard", "Casse", "Retard", ""):
        world.conversation(topic=topic)
    for name in ("DHL", "Colissimo"):
        Shipment.objects.create(order=world.order(number=name), carrier=name)
    lines = {"field-0.1": "conversation.topic", "field-0.2": "parcel.carrier", "field-0.3": "conversation.assignee"}
    html = camille.post("/views/new/", form(do="redraw", **lines), headers=HTMX).content.decode()
    offered = [part.split('"')[0] for part in html.split('type="checkbox" name="value-0.')[1:]]
    values = [part.split('value="')[1].split('"')[0] for part in html.split('type="checkbox" name="value-0.')[1:]]
    assert [value for place, value in zip(offered, values, strict=True) if place in ("1", "2")] == [
        "Retard", "Casse", "none", "Colissimo", "DHL",
    ]  # fmt: skip
    assert str(world.stranger().pk) not in values


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Donnez-lui un nom."),
        ({"value-0.0": ["exploded"]}, "il manque une valeur"),
        ({"field-0.1": "conversation.waiting", "op-0.1": "over", "value-0.1": "-3"}, "il manque une valeur"),
        ({"field-0.1": "moon.phase", "op-0.1": "is", "value-0.1": "full"}, "n’existe pas ou plus"),
        ({"field-0.1": "customer.country", "op-0.1": "is", "value-0.1": "Suède"}, "il manque une valeur"),
        ({"field-0.1": "message.text", "op-0.1": "contains", "value-0.1": "!?"}, "il manque une valeur"),
        ({f"kind-0{'.0' * n}": "all" for n in range(1, 6)} | {"value-0.0": [], "field-0.0": ""}, "Quatre groupes"),
        ({f"field-0.{n}": "conversation.unread" for n in range(1, 45)} | {f"value-0.{n}": "yes" for n in range(1, 45)} | {f"op-0.{n}": "is" for n in range(1, 45)}, "Quarante conditions"),
        ({"kind-0.1": "any"}, "Ce groupe est vide"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_lost(camille: Client, wrong: dict[str, Any], said: str) -> None:
    answer = camille.post("/views/new/", form(**{"name": "Mon nom"} | wrong))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    if "name" not in wrong:
        assert 'value="Mon nom"' in html
    assert View.objects.count() == 0


def test_who_may_share_and_with_whom(camille: Client) -> None:
    for owner in ("all", f"team:{world.store().pk}"):
        assert camille.post("/views/new/", form(owner=owner)).status_code == 403
    tom = world.client_for(world.lead())
    tom.post("/views/new/", form(owner=f"team:{world.store().pk}"))
    view = View.objects.get()
    assert (view.agent, view.team) == (None, world.store())
    assert camille.get(f"/inbox/view-{view.pk}/").status_code == 404
    assert "<span>Casse</span>" in world.client_for(world.store_manager()).get("/").content.decode()
    world.camille().teams.add(world.store())
    assert camille.get(f"/inbox/view-{view.pk}/").status_code == 200
    assert camille.get(f"/views/{view.pk}/edit/").status_code == 403
    tom.post(f"/views/{view.pk}/edit/", form(owner="me"))
    view.refresh_from_db()
    assert (view.agent, view.team) == (world.lead(), None)
    assert tom.post("/views/new/", form(owner="team:999999")).status_code == 404
    assert Team.objects.count() == 1


SORTED = {
    "waiting": [0, 1, 2, 3, 4],
    "newest": [4, 3, 2, 1, 0],
    "oldest": [4, 3, 2, 1, 0],
    "priority": [4, 2, 0, 1, 3],
    "snoozed": [3, 1, 0, 2, 4],
    "name": [1, 4, 2, 0, 3],
}


@pytest.mark.parametrize("sort", list(SORTED))
def test_every_order_goes_through_all_rows_once(camille: Client, sort: str) -> None:
    now = timezone.now()
    names, priorities = ["Omer", "Éva", "Karl", "Zoé", "fanny"], [0, 0, 1, -1, 2]
    pauses = [None, 3, None, 1, None]
    for n in range(5):
        at, pause = now - timedelta(minutes=50 - n), pauses[n]
        until = now + timedelta(hours=pause) if pause else None
        world.conversation(
            subject=f"S{n}", at=at, customer_name=names[n], priority=priorities[n], snoozed_until=until,
            created_at=now - timedelta(days=n),
        )  # fmt: skip
    view = View.objects.create(name="Triée", filters={"all": [OPEN]}, sort=sort)
    seen, after = [], None
    for _page in range(3):
        page = lists.page(world.camille(), {"where": view.filters}, sort=sort, after=after, limit=2)
        seen += [row.subject for row in page.rows]
        after = Cursor.parse(str(page.following)) if page.following else None
    assert seen == [f"S{n}" for n in SORTED[sort]]
    assert subjects(camille.get(f"/inbox/view-{view.pk}/").content.decode()) == seen
    assert camille.get(f"/inbox/view-{view.pk}/rows/?after=n00-1").status_code == 200  # a place of another order


def test_a_list_in_parts(camille: Client) -> None:
    team = Team.objects.create(name="Retours", shop=world.shop())
    for n in range(13):
        world.conversation(subject=f"R{n:02}", team=team, at=timezone.now() - timedelta(minutes=60 - n))
    world.conversation(subject="À personne")
    view = View.objects.create(name="Par équipe", filters={"all": [OPEN]}, split="team")
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert subjects(html) == ["À personne", *(f"R{n:02}" for n in range(10))]
    assert f'<a href="/inbox/view-{view.pk}/?group={team.pk}">Retours</a><span>13</span>' in html
    assert "Voir les 3 autres" in html
    assert 'id="total">14<' in html
    part = camille.get(f"/inbox/view-{view.pk}/?group={team.pk}").content.decode()
    assert len(subjects(part)) == 13
    assert subjects(camille.get(f"/inbox/view-{view.pk}/?group=none").content.decode()) == ["À personne"]
    for split in ("assignee", "shop", "channel"):
        View.objects.filter(pk=view.pk).update(split=split)
        assert len(subjects(camille.get(f"/inbox/view-{view.pk}/").content.decode())) == 10, split


def test_rows_show_the_columns_of_the_view(camille: Client) -> None:
    row = world.conversation(topic="Retard", text="Premiers mots d’ici")
    row.orders.add(world.order())
    view = View.objects.create(name="Sobre", filters={"all": [OPEN]}, columns=["topic", "orders", "assignee"])
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert '<p class="facts clip">Retard · MA-24817</p>' in html
    assert "Premiers mots d’ici" not in html


def test_a_number_that_takes_time_comes_after_the_page(camille: Client) -> None:
    world.conversation(subject="Une carafe")
    view = View.objects.create(name="Carafes", filters=leaf("conversation.subject", "contains", "carafe"))
    html = camille.get("/").content.decode()
    assert f'<b id="n-view-{view.pk}">…</b>' in html
    assert 'hx-get="/views/counts/"' in html
    told = camille.get("/views/counts/").content.decode()
    assert told == f'<b id="n-view-{view.pk}" hx-swap-oob="true">1</b>'
    html = camille.get("/").content.decode()
    assert f'<span>Carafes</span><b id="n-view-{view.pk}">1</b>' in html
    assert "/views/counts/" not in html
    with CaptureQueriesContext(connection) as asked:
        camille.get(f"/inbox/view-{view.pk}/")
    own = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"] and "'0', true" not in query["sql"]]
    assert len(own) == 6  # without those that only stand inside another transaction, as in a test


def test_views_are_copied_moved_deleted_and_brought_back(camille: Client) -> None:
    rows = [View.objects.create(name=name, agent=world.camille(), position=n) for n, name in enumerate("ABC")]
    camille.post(f"/views/{rows[2].pk}/move/", {"step": "up"})
    camille.post(f"/views/{rows[0].pk}/move/", {"step": "up"})
    assert [view.name for view in View.objects.all()] == ["A", "C", "B"]
    answer = camille.post(f"/views/{rows[0].pk}/copy/")
    copy = View.objects.get(name="A (copie)")
    assert answer.headers["Location"] == f"/views/{copy.pk}/edit/"
    View.objects.filter(pk=copy.pk).update(split="shop", columns=["topic"], sort="name", filters={"all": [OPEN]})
    copy.refresh_from_db()
    where = camille.post(f"/views/{copy.pk}/removal/").headers["Location"]
    assert not View.objects.filter(pk=copy.pk).exists()
    assert "La vue est supprimée" in camille.get(where).content.decode()
    undo = f"/views/removals/{where.rpartition('=')[2]}/undo/"
    assert world.client_for(world.lead()).post(undo).status_code == 404
    assert camille.post(undo).headers["Location"] == f"/inbox/view-{copy.pk}/"
    back = View.objects.get(pk=copy.pk)
    assert (back.filters, back.split, back.columns, back.sort) == ({"all": [OPEN]}, "shop", ["topic"], "name")
    assert camille.post(undo).status_code == 404


def test_a_flat_view_of_old_is_edited_as_conditions(camille: Client) -> None:
    flat = {"tags": ["Casse"], "customer_tags": ["VIP"], "priority_at_least": 1, "waiting": True, "assignee": "me"}
    view = View.objects.create(name="Ancienne", agent=world.camille(), filters=flat)
    page = camille.get(f"/views/{view.pk}/edit/").content.decode()
    for name in ("conversation.state", "conversation.tag", "customer.tag", "conversation.priority"):
        assert f'<option value="{name}" selected>' in page
    assert "(n’existe plus)" in page  # the tag is nowhere: its name stays


def test_a_list_is_narrowed_and_kept_on_top_of_its_conditions(camille: Client) -> None:
    world.conversation(subject="Mail")
    world.conversation(world.karim(), subject="Chat", box=world.inbox(InboxKind.CHAT))
    view = View.objects.create(name="Ouvertes", filters={"all": [OPEN]})
    where = f"/inbox/view-{view.pk}/?channel=chat"
    assert subjects(camille.get(where).content.decode()) == ["Chat"]
    camille.post("/views/", {"in": f"view-{view.pk}", "channel": "chat", "name": "Chats"}, headers=HTMX)
    kept = View.objects.get(name="Chats")
    assert kept.filters == {"all": [OPEN, leaf("conversation.channel", "is", ["chat"])]}


def test_english(camille: Client) -> None:
    me = world.camille()
    me.language = "en"
    me.save()
    page = camille.get("/views/new/").content.decode()
    for text in ("All of these conditions", "Finds 0", "Conversation", "Late parcel", "Each row shows", "Assignee"):
        assert text in page
