"""Acknowledgements, notices to agents and their answers, and the one guard of all automatic mail."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.utils import timezone

from comptoir.conversations import acknowledgement, notices
from comptoir.conversations.actions import forms as contact
from comptoir.conversations.actions.answering import Written, note, reply
from comptoir.conversations.actions.organising import assign
from comptoir.conversations.models import Conversation, Delivery, Inbox, InboxKind, Message, MessageKind, State
from comptoir.core import keys
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import ensure_partitions
from comptoir.core.models import Agent, Schedule
from comptoir.lib.dates.hours import OpeningHours
from comptoir.lib.mail.loops import A_DAY, Occasion, refusal
from comptoir.outbox.actions import send_mail
from comptoir.outbox.models import Mail
from comptoir.ports.channel import OutgoingMessage
from tests import world
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.django_db
Sent = list[OutgoingMessage]
US, CAMILLE = "bonjour@maison-alba.example", "camille@maison-alba.example"
WEEK = {"zone": "Europe/Paris", "week": [[["09:00", "18:00"]]] * 5 + [[], []], "closed": ["2026-11-30"]}
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)
PROOF = "mx.maison-alba.example; dmarc=pass header.from=maison-alba.example"


@pytest.fixture(autouse=True)
def _ground() -> None:
    ensure_partitions()


@pytest.fixture
def box() -> Inbox:
    return world.inbox(acknowledges=True)


# ---- when somebody answers


@pytest.mark.parametrize(
    ("at", "language", "said"),
    [
        (SUNDAY, "fr", "Nous sommes fermés\u202f: réponse mardi à partir de 9\u00a0h\u00a000."),  # Monday is a holiday
        (SUNDAY, "en", "We are closed: you will hear from us on Tuesday from 09:00."),
        (SUNDAY, "de", "Wir haben geschlossen: Antwort Dienstag ab 09:00."),
        (datetime(2026, 11, 27, 10, tzinfo=UTC), "en", "Our team answers today until 18:00."),
        (datetime(2026, 11, 27, 18, tzinfo=UTC), "sv", "Vi har stängt: svar tisdag från 09:00."),
    ],
)
def test_it_says_honestly_when_somebody_answers(at: datetime, language: str, said: str) -> None:
    found = acknowledgement.when(OpeningHours.from_json(WEEK), at, language)
    assert found.replace("09\u00a0h", "9\u00a0h") == said


@pytest.mark.parametrize("language", acknowledgement.WORDS)
def test_each_language_has_its_words_and_a_far_opening_its_date(language: str) -> None:
    far = OpeningHours.from_json(
        WEEK | {"closed": [(SUNDAY + timedelta(days=n)).date().isoformat() for n in range(20)]}
    )
    said = acknowledgement.text("", far, SUNDAY, language)
    assert "21" in said  # Monday 21 December
    assert "{" not in said
    assert "{" not in acknowledgement.text("", None, SUNDAY, language)


def test_without_hours_or_with_broken_ones_nothing_is_promised() -> None:
    assert acknowledgement.when(None, SUNDAY, "fr") == ""
    never = OpeningHours.from_json({"week": [[]] * 7})
    assert acknowledgement.when(never, SUNDAY, "fr") == ""


# ---- acknowledgements


def test_a_new_matter_is_acknowledged_once_and_still_waits(box: Inbox, sent: Sent) -> None:
    box.schedule = Schedule.objects.create(name="Semaine", hours={"week": [[["00:00", "24:00"]]] * 7})
    box.acknowledgement = {"fr": "Merci, c’est noté. {quand}"}
    box.save()
    arrives(box, mail(message_id="q1@orange.example", content_language="fr"))
    arrives(box, mail("Encore moi", in_reply_to="<q1@orange.example>"))
    row = Conversation.objects.get()
    [left] = sent
    assert left.text.startswith("Merci, c’est noté.")
    assert "où est mon colis" not in left.text
    assert [address.email for address in left.to] == ["claire.vasseur@orange.example"]
    assert (left.headers["Auto-Submitted"], left.in_reply_to) == ("auto-replied", "q1@orange.example")
    assert (row.state, row.waiting_since is not None, row.first_answered_at) == (State.OPEN, True, None)
    made = row.messages.get(kind=MessageKind.SYSTEM)
    assert (made.automatic, made.delivery) == (True, Delivery.SENT)
    reply(
        row, Written("<p>Oui</p>", based_on=row.messages.filter(kind="customer").latest("pk").pk), agent=world.camille()
    )


def test_it_is_off_by_default(sent: Sent) -> None:
    arrives(world.inbox(), mail())
    assert sent == []


NEVER = {
    "a machine": {"sender": "noreply@x.example"},
    "an automatic answer": {"auto_submitted": "auto-replied"},
    "a letter to many": {"list_unsubscribe": "<https://x.example/u>"},
    "a list": {"list_id": "<contact.maison-alba.example>", "list_post": "<mailto:contact@maison-alba.example>"},
    "Exchange's wish": {"x_auto_response_suppress": "All"},
    "ourselves": {"sender": US},
    "our plus-address": {"sender": "bonjour+x@maison-alba.example"},
    "an answer that goes to ourselves": {"sender": "noreply@x.example", "reply_to": US},
    "an empty return path": {"return_path": "<>"},
}


@pytest.mark.parametrize("headers", NEVER.values(), ids=NEVER.keys())
def test_nothing_automatic_goes_to(headers: dict[str, str], box: Inbox, sent: Sent) -> None:
    arrives(box, mail(**headers))
    assert sent == []
    assert not Message.objects.filter(kind=MessageKind.SYSTEM).exists()


def test_old_mail_blocked_senders_and_false_senders_get_none(box: Inbox, sent: Sent) -> None:
    box.read_from, box.settings = timezone.localdate(), {}
    box.save()
    arrives(box, mail(), received_at=timezone.now() - timedelta(days=3))
    from comptoir.customers.actions import block

    block(world.karim(), actor=SYSTEM)
    arrives(box, mail(sender="karim.benali@free.example"))
    assert sent == []


def test_two_machines_that_answer_each_other_stop(box: Inbox, sent: Sent) -> None:
    for number in range(A_DAY + 4):
        arrives(box, mail(f"Réponse {number}"))  # nothing in it says that a machine wrote it
    assert len(sent) == A_DAY


def test_what_became_a_loop_after_it_was_written_does_not_leave(box: Inbox, sent: Sent) -> None:
    row = world.conversation(box=box)
    made = world.message(row, "Bien reçu", kind=MessageKind.SYSTEM, identity=None, automatic=True)
    made.to, made.delivery = [{"email": US, "name": ""}], Delivery.QUEUED
    made.save()
    from comptoir.conversations.actions.delivering import deliver

    deliver(message_id=made.pk)
    made.refresh_from_db()
    assert (sent, made.delivery, made.error) == ([], Delivery.FAILED, "automatic: ourselves")


def test_a_form_is_acknowledged_without_its_words(box: Inbox, sent: Sent) -> None:
    form = world.inbox(InboxKind.FORM, acknowledges=True)
    request = contact.FormRequest(email="lea@free.example", text="ACHETEZ CECI", key="k1", language="fr")
    contact.receive_form(form, request)
    run_jobs()
    [left] = sent
    assert "ACHETEZ" not in left.text + left.html
    contact.receive_form(form, request)
    run_jobs()
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("to", "sent_today", "occasion", "why"),
    [
        (["lea@free.example"], 0, None, ""),
        ([], 0, None, "nobody"),
        (["a@x.example", "b@x.example"], 0, None, "several"),
        ([US], 0, None, "ourselves"),
        (["no-reply@x.example"], 0, None, "machine"),
        (["mailer-daemon@x.example"], 0, None, "machine"),
        (["lea@free.example"], A_DAY, None, "loop"),
        (["lea@free.example"], 0, Occasion(automatic=True), "machine"),
        (["lea@free.example"], 0, Occasion(flags=["kind:bulk"]), "machine"),
        (["lea@free.example"], 0, Occasion(listed="club@list.example"), "list"),
        (["lea@free.example"], 0, Occasion(flags=["unproved_sender"]), "unproved"),
        (["lea@free.example"], 0, Occasion(flags=["contact_form", "unproved_sender"]), ""),
    ],
)
def test_the_guard(to: list[str], sent_today: int, occasion: Occasion | None, why: str) -> None:
    assert refusal(to, is_ours={US}.__contains__, sent_today=sent_today, occasion=occasion) == why


def test_the_house_s_own_mail_passes_the_guard_too(box: Inbox, sent: Sent) -> None:
    agent = world.camille()
    context = {"agent": agent, "by": "x", "name": "y", "subject": "z", "link": "l"}
    for to in (US, "noreply@x.example", CAMILLE):
        send_mail("assigned", to=to, context=context, language="fr", agent=agent, automatic=True)
    run_jobs()
    assert list(Mail.objects.order_by("pk").values_list("state", flat=True)) == ["dropped", "dropped", "sent"]


# ---- notices and their answers


def wants(agent: Agent) -> Agent:
    agent.mail_assigned = agent.mail_mentioned = True
    agent.save()
    return agent


def test_who_chose_so_is_told_of_what_others_give_and_of_notes_that_name(box: Inbox, sent: Sent) -> None:
    camille, lead = wants(world.camille()), world.lead()
    row = world.conversation(box=box, text="Où est mon colis ?")
    assign(row, camille, actor=Actor.of(lead))
    run_jobs()
    told = Mail.objects.get()
    assert (told.kind, told.to, told.agent, told.text) == ("assigned", CAMILLE, camille, "")
    [letter] = sent
    assert "Où est mon colis ?" in letter.text
    assert f"{settings.PUBLIC_URL}/conversations/{row.pk}/" in letter.text
    assert letter.reply_to[0].email.startswith("bonjour+r-")
    assert letter.headers["Auto-Submitted"] == "auto-generated"
    note(row, Written(f'<p><a data-agent="{camille.pk}">@Camille</a> vu ?</p>'), agent=lead)
    run_jobs()
    assert list(Mail.objects.order_by("pk").values_list("kind", flat=True)) == ["assigned", "mentioned"]
    assert "vu ?" in sent[1].text


def test_nobody_is_told_by_default_nor_of_their_own_deeds_nor_of_what_they_may_not_see(box: Inbox, sent: Sent) -> None:
    row = world.conversation(box=box)
    assign(row, world.camille(), actor=Actor.of(world.lead()))
    lead = wants(world.lead())
    assign(row, lead, actor=Actor.of(lead))
    otto = wants(world.stranger())
    note(row, Written(f'<p><a data-agent="{otto.pk}">@Otto</a></p>'), agent=lead)
    run_jobs()
    assert (sent, Mail.objects.count()) == ([], 0)


@pytest.fixture
def told(box: Inbox, sent: Sent) -> Conversation:
    """A matter given to Camille, who was told by mail; what our own server says of senders is believed."""
    box.acknowledges, box.settings = False, {}
    box.save()
    row = world.conversation(box=box)
    assign(row, wants(world.camille()), actor=Actor.of(world.lead()))
    run_jobs()
    return row


def answer(
    to: str, *, sender: str = f"Camille <{CAMILLE}>", proof: str = PROOF, key: str = "a1", text: str = "Il arrive."
) -> bytes:
    made: EmailMessage = mail(text, sender=sender, to=to, message_id=f"{key}@maison-alba.example")
    return f"Authentication-Results: {proof}\r\n".encode() + made.as_bytes() if proof else made.as_bytes()


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch, sent: Sent) -> None:
    """The channel's server is trusted, as the account's setting says."""
    from comptoir.lib.mail.parse import parse
    from tests.conversations.conftest import Recorder

    monkeypatch.setattr(Recorder, "parse", lambda self, raw: parse(raw, trusted=["mx.maison-alba.example"]))


@pytest.mark.usefixtures("believed")
def test_an_agent_s_answer_to_a_notice_answers_the_customer_once(told: Conversation, sent: Sent) -> None:
    to = sent[0].reply_to[0].email
    arrives(told.inbox, answer(to))
    arrives(told.inbox, answer(to))
    written = told.messages.get(kind=MessageKind.REPLY)
    assert (written.agent, written.text.strip()) == (world.camille(), "Il arrive.")
    assert written.to == [{"email": "claire.vasseur@orange.example", "name": "Claire Vasseur"}]
    told.refresh_from_db()
    assert told.waiting_since is None
    assert Conversation.objects.count() == 1


UNPROVED = {
    "no proof": {"proof": ""},
    "another server's word": {"proof": "evil.example; dmarc=pass header.from=maison-alba.example"},
    "a failed proof": {"proof": "mx.maison-alba.example; dmarc=fail header.from=maison-alba.example"},
    "another domain's proof": {"proof": "mx.maison-alba.example; dmarc=pass header.from=evil.example"},
    "another sender": {
        "sender": "eve@evil.example",
        "proof": "mx.maison-alba.example; dmarc=pass header.from=evil.example",
    },
    "another agent": {"sender": "tom@maison-alba.example"},
}


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("forged", UNPROVED.values(), ids=UNPROVED.keys())
def test_whoever_cannot_prove_it_answers_nobody(forged: dict[str, str], told: Conversation, sent: Sent) -> None:
    world.lead()
    to = sent[0].reply_to[0].email
    arrives(told.inbox, answer(to, **forged))
    kept = told.messages.get(kind=MessageKind.NOTE)
    assert (kept.text, kept.flags, kept.agent) == ("Il arrive.", ["reply_unproved"], None)
    assert not told.messages.filter(kind=MessageKind.REPLY).exists()
    page = world.client_for(world.camille()).get(f"/conversations/{told.pk}/").content.decode()
    assert "Réponse non envoyée\u202f: expéditeur non prouvé." in page
    assert len(sent) == 1


@pytest.mark.usefixtures("believed")
def test_late_overtaken_and_automatic_answers_do_not_leave(told: Conversation, sent: Sent) -> None:
    camille = world.camille()
    old = f"{camille.pk}-{told.pk}-0-{notices._today() - notices.VALID_DAYS - 1}"
    late = f"bonjour+r-{old}-{keys.short_signature(old, purpose='reply')}@maison-alba.example"
    arrives(told.inbox, answer(late, key="a1"))
    world.message(told, "Et aussi…")
    arrives(told.inbox, answer(sent[0].reply_to[0].email, key="a2"))
    away = mail("Absente", sender=CAMILLE, to=sent[0].reply_to[0].email, auto_submitted="auto-replied")
    arrives(told.inbox, away)
    assert [row.flags for row in told.messages.filter(kind=MessageKind.NOTE)] == [["reply_late"], ["reply_overtaken"]]
    assert not told.messages.filter(kind=MessageKind.REPLY).exists()


@pytest.mark.parametrize("change", ["agent", "conversation", "signature", "case"])
def test_a_forged_address_opens_nothing(change: str, box: Inbox) -> None:
    good = notices.address(
        US,
        agent=7,
        conversation=42,
        newest=1000,
    )
    assert notices.ticket([good]) == notices.Ticket(7, 42, 1000, False)
    forged = {
        "agent": good.replace("r-7-", "r-8-"),
        "conversation": good.replace("-42-", "-43-"),
        "signature": good.replace("@", "a@"),
        "case": good.replace("+r-", "+q-"),
    }[change]
    assert notices.ticket([forged, "bonjour+r-1-2-3-4-1aaaaaaaaaaaaaaaa@x.example"]) is None


def test_an_address_too_long_for_it_offers_none() -> None:
    assert notices.address(f"{'a' * 40}@x.example", agent=7, conversation=42, newest=1) == ""


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize(("proof", "waits"), [(PROOF, False), ("", True)])
def test_an_agent_s_own_mail_to_the_customer_counts_when_it_is_proved(proof: str, waits: bool) -> None:
    inbox = world.inbox()
    world.camille()
    arrives(inbox, mail(message_id="q1@orange.example"))
    made = mail(
        "Il arrive.",
        sender=f"Camille <{CAMILLE}>",
        to="claire.vasseur@orange.example",
        cc=US,
        in_reply_to="<q1@orange.example>",
    )
    head = f"Authentication-Results: {proof}\r\n".encode() if proof else b""
    arrives(inbox, head + made.as_bytes())
    row = Conversation.objects.earliest("pk")
    assert (row.waiting_since is not None) is waits
    written = row.messages.filter(kind=MessageKind.REPLY)
    assert [message.agent for message in written] == ([] if waits else [world.camille()])
