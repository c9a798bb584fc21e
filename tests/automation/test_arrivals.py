"""Shared views that act when a message arrives: once a message, in their order, logged, tried before."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comptoir.automation.actions import arrivals
from comptoir.automation.models import ArrivalRule, ArrivalRun
from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Conversation, SenderLesson, State, View
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Event, Team
from comptoir.customers.models import Tag
from tests import world
from tests.work import run_jobs

OPEN = {"field": "conversation.state", "op": "is", "value": ["open"]}


@pytest.fixture(autouse=True)
def _ground(db: None) -> Iterator[None]:
    ensure_partitions()
    arrivals.any_active.forget()
    yield
    arrivals.any_active.forget()


@pytest.fixture
def ines() -> Client:
    """The owner's browser."""
    return world.client_for(world.owner())


def about(words: str, *, name: str = "Fournisseurs", **more: Any) -> View:
    """A shared view of open conversations whose subject has these words."""
    subject = {"field": "conversation.subject", "op": "contains", "value": words}
    return View.objects.create(name=name, filters={"all": [OPEN, subject]}, **more)


def mail(subject: str, *, key: str = "1", sender: str = "compta@lin.example", answers: str = "") -> None:
    """That mail arrives and is understood."""
    reply = f"In-Reply-To: <{answers}@lin.example>\r\n" if answers else ""
    raw = (
        f"From: Lin <{sender}>\r\nTo: bonjour@maison-alba.example\r\nSubject: {subject}\r\n{reply}"
        f"Message-ID: <{key}@lin.example>\r\nDate: {timezone.now():%a, %d %b %Y %H:%M:%S +0000}\r\n\r\nBonjour.\r\n"
    )
    arrive(world.inbox(), raw.encode(), source_key=key)
    run_jobs()


def on(view: View, *acts: str, stops: bool = False) -> ArrivalRule:
    """The view acts."""
    return arrivals.save_rule(view, acts, active=True, stops=stops, actor=arrivals.SYSTEM)


