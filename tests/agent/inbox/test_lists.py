"""Lists: what stands in them, in which order, how they go on, what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import organising
from comptoir.conversations.models import InboxKind, Mention, Message, MessageKind, Presence, State, View
from comptoir.customers.models import Tag
from tests import world


def many(count: int) -> list[Any]:
    """That many waiting conversations, the first has been waiting longest."""
    now = timezone.now()
    made = []
    for number in range(count):
        at = now - timedelta(minutes=count - number)
        made.append(world.conversation(subject=f"Sujet {number:03}", at=at, customer_name=f"Client {number:03}"))
    return made


def subjects(html: str) -> list[str]:
    """The subjects of the rows, in their order."""
    return [part.split("<")[0] for part in html.split('<p class="sub clip">')[1:]]


def test_who_waits_longest_comes_first_then_the_answered_ones(camille: Client) -> None:
    answered = world.conversation(subject="Répondue", waiting_since=None)
    answered.rank = answered.rank_of(None, answered.last_message_at)
    answered.save()
    many(3)
    html = camille.get("/").content.decode()
    assert subjects(html) == ["Sujet 000", "Sujet 001", "Sujet 002", "Répondue"]
    assert "Vient d’arriver" in html
    assert "Déjà répondu" in html


def test_a_row_says_all_that_is_known(camille: Client) -> None:
    row = world.conversation(assignee=world.camille(), priority=2)
    row.tags.add(Tag.objects.create(name="Casse", tone="bad"))
    row.identity.customer.tags.add(Tag.objects.create(name="VIP"))
    Presence.objects.create(conversation=row, agent=world.lead(), writing="note", seen_at=timezone.now())
    html = camille.get("/").content.decode()
    assert '<span class="chip acc vip">VIP</span>' in html
    assert '<span class="chip bad">Casse</span>' in html
    assert "Tom Marchand écrit" in html
    assert 'class="row unread"' in html
    assert 'title="Vous"' in html
    assert "Urgent" in html


def test_names_and_subjects_cannot_write_html(camille: Client) -> None:
    world.conversation(customer_name="<b>x</b>", subject="<script>alert(1)</script>", preview='"><img src=x>')
    html = camille.get("/").content.decode()
    assert "<script>alert" not in html
    assert "<b>x</b>" not in html
    assert "<img src=x>" not in html


def test_keyset_goes_through_all_rows_once(camille: Client) -> None:
    many(120)
    html = camille.get("/").content.decode()
    seen = subjects(html)
    while 'id="suite"' in html:
        url = html.split('id="suite" href="')[1].split('"')[0].replace("&amp;", "&")
        html = camille.get(url).content.decode()
        seen += subjects(html)
    assert seen == [f"Sujet {number:03}" for number in range(120)]


def test_newest_first_goes_through_all_rows_once(camille: Client) -> None:
    many(70)
    html = camille.get("/inbox/team/?sort=newest").content.decode()
    seen = subjects(html)
    url = html.split('id="suite" href="')[1].split('"')[0].replace("&amp;", "&")
    seen += subjects(camille.get(url).content.decode())
    assert seen == [f"Sujet {number:03}" for number in range(69, -1, -1)]


def test_a_refreshed_list_is_as_long_as_it_was(camille: Client) -> None:
    many(70)
    html = camille.get("/inbox/team/list/?rows=70").content.decode()
    assert len(subjects(html)) == 70
    assert 'id="vues"' in html


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("mine", ["Mienne"]),
        ("unassigned", ["À personne"]),
        ("team", ["À personne", "Mienne"]),
        ("snoozed", ["En pause"]),
        ("closed", ["Close"]),
        ("pending", ["Attend"]),
        ("spam", ["Spam"]),
        ("trash", ["Jetée"]),
    ],
)
def test_each_view_shows_its_own(camille: Client, slug: str, expected: list[str]) -> None:
    world.conversation(subject="À personne")
    world.conversation(subject="Mienne", assignee=world.camille(), at=timezone.now() - timedelta(minutes=1))
    world.conversation(subject="En pause", state=State.SNOOZED, snoozed_until=timezone.now() + timedelta(days=1))
    for subject, state in [("Close", "closed"), ("Attend", "pending"), ("Spam", "spam"), ("Jetée", "trash")]:
        world.conversation(subject=subject, state=state)
    assert subjects(camille.get(f"/inbox/{slug}/").content.decode()) == expected


def test_mentions_count_the_unread_ones_and_show_all(camille: Client) -> None:
    row = world.conversation(subject="Appelée")
    note = world.message(row, "@Camille", kind=MessageKind.NOTE, agent=world.lead(), identity=None)
    Mention.objects.create(message=note, agent=world.camille())
    html = camille.get("/inbox/mentions/").content.decode()
    assert subjects(html) == ["Appelée"]
    assert "<span>Mentions</span><b>1</b>" in html
    organising.mark_read(row, world.camille())
    html = camille.get("/inbox/mentions/").content.decode()
    assert subjects(html) == ["Appelée"]
    assert "<span>Mentions</span><b>0</b>" in html


def test_saved_views_filter(camille: Client) -> None:
    view = View.objects.create(name="Casse", filters={"tags": ["Casse"], "channel": "email"})
    row = world.conversation(subject="Cassée")
    row.tags.add(Tag.objects.create(name="Casse"))
    world.conversation(subject="Entière")
    html = camille.get(f"/inbox/view-{view.pk}/").content.decode()
    assert subjects(html) == ["Cassée"]
    assert "<span>Casse</span><b>1</b>" in html


def test_an_own_view_is_not_a_colleague_s(camille: Client) -> None:
    view = View.objects.create(name="À Tom", agent=world.lead(), filters={})
    assert camille.get(f"/inbox/view-{view.pk}/").status_code == 404
    assert camille.get("/inbox/nowhere/").status_code == 404


def test_narrowed_lists(camille: Client) -> None:
    world.conversation(subject="Mail")
    world.conversation(subject="Chat", box=world.inbox(InboxKind.CHAT))
    assert subjects(camille.get("/inbox/team/?channel=chat").content.decode()) == ["Chat"]
    row = world.conversation(subject="Lue")
    organising.mark_read(row, world.camille())
    assert "Lue" not in subjects(camille.get("/inbox/team/?unread=1").content.decode())


def test_counts_stop_at_a_thousand(camille: Client) -> None:
    row = world.conversation()
    Message.objects.all().delete()
    fields = {f.name: getattr(row, f.name) for f in row._meta.fields if f.name not in ("id", "public_id")}
    type(row).objects.bulk_create([type(row)(**fields) for _ in range(1005)])
    assert "<span>Toute l’équipe</span><b>1\u202f000+</b>" in camille.get("/").content.decode()


@pytest.mark.parametrize("count", [1, 10, 60])
def test_a_list_costs_five_queries(camille: Client, count: int, django_assert_num_queries: Any) -> None:
    world.store()
    View.objects.create(name="Casse", filters={"tags": ["Casse"]})
    for row in many(count):
        row.tags.add(Tag.objects.get_or_create(name="Casse")[0])
    camille.get("/")
    with django_assert_num_queries(5):
        assert camille.get("/").status_code == 200


def test_an_empty_list_says_what_will_come(camille: Client) -> None:
    assert "Personne n’attend" in camille.get("/").content.decode()
    assert "Rien ne vous attend" in camille.get("/inbox/mine/").content.decode()
    assert "Rien ne correspond" in camille.get("/inbox/team/?channel=chat").content.decode()


def test_a_store_sees_its_own_matters_only() -> None:
    world.conversation(subject="Du siège")
    world.conversation(subject="De Nantes", team=world.store())
    assert subjects(world.client_for(world.store_manager()).get("/").content.decode()) == ["De Nantes"]


def test_bulk_changes_the_chosen_ones_and_no_stranger_s(camille: Client, htmx: dict[str, str]) -> None:
    chosen, left = world.conversation(), world.conversation()
    rivage = world.inbox(of=world.shop("rivage"))
    foreign = world.conversation(box=rivage)
    keys = [chosen.pk, foreign.pk]
    for change, more in [("assign-me", {}), ("tag", {"tag": "Urgent"}), ("snooze:tomorrow", {}), ("close", {})]:
        answer = camille.post("/inbox/changes/", {"change": change, "conversations": keys, **more}, headers=htmx)
        assert answer.status_code == 204
        assert "1 conversation" in answer.headers["HX-Trigger"]
    for row in (chosen, left, foreign):
        row.refresh_from_db()
    assert (chosen.state, chosen.assignee) == (State.CLOSED, world.camille())
    assert [tag.name for tag in chosen.tags.all()] == ["Urgent"]
    assert (left.state, foreign.state, foreign.assignee) == (State.OPEN, State.OPEN, None)
    assert camille.post("/inbox/changes/", {"change": "explode", "conversations": keys}).status_code == 404


def test_the_first_steps_are_told_to_who_can_take_them(camille: Client) -> None:
    ines = world.client_for(world.owner())
    html = ines.get("/").content.decode()
    assert "ouvrons le comptoir" in html
    assert "Relier l’e-mail" in html
    assert "ouvrons le comptoir" not in camille.get("/").content.decode()
    world.conversation()
    assert "ouvrons le comptoir" not in ines.get("/").content.decode()
