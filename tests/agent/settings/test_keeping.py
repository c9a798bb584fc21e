"""What is kept for a time only: addresses of sign-ins, the originals of mails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comptoir.conversations.actions.ageing import remove_old
from comptoir.conversations.actions.arriving import arrive, understand_one
from comptoir.conversations.models import Message, RawMessage
from comptoir.core.accounts import signed_in
from comptoir.core.events import ensure_partitions
from comptoir.core.models import AgentSession, Event, EventDetail, Installation
from comptoir.core.sessions import forget_addresses, opened
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _months(db: None) -> None:
    ensure_partitions()


def test_addresses_of_old_sign_ins_leave_the_journal() -> None:
    camille = world.camille()
    for address in ("192.0.2.7", "192.0.2.8"):
        signed_in(camille, network_address=address)
    old, fresh = Event.objects.filter(verb="agent.signed_in").order_by("pk")
    Event.objects.filter(pk=old.pk).update(recorded_at=timezone.now() - timedelta(days=91))
    for key, age in (("a", 91), ("b", 89)):
        opened(camille, key, device="Firefox", network_address="192.0.2.7")
        AgentSession.objects.filter(session_key=key).update(created_at=timezone.now() - timedelta(days=age))
    EventDetail.objects.filter(event_id=old.pk).update(after={"network_address": "192.0.2.7", "device": "Firefox"})
    assert forget_addresses() == 1
    assert forget_addresses() == 0
    assert EventDetail.objects.get(event_id=old.pk).after == {"device": "Firefox"}
    assert EventDetail.objects.get(event_id=fresh.pk).after == {"network_address": "192.0.2.8"}
    kept = AgentSession.objects.order_by("session_key").values_list("network_address", flat=True)
    assert list(kept) == ["", "192.0.2.7"]


RAW = b"From: claire.vasseur@orange.example\nMessage-ID: <%d@x>\nSubject: Nappe\nContent-Type: text/html\n\n<p>Bonjour <b>%d</b>"


def test_originals_are_kept_as_long_as_the_house_says() -> None:
    owner, box = world.client_for(world.owner()), world.inbox()
    for number, age in ((1, 400), (2, 300)):
        raw = arrive(box, RAW % (number, number), source_key=f"1:{number}")
        assert raw is not None
        understand_one(box, raw.pk)
        RawMessage.objects.filter(pk=raw.pk).update(arrived_at=timezone.now() - timedelta(days=age))
    waiting = arrive(box, RAW % (3, 3), source_key="1:3")
    RawMessage.objects.filter(source_key="1:3").update(arrived_at=timezone.now() - timedelta(days=900))
    assert waiting is not None
    assert remove_old() == 0  # kept unless asked
    assert owner.post("/settings/sending/originals/", {"months": "0"}).status_code == 302
    assert owner.post("/settings/sending/originals/", {"months": "1e3"}).status_code == 302
    assert Installation.current().original_months is None
    owner.post("/settings/sending/originals/", {"months": "12"})
    assert 'name="months" min="1" max="120" value="12"' in owner.get("/settings/sending/").content.decode()
    assert [remove_old(), remove_old()] == [1, 0]
    assert [bytes(raw.content) != b"" for raw in RawMessage.objects.order_by("source_key")] == [False, True, True]
    first, second = Message.objects.order_by("message_id")
    assert (first.text, first.html, "<b>2</b>" in second.html) == ("Bonjour 1", "", True)
    page = owner.get(f"/conversations/{first.conversation_id}/").content.decode()
    assert "Le message d’origine a été retiré" in page
    gone = owner.get(f"/messages/{first.pk}/body/")
    assert (gone.status_code, "retiré" in gone.content.decode()) == (410, True)
    assert owner.get(f"/messages/{second.pk}/body/").status_code == 200
    again = arrive(box, RAW % (1, 1), source_key="1:1")
    assert again is None  # removed is not forgotten: it is not received twice
    assert list(Event.objects.filter(subject_type="installation").values_list("verb", flat=True)) == [
        "installation.originals_limited"
    ]
