"""Mail in our own name: stored, sent once, tried again with patience, shown when nobody knows."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

import pytest
from django.conf import settings
from django.utils import timezone

from comptoir.core import erasure
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Installation
from comptoir.outbox import actions, sweeps
from comptoir.outbox.models import Mail
from comptoir.ports import registry
from comptoir.ports.channel import FakeChannel, OutgoingMessage, SendResult
from comptoir.ports.errors import PortError
from tests import world
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


class Post(FakeChannel):
    """Keeps what left, over all its instances; fails when told."""

    left: ClassVar[list[OutgoingMessage]] = []
    fails: ClassVar[Exception | None] = None

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)

    def send(self, message: OutgoingMessage) -> SendResult:
        if Post.fails:
            raise Post.fails
        Post.left.append(message)
        return SendResult()


@pytest.fixture(autouse=True)
def _post() -> Iterator[None]:
    Post.left, Post.fails = [], None
    registry.configure({"channel": {"outbox": f"{__name__}.Post"}})
    yield
    registry.configure(settings.ADAPTERS)


def write(kind: str = "password_reset", **more: object) -> Mail:
    camille = world.camille()
    context = {"agent": camille, "link": "https://x.example/r/1", "hours": 2, "by": "Inès", "days": 7}
    return actions.send_mail(kind, to=camille.email, context=context, language="fr", agent=camille, **more)  # type: ignore[arg-type]


def test_a_mail_is_stored_then_leaves_once_and_keeps_no_secret() -> None:
    mail = write()
    assert (mail.state, mail.subject) == ("queued", "Votre nouveau mot de passe Comptoir")
    assert "https://x.example/r/1" in mail.text
    assert "https://x.example/r/1" in mail.html
    run_jobs()
    actions.deliver(mail.pk)
    mail.refresh_from_db()
    assert [message.to[0].email for message in Post.left] == ["camille@maison-alba.example"]
    assert Post.left[0].headers["Auto-Submitted"] == "auto-generated"
    assert (mail.state, mail.text, mail.html, mail.attempts) == ("sent", "", "", 1)


def test_a_subject_never_holds_a_line_break() -> None:
    camille = world.camille()
    context = {"agent": camille, "link": "x", "days": 7, "by": "Inès\r\nBcc: x@evil.example"}
    mail = actions.send_mail("invitation", to=camille.email, context=context, language="fr", agent=camille)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject


def test_a_passing_trouble_is_tried_again_later() -> None:
    mail, Post.fails = write(), PortError("Le serveur est occupé.")
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.attempts) == ("queued", "Le serveur est occupé.", 1)
    assert mail.due_at > timezone.now() + timedelta(seconds=10)
    sweeps.release()
    assert run_jobs() == 0
    Mail.objects.update(due_at=timezone.now() - timedelta(seconds=5))
    Post.fails = None
    sweeps.release()
    run_jobs()
    assert len(Post.left) == 1


@pytest.mark.parametrize(("error", "state"), [({"permanent": True}, "failed"), ({"unknown": True}, "unknown")])
def test_a_person_decides_about_what_failed_or_may_have_left(error: dict[str, bool], state: str) -> None:
    mail, Post.fails = write(), PortError("Non.", **error)
    run_jobs()
    mail.refresh_from_db()
    assert mail.state == state
    Post.fails = None
    sweeps.release()
    run_jobs()
    assert Post.left == []
    client = world.client_for(world.owner())
    client.post(f"/settings/sending/mails/{mail.pk}/again/")
    run_jobs()
    assert len(Post.left) == 1
    assert not actions.send_again(mail, actor=SYSTEM)


def test_a_dead_worker_leaves_a_mail_that_is_shown_not_sent_again() -> None:
    mail = write()
    Mail.objects.filter(pk=mail.pk).update(state="sending", claimed_at=timezone.now() - timedelta(minutes=6))
    sweeps.release()
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, Post.left) == ("unknown", [])


def test_the_pause_holds_automatic_mail_only() -> None:
    Installation.objects.update_or_create(pk=1, defaults={"automatic_sending_paused": True})
    asked, automatic = write(), write(automatic=True)
    run_jobs()
    assert [mail.state for mail in Mail.objects.order_by("pk")] == ["sent", "queued"]
    Mail.objects.filter(pk=automatic.pk).update(due_at=timezone.now() - timedelta(seconds=5))
    sweeps.release()
    run_jobs()
    assert len(Post.left) == 1
    Installation.objects.update(automatic_sending_paused=False)
    sweeps.release()
    run_jobs()
    assert len(Post.left) == 2
    assert asked.pk != automatic.pk


def test_erasing_a_person_erases_what_was_written_to_them() -> None:
    claire = world.claire()
    actions.send_mail(
        "password_reset",
        to=claire.value,
        context={"agent": world.camille(), "link": "x", "hours": 2},
        language="fr",
        identity=claire,
    )
    assert len(erasure.export(claire.customer_id)["mails"]) == 1
    erasure.erase(claire.customer_id)
    assert Mail.objects.count() == 0
