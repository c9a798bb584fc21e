"""A mailbox that signs in at Google: from the button to a mail that leaves, and what goes wrong on the way."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from comptoir.conversations.actions import delivering, grants
from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Delivery, Inbox, MailboxGrant, Message, Waits
from comptoir.core import keys
from comptoir.core.models import Event
from comptoir.ports.errors import PortError
from tests import world
from tests.adapters.authorising import SECRET, Authority, authority, bearer_imap, bearer_smtp
from tests.work import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running() -> Iterator[Authority]:
    with authority() as held:
        yield held


@pytest.fixture
def google(running: Authority, settings: Any) -> Authority:
    """The authority, fresh, as this house's Google."""
    running.mode, running.rotate, running.seconds = "", True, 3600
    running.email = "bonjour@maison-alba.example"
    for kept in (running.codes, running.refresh, running.access, running.asked):
        kept.clear()
    settings.MAIL_SIGN_IN = {"google": running.settings, "microsoft": {}}
    return running


def mailbox(**more: str) -> Inbox:
    box = world.inbox(adapter="email")
    box.settings = {"provider": "google", **more}
    box.save()
    return box


def begin(client: Client, box: Inbox) -> str:
    answer = client.get(f"/settings/channels/{box.pk}/sign-in/?provider=google")
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def come_back(client: Client, url: str) -> str:
    """Follow the browser back into the console; the page that it ends on."""
    parts = urlsplit(url)
    return client.get(f"{parts.path}?{parts.query}", follow=True).content.decode()


def granted(google: Authority, **more: str) -> Inbox:
    box, owner = mailbox(**more), world.client_for(world.owner())
    assert "est reliée" in come_back(owner, google.consent(begin(owner, box)))
    return box


def test_the_owner_signs_in_and_mail_is_read_and_sent_with_the_token(google: Authority) -> None:
    with bearer_imap(google) as (imap, readers), bearer_smtp(google) as smtp:
        local = {"imap_host": "127.0.0.1", "imap_port": str(imap), "imap_security": "none", **smtp.settings()}
        box = granted(google, **local)
        grant = MailboxGrant.objects.get(inbox=box)
        assert grant.account == "bonjour@maison-alba.example"
        stored = connection.cursor().execute("SELECT refresh_token || access_token FROM conversations_mailboxgrant")
        secret = stored.fetchone()[0]  # type: ignore[union-attr]
        assert not any(token in secret for token in (*google.refresh, *google.access))
        assert channel_for(Inbox.objects.get(pk=box.pk)).check() == []
        message = reply(world.conversation(), Written(html="<p>Oui</p>"), agent=world.camille())
        Message.objects.update(due_at=timezone.now())
        delivering.release_due()
        run_jobs()
        message.refresh_from_db()
        assert (message.delivery, len(smtp.taken)) == (Delivery.SENT, 1)
        assert set(readers) == {"bonjour@maison-alba.example"}
        assert set(smtp.users) == {"bonjour@maison-alba.example"}
    assert [form["grant_type"] for form in google.asked] == ["authorization_code"]


def test_the_way_there_carries_pkce_and_asks_for_a_lasting_leave(google: Authority) -> None:
    query = parse_qs(urlsplit(begin(world.client_for(world.owner()), mailbox())).query)
    assert query["scope"] == ["openid email https://mail.google.com/"]
    assert (query["access_type"], query["prompt"], query["login_hint"]) == (
        ["offline"],
        ["consent"],
        ["bonjour@maison-alba.example"],
    )
    assert len(query["code_challenge"][0]) == 43
    assert (
        query["redirect_uri"] == ["http://testserver/settings/channels/sign-in/"]
        or "/settings/channels/sign-in/" in (query["redirect_uri"][0])
    )
    assert SECRET not in str(query)


