"""An act that waits for an accord rings with those whose accord is enough."""

from collections.abc import Iterator

import pytest

from comptoir.conversations import after_gestures
from comptoir.core.models import AgentSession, Event
from comptoir.notifications import queries, telling
from comptoir.notifications.models import Device, Kind, Notice
from comptoir.orders.gestures import proposing
from comptoir.orders.gestures.proposing import Wish
from comptoir.outbox.models import Mail
from comptoir.ports.fake_shop import FakePlatform
from comptoir.ports.shop import Request, Verb
from tests import world
from tests.orders import platform as ground
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """A platform behind Maison Alba."""
    with ground.plugged() as made:
        yield made


def test_who_may_agree_is_told_by_mail_unless_they_chose_not_to(platform: FakePlatform) -> None:
    order, camille, tom = ground.order(platform), world.camille(), world.lead()
    owner, away = world.owner(), world.agent("Noor", "lead", away=True)
    owner.mail_approvals = False
    owner.save()
    wish = Wish(order, Request(Verb.REFUND, amount=9000, reason="Casse"), "k1")
    row = proposing.confirm(proposing.propose(wish, agent=camille), agent=camille)
    run_jobs()
    mail = Mail.objects.get()
    assert (mail.kind, mail.to, mail.automatic) == ("approval", tom.email, True)
    assert mail.subject == f"Camille Roussel demande votre accord : Remboursement, commande {order.number}"
    tom.away = True
    tom.save()
    after_gestures.tell_approvers(Event.objects.get(verb="gesture.asked"))
    later = list(Mail.objects.exclude(pk=mail.pk))
    assert {one.to for one in later} == {tom.email, away.email}  # nobody else is there
    for one in later:
        assert "90,00\xa0€ · Casse" in one.text
        assert "/gestures/" in one.html
    proposing.decline(row, agent=tom)
    after_gestures.tell_approvers(Event.objects.get(verb="gesture.asked"))
    assert Mail.objects.count() == 3


def test_who_may_agree_is_told_until_it_is_decided(platform: FakePlatform) -> None:
    order, camille, tom = ground.order(platform), world.camille(), world.lead()
    for agent in (camille, tom, world.stranger()):
        session = AgentSession.objects.create(agent=agent, session_key=f"s{agent.pk}")
        Device.objects.create(
            agent=agent, session=session, endpoint=f"https://push.example/{agent.pk}", p256dh="x", auth="x"
        )
    wish = Wish(order, Request(Verb.REFUND, amount=9000, reason="Casse"), "k1")
    row = proposing.confirm(proposing.propose(wish, agent=camille), agent=camille)
    event = Event.objects.get(verb="gesture.asked")
    assert list(queries.concerned(event)) == [(tom, Kind.APPROVAL)]
    notice = Notice(device=tom.devices.get(), kind=Kind.APPROVAL, event_id=event.pk, message_id=row.pk)
    told = telling.content_of(notice)
    assert told is not None
    assert (told["title"], told["url"]) == ("Camille Roussel demande votre accord", "/gestures/")
    assert told["body"] == "Remboursement · 90,00\xa0€ · Casse"
    proposing.decline(row, agent=tom)
    assert telling.content_of(notice) is None
    assert list(queries.concerned(event)) == []