def test_what_arrives_is_put_in_order_and_the_history_says_by_what(ines: Client) -> None:
    team = Team.objects.create(name="Achats", shop=world.shop())
    view = about("bon de livraison")
    values = {"team": str(team.pk), "tags": "Fournisseur, Lin", "priority": "-1", "state": "quiet", "switch": "on"}
    page = f"/views/{view.pk}/arrival/"
    assert ines.post(page, values).headers["Location"] == page
    mail("Votre bon de livraison 12")
    row = Conversation.objects.get()
    assert (row.state, row.team, row.priority) == (State.QUIET, team, -1)
    assert sorted(tag.name for tag in row.tags.all()) == ["Fournisseur", "Lin"]
    assert not SenderLesson.objects.exists()  # the filter decides anew each time
    run = ArrivalRun.objects.get()
    assert sorted(run.done) == ["priority:-1", "state:quiet", "tag:Fournisseur", "tag:Lin", f"team:{team.pk}"]
    history = ines.get(f"/conversations/{row.pk}/").content.decode()
    assert "Le filtre «\u202fFournisseurs\u202f» a " in history
    log = ines.get(page).content.decode()
    assert f'href="/conversations/{row.pk}/"' in log
    assert "Équipe Achats" in log
    verbs = list(Event.objects.filter(subject_type="view").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["view.acts_edited", "view.armed"]


def test_each_message_once_and_only_what_matches() -> None:
    view = about("livraison")
    on(view, "tag:Lin")
    mail("Autre chose", key="0")
    mail("Livraison", key="1")
    mail("Livraison", key="1")  # a copy
    message = ArrivalRun.objects.get().message_id
    arrivals.act(message)  # the job came twice
    assert ArrivalRun.objects.count() == 1
    mail("Re: Livraison", key="2", answers="1")
    assert list(ArrivalRun.objects.order_by("pk").values_list("done", flat=True)) == [["tag:Lin"], []]


def test_they_run_in_their_order_and_one_may_be_the_last(ines: Client) -> None:
    first, second, third = (about("colis", name=name) for name in ("Un", "Deux", "Trois"))
    on(first, "topic:un")
    rule = on(second, "topic:deux", stops=True)
    on(third, "topic:trois")
    mail("Colis", key="1")
    assert Conversation.objects.get().topic == "deux"
    assert ines.post(f"/views/{second.pk}/arrival/order/", {"step": "down"}).status_code == 302
    assert [row.view.name for row in ArrivalRule.objects.all()] == ["Un", "Trois", "Deux"]
    arrivals.save_rule(second, ["topic:deux"], active=False, stops=True, actor=arrivals.SYSTEM)
    mail("Colis encore", key="2", sender="autre@lin.example")
    assert Conversation.objects.order_by("-pk")[0].topic == "trois"
    assert rule.runs.count() == 1


def test_one_filter_puts_away_and_the_next_no_longer_matches() -> None:
    on(about("promo", name="Un"), "state:trash")
    on(about("promo", name="Deux"), "tag:Promo")
    mail("Promo")
    row = Conversation.objects.get()
    assert (row.state, row.tags.count()) == (State.TRASH, 0)


def test_old_and_imported_mail_wakes_no_filter() -> None:
    on(about("colis"), "state:trash")
    box = world.inbox()
    box.read_from = timezone.localdate()
    box.save()
    raw = b"From: a@x.example\r\nSubject: colis\r\nMessage-ID: <old@x.example>\r\n\r\nx"
    arrive(box, raw, source_key="old", received_at=timezone.now() - timedelta(days=900))
    run_jobs()
    assert Conversation.objects.get().state == State.CLOSED
    assert ArrivalRun.objects.count() == 0


def test_a_filter_that_never_rests_is_stopped(ines: Client) -> None:
    view = about("colis")
    rule = on(view, "tag:Colis")
    row = world.conversation(subject="Colis")
    for _number in range(arrivals.OFTEN):
        ArrivalRun.objects.create(rule=rule, message=world.message(row, "x"), conversation=row)
    arrivals.act(world.message(row, "encore").pk)
    rule.refresh_from_db()
    assert rule.active is False
    assert ArrivalRun.objects.count() == arrivals.OFTEN
    assert Event.objects.filter(verb="view.held").count() == 1
    ArrivalRun.objects.update(ran_at=timezone.now() - timedelta(hours=2))
    on(view, "tag:Colis")
    arrivals.act(world.message(row, "plus tard").pk)
    assert [tag.name for tag in row.tags.all()] == ["Colis"]


def test_nobody_gets_what_they_may_not_see() -> None:
    mine, theirs = world.camille(), world.stranger()
    foreign = Team.objects.create(name="Rivage", shop=world.shop("rivage"))
    on(about("colis", name="Un"), f"assign:{theirs.pk}", f"team:{foreign.pk}")
    mail("Colis", key="1")
    row = Conversation.objects.get()
    assert (row.assignee, row.team) == (None, None)
    on(about("colis", name="Deux"), f"assign:{mine.pk}")
    mail("Colis", key="2", sender="autre@lin.example")
    assert Conversation.objects.order_by("-pk")[0].assignee == mine


def test_what_is_known_of_the_customer_counts() -> None:
    claire = world.claire()
    claire.customer.tags.add(Tag.objects.create(name="VIP"))
    world.order(claire, "MA-1", state="shipped")
    asked = [("customer.vip", "is", True), ("order.state", "is", ["shipped"]), ("message.text", "contains", "bonjour")]
    tree = {"all": [{"field": name, "op": op, "value": value} for name, op, value in asked]}
    on(View.objects.create(name="VIP livrés", filters=tree), "priority:1")
    mail("Question", key="1", sender=claire.value)
    mail("Question", key="2")
    assert list(Conversation.objects.order_by("pk").values_list("priority", flat=True)) == [1, 0]


def test_the_trial_changes_nothing(ines: Client) -> None:
    view = about("livraison")
    world.conversation(subject="Livraison du lin")
    world.conversation(world.karim(), subject="Autre")
    page = ines.get(f"/views/{view.pk}/arrival/").content.decode()
    assert "Sur les 2 dernières conversations" in page
    assert "1 serait prise" in page
    assert "Livraison du lin" in page
    assert ">Autre<" not in page
    assert not ArrivalRule.objects.exists()
    assert not Tag.objects.exists()


def test_who_may_let_a_view_act(ines: Client) -> None:
    view = about("colis")
    page = f"/views/{view.pk}/arrival/"
    for who in (world.camille(), world.lead(), world.reader()):
        client = world.client_for(who)
        assert client.get(page).status_code == 403
        assert client.post(page, {"tags": "x", "switch": "on"}).status_code == 403
    own = about("colis", name="À moi", agent=world.owner())
    assert ines.post(f"/views/{own.pk}/arrival/", {"tags": "x", "switch": "on"}).status_code == 404
    assert not ArrivalRule.objects.exists()
    on(view, "tag:x")
    tom = world.client_for(world.lead())
    form = {"kind-0": "all", "name": "Tout", "owner": "all"}
    assert tom.post(f"/views/{view.pk}/edit/", form).status_code == 403
    assert tom.post(f"/views/{view.pk}/removal/").status_code == 403
    assert ines.post(f"/views/{view.pk}/edit/", form | {"owner": "me"}).status_code == 422
    each = {"field-0.0": "conversation.unread", "op-0.0": "is", "value-0.0": "yes"}
    answer = ines.post(f"/views/{view.pk}/edit/", form | each)
    assert answer.status_code == 422
    assert "dépendre de qui regarde" in answer.content.decode()
    view.refresh_from_db()
    assert view.name == "Fournisseurs"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"switch": "on"}, "Choisissez au moins une action."),
        ({"state": "exploded", "switch": "on"}, "exploded"),
        ({"assign": "999999", "switch": "on"}, "999999"),
    ],
)
def test_what_cannot_be_done_is_said(ines: Client, values: dict[str, str], said: str) -> None:
    answer = ines.post(f"/views/{about('colis').pk}/arrival/", values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ArrivalRule.objects.exists()


def test_a_view_that_depends_on_its_reader_cannot_act(ines: Client) -> None:
    mine = {"field": "conversation.assignee", "op": "is", "value": ["me"]}
    view = View.objects.create(name="À moi", filters={"all": [mine]})
    answer = ines.post(f"/views/{view.pk}/arrival/", {"tags": "x", "switch": "on"})
    assert answer.status_code == 422
    assert "dépendent de qui regarde" in answer.content.decode()


def test_a_deleted_filter_comes_back_with_what_it_does(ines: Client) -> None:
    view = about("colis")
    on(view, "tag:Colis", stops=True)
    where = ines.post(f"/views/{view.pk}/removal/").headers["Location"]
    mail("Colis", key="1")
    assert not ArrivalRule.objects.exists()
    ines.post(f"/views/removals/{where.rpartition('=')[2]}/undo/")
    rule = ArrivalRule.objects.get()
    assert (rule.view_id, rule.acts, rule.active, rule.stops) == (view.pk, ["tag:Colis"], True, True)