def test_a_state_of_another_session_or_used_twice_gives_nothing(google: Authority) -> None:
    box, owner, other = mailbox(), world.client_for(world.owner()), world.client_for(world.owner())
    back = google.consent(begin(owner, box))
    assert "n’a pas été demandée ici" in come_back(other, back)  # an attacker's link in another browser
    assert "n’a pas été demandée ici" in come_back(owner, back.replace("state=", "state=x"))
    assert "n’a pas été demandée ici" in come_back(owner, back)  # a wrong state spends the right one
    assert not MailboxGrant.objects.exists()
    assert google.asked == []
    assert world.client_for(world.lead()).get("/settings/channels/sign-in/?state=x&code=y").status_code == 403


def test_a_code_stolen_on_the_way_is_worthless_without_our_verifier(google: Authority) -> None:
    box, owner = mailbox(), world.client_for(world.owner())
    back = google.consent(begin(owner, box))
    begin(owner, box)  # the session's verifier and state are new ones now
    state = owner.session["mail_sign_in"]["state"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert "a expiré" in come_back(owner, f"http://x/settings/channels/sign-in/?code={code}&state={state}")
    assert not MailboxGrant.objects.exists()


@pytest.mark.parametrize(
    ("mode", "words"),
    [("500", "n’a pas répondu"), ("html", "n’a pas répondu"), ("unauthorized_client", "unauthorized_client")],
)
def test_what_goes_wrong_at_the_provider_is_said_and_changes_nothing(google: Authority, mode: str, words: str) -> None:
    box, owner = mailbox(), world.client_for(world.owner())
    back = google.consent(begin(owner, box))
    google.mode = mode
    assert words in come_back(owner, back)
    assert not MailboxGrant.objects.exists()


def test_a_refusal_of_the_owner_changes_nothing(google: Authority) -> None:
    owner = world.client_for(world.owner())
    begin(owner, mailbox())
    state = owner.session["mail_sign_in"]["state"]
    page = come_back(owner, f"http://x/settings/channels/sign-in/?error=access_denied&state={state}")
    assert "Vous n’avez pas donné l’autorisation" in page


def test_without_our_registration_the_page_says_how(settings: Any) -> None:
    settings.MAIL_SIGN_IN = {"google": {}, "microsoft": {}}
    box, owner = mailbox(), world.client_for(world.owner())
    page = owner.get(f"/settings/channels/{box.pk}/sign-in/?provider=google", follow=True).content.decode()
    assert "COMPTOIR_GOOGLE_CLIENT_ID" in page
    assert "/settings/channels/sign-in/" in page


def ends_soon(box: Inbox) -> MailboxGrant:
    MailboxGrant.objects.filter(inbox=box).update(expires_at=timezone.now() + timedelta(minutes=2))
    return MailboxGrant.objects.get(inbox=box)


def test_a_token_is_renewed_before_its_end_and_the_rotated_one_is_kept(google: Authority) -> None:
    box = granted(google)
    before = keys.decrypt(ends_soon(box).access_token)
    token = grants.access_token(box.pk)
    assert token != before
    assert token in google.access
    assert grants.access_token(box.pk) == token  # no second question
    ends_soon(box)
    assert grants.access_token(box.pk) not in (before, token)
    assert [form["grant_type"] for form in google.asked] == ["authorization_code", "refresh_token", "refresh_token"]


def test_a_server_that_is_down_costs_nothing_while_the_token_lives(google: Authority) -> None:
    box = granted(google)
    before = keys.decrypt(ends_soon(box).access_token)
    google.mode = "500"
    assert grants.access_token(box.pk) == before
    MailboxGrant.objects.update(expires_at=timezone.now())
    with pytest.raises(PortError) as error:
        grants.access_token(box.pk)
    assert (error.value.permanent, error.value.code) == (False, "unavailable")
    assert MailboxGrant.objects.get().broken_at is None


def test_a_token_that_the_mail_server_refuses_is_renewed_once(google: Authority) -> None:
    with bearer_smtp(google) as smtp, bearer_imap(google) as (imap, _readers):
        local = {"imap_host": "127.0.0.1", "imap_port": str(imap), "imap_security": "none", **smtp.settings()}
        box = granted(google, **local)
        google.access.clear()  # the password was changed at Google
        assert channel_for(box).check() == []
        google.access.clear()
        google.mode = "revoked"
        problems = channel_for(box).check()
    assert len(problems) == 2
    assert all("à reconnecter" in problem for problem in problems)
    assert "refresh" in google.asked[-1]["grant_type"]


def test_a_leave_that_is_over_is_shown_and_what_waited_leaves_after_it_was_given_again(google: Authority) -> None:
    with bearer_smtp(google) as smtp:
        box = granted(google, imap_host="127.0.0.1", sent_copy="no", **smtp.settings())
        google.mode = "revoked"
        MailboxGrant.objects.update(expires_at=timezone.now(), granted_at=timezone.now() - timedelta(days=7))
        message = reply(world.conversation(), Written(html="<p>Oui</p>", then="close"), agent=world.camille())
        Message.objects.update(due_at=timezone.now())
        delivering.release_due()
        run_jobs()
        message.refresh_from_db()
        assert (message.delivery, message.waits, message.attempts) == (Delivery.QUEUED, Waits.SIGN_IN, 0)
        owner = world.client_for(world.owner())
        page = owner.get(f"/settings/channels/{box.pk}/").content.decode()
        assert "À reconnecter." in page
        assert "Reconnecter avec Google" in page
        assert "sept jours" in page  # it lived less than eight days: the application is unpublished
        assert "à reconnecter" in owner.get("/settings/channels/").content.decode()
        thread = world.client_for(world.camille()).get(f"/conversations/{message.conversation_id}/").content.decode()
        assert "partira dès que ce sera fait" in thread
        google.mode = ""
        assert "est reliée" in come_back(owner, google.consent(begin(owner, box)))
        delivering.release_due()
        run_jobs()
        message.refresh_from_db()
        assert (message.delivery, len(smtp.taken)) == (Delivery.SENT, 1)
    assert "À reconnecter." not in owner.get(f"/settings/channels/{box.pk}/").content.decode()


def test_an_alias_signs_in_as_its_account_and_the_leave_can_be_thrown_away(google: Authority) -> None:
    google.email = "ines@maison-alba.example"
    box = granted(google)
    box.refresh_from_db()
    assert box.settings["imap_user"] == "ines@maison-alba.example"
    owner = world.client_for(world.owner())
    page = owner.get(f"/settings/channels/{box.pk}/").content.decode()
    assert "ines@maison-alba.example" in page
    assert "account-imap_password" not in page
    owner.post(f"/settings/channels/{box.pk}/sign-out/")
    assert not MailboxGrant.objects.exists()
    assert "account-imap_password" in owner.get(f"/settings/channels/{box.pk}/").content.decode()
    assert set(Event.objects.filter(verb__startswith="inbox.signed").values_list("verb", flat=True)) == {
        "inbox.signed_in",
        "inbox.signed_out",
    }


@pytest.mark.parametrize(
    "token", ["", "a.b", "e30.!!!.x", "e30." + base64.urlsafe_b64encode(b"[" * 5000).decode() + ".x"]
)
def test_a_strange_id_token_names_nobody(token: str) -> None:
    from comptoir.lib.oauth import _email

    assert _email(token) == ""
    assert _email(json.dumps({})) == ""


@pytest.mark.django_db(transaction=True)
def test_two_processes_never_spend_one_refresh_token_twice(google: Authority) -> None:
    from comptoir.core.events import ensure_partitions

    ensure_partitions()
    box = granted(google)
    ends_soon(box)
    google.mode = "slow"
    together, got = Barrier(3), []

    def ask() -> None:
        try:
            together.wait(5)
            got.append(grants.access_token(box.pk))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(got) == 3
    assert len(set(got)) == 1
    assert [form["grant_type"] for form in google.asked].count("refresh_token") == 1
    assert MailboxGrant.objects.get().broken_at is None
