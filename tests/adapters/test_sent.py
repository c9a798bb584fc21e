"""The folder of sent mail against a real Dovecot: found, read from now on, given a copy once; answers that count."""

import imaplib
import time
from collections.abc import Callable, Iterator

import pytest

from comptoir.adapters.email.channel import Email
from comptoir.conversations.actions import reading
from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.arriving import understand
from comptoir.conversations.actions.delivering import deliver
from comptoir.conversations.actions.filing import file_copy
from comptoir.conversations.channels import channel_for
from comptoir.conversations.models import Conversation, Delivery, Inbox, MailCursor, Message, MessageKind, State
from comptoir.core.events import ensure_partitions
from comptoir.core.keys import encrypt
from comptoir.ports.channel import Address, Cursor, Fetched, OutgoingMessage
from tests import world
from tests.e2e.post_office import PASSWORD, PostOffice, dovecot, letter, post_office
from tests.mails import arrives, mail
from tests.work import run_jobs

pytestmark = pytest.mark.skipif(dovecot() is None, reason="no Dovecot on this machine")
SHOP, CLAIRE = "bonjour@maison-alba.example", "claire.vasseur@orange.example"


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


def settings(office: PostOffice, user: str = SHOP, **more: str) -> dict[str, str]:
    base = {
        "imap_host": "127.0.0.1", "imap_port": str(office.imap), "imap_security": "none", "imap_user": user,
        "imap_password": PASSWORD, "smtp_host": "127.0.0.1", "smtp_port": str(office.smtp), "smtp_security": "none",
    }  # fmt: skip
    return base | more


def in_folder(office: PostOffice, user: str, folder: str) -> list[bytes]:
    """The mails of a folder, oldest first."""
    with office.mailbox(user) as client:
        client.select(f'"{folder}"')
        numbers = client.search(None, "ALL")[1][0].split()
        rows = [client.fetch(number.decode(), "(FLAGS BODY.PEEK[])")[1][0] for number in numbers]
    return [row[0] + row[1] for row in rows if isinstance(row, tuple)]


def put(office: PostOffice, user: str, folder: str, raw: bytes) -> None:
    with office.mailbox(user) as client:
        client.append(f'"{folder}"', "\\Seen", imaplib.Time2Internaldate(time.time()), raw)


def once(count: int) -> tuple[list[Fetched], Callable[[Fetched], None], Callable[[], bool]]:
    """A handler that keeps what it gets, and a stop() that holds after so many or three seconds."""
    got: list[Fetched] = []
    ends = time.monotonic() + 3
    return got, got.append, lambda: len(got) >= count or time.monotonic() > ends


OUT = OutgoingMessage(
    message_id="<o1@maison-alba.example>", sender=Address(SHOP), to=(Address(CLAIRE),), subject="Re: Colis",
    text="Il arrive.", html="<p>Il arrive.</p>", bcc=(Address("compta@maison-alba.example"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("user", "folder"),
    [("a@x.example", "Sent"), ("b@x.example", "Sent Items"), ("c@x.example", "&AMk-l&AOk-ments envoy&AOk-s"),
     ("d@x.example", "Gesendet"), ("e@x.example", "INBOX.Wys&AUI-ane")],
)  # fmt: skip
def test_a_copy_is_filed_once_in_the_folder_whatever_it_is_called(office: PostOffice, user: str, folder: str) -> None:
    with office.mailbox(user) as client:
        client.create(f'"{folder}"')
    channel = Email(settings(office, user))
    assert [channel.file_sent(OUT), channel.file_sent(OUT)] == [True, False]
    [kept] = in_folder(office, user, folder)
    assert b"\\Seen" in kept
    assert b"Bcc: compta@maison-alba.example" in kept
    assert b"<o1@maison-alba.example>" in kept


def test_without_any_such_folder_one_is_made(office: PostOffice) -> None:
    assert Email(settings(office, "f@x.example")).file_sent(OUT)
    assert len(in_folder(office, "f@x.example", "Sent")) == 1


@pytest.mark.parametrize(
    ("host", "wanted", "files"),
    [("smtp.gmail.com", "auto", False), ("smtp.office365.com", "", False), ("smtp-mail.outlook.com", "auto", False),
     ("ssl0.ovh.net", "auto", True), ("smtp.gmail.com", "yes", True), ("ssl0.ovh.net", "no", False),
     ("gmail.com.evil.example", "auto", True), ("", "auto", False)],
)  # fmt: skip
def test_providers_that_file_by_themselves_get_no_second_copy(host: str, wanted: str, files: bool) -> None:
    assert Email({"smtp_host": host, "sent_copy": wanted}).files_sent is files


def test_it_is_read_from_now_on_and_goes_on_where_it_was(office: PostOffice) -> None:
    user = "g@x.example"
    with office.mailbox(user) as client:
        client.create("Sent")
    put(office, user, "Sent", letter(user, CLAIRE, "Avant", "x").as_bytes())
    channel, begun = Email(settings(office, user)), []

    def start(cursor: Cursor) -> None:
        begun.append(cursor)
        put(office, user, "Sent", letter(user, CLAIRE, "Après", "x").as_bytes())

    since = world.timezone.localdate()
    got, keep, stop = once(1)
    channel.listen_sent(Cursor(), since=since, begun=start, handle=keep, stop=stop)
    assert (len(begun), [b"Apr" in fetched.raw for fetched in got]) == (1, [True])
    put(office, user, "Sent", letter(user, CLAIRE, "Plus tard", "x").as_bytes())
    more, keep, stop = once(1)
    channel.listen_sent(got[0].cursor, since=since, begun=begun.append, handle=keep, stop=stop)
    assert (len(begun), [b"Plus tard" in fetched.raw for fetched in more]) == (1, [True])


@pytest.fixture
def box(office: PostOffice, db: None) -> Inbox:
    """The shop's account at the post office, its sent mail read from now on."""
    ensure_partitions()
    secrets = encrypt(f'{{"imap_password": "{PASSWORD}"}}')
    account = {name: value for name, value in settings(office).items() if name != "imap_password"}
    with office.mailbox(SHOP) as client:
        client.create("Sent")
    made = world.inbox(adapter="email", settings=account, secrets=secrets)
    reads(made, 0)
    return made


def reads(inbox: Inbox, count: int) -> None:
    """What the mail process does with the folder of sent mail, until it has taken so many."""
    taken: list[Fetched] = []
    ends = time.monotonic() + 3

    def take(fetched: Fetched) -> None:
        reading.take_sent(inbox, fetched)
        taken.append(fetched)

    channel = channel_for(inbox)
    channel.listen_sent(  # type: ignore[attr-defined]
        reading.sent_cursor_of(inbox),
        since=world.timezone.localdate(),
        begun=lambda cursor: reading.begin_sent(inbox, cursor),
        handle=take,
        stop=lambda: len(taken) >= count or time.monotonic() > ends,
    )
    assert len(taken) == count
    understand(inbox.pk)


def from_the_phone(office: PostOffice, to: str, text: str, **headers: str) -> None:
    """The merchant answers in their mail program, which puts it into the folder."""
    name = headers.pop("name", "Maison Alba")
    put(office, SHOP, "Sent", letter(f"{name} <{SHOP}>", to, "Re: Colis", text, **headers).as_bytes())


def test_an_answer_written_elsewhere_counts_and_never_leaves_again(office: PostOffice, box: Inbox) -> None:
    camille = world.camille()
    arrives(box, mail(message_id="q1@orange.example"))
    row = Conversation.objects.get()
    from_the_phone(
        office,
        CLAIRE,
        "Il arrive demain.",
        Message_ID="<p1@phone.example>",
        In_Reply_To="<q1@orange.example>",
        name=camille.name,
    )
    reads(box, 1)
    written = row.messages.get(kind=MessageKind.REPLY)
    assert (written.text, written.agent, written.delivery, written.flags) == (
        "Il arrive demain.",
        camille,
        Delivery.SENT,
        ["from_mailbox"],
    )
    row.refresh_from_db()
    assert (row.state, row.waiting_since, row.first_answered_at) == (State.OPEN, None, written.created_at)
    before = len(office.mails(CLAIRE))
    run_jobs()
    assert len(office.mails(CLAIRE)) == before
    page = world.client_for(camille).get(f"/conversations/{row.pk}/").content.decode()
    assert "depuis la boîte mail" in page
    answer = mail("Merci", in_reply_to="<p1@phone.example>")
    arrives(box, answer)
    assert Conversation.objects.count() == 1


def test_our_own_answer_is_filed_once_and_not_doubled(office: PostOffice, box: Inbox) -> None:
    arrives(box, mail(message_id="q2@orange.example"))
    row = Conversation.objects.get()
    ours = reply(row, Written("<p>Je cherche.</p>"), agent=world.camille())
    Message.objects.filter(pk=ours.pk).update(delivery=Delivery.QUEUED, due_at=None)
    kept = len(in_folder(office, SHOP, "Sent"))
    deliver(message_id=ours.pk)
    run_jobs()
    file_copy(message_id=ours.pk)
    assert len(in_folder(office, SHOP, "Sent")) == kept + 1
    reads(box, 1)
    assert row.messages.filter(kind=MessageKind.REPLY).count() == 1


def test_a_new_mail_written_elsewhere_begins_a_conversation_and_one_to_ourselves_does_not(
    office: PostOffice, box: Inbox
) -> None:
    world.camille()
    from_the_phone(
        office, "Karim <karim.benali@free.example>", "Votre colis est prêt.", Message_ID="<n1@phone.example>"
    )
    from_the_phone(
        office, "camille@maison-alba.example, contact+x@maison-alba.example", "À voir", Message_ID="<n2@phone.example>"
    )
    from_the_phone(office, SHOP, "Note à moi-même", Message_ID="<n3@phone.example>")
    from_the_phone(office, CLAIRE, "Absente", Message_ID="<n4@phone.example>", Auto_Submitted="auto-replied")
    Inbox.objects.filter(pk=box.pk).update(aliases=["contact@maison-alba.example"])
    reads(box, 4)
    row = Conversation.objects.get()
    assert (row.identity.value, row.state, row.waiting_since) == ("karim.benali@free.example", State.CLOSED, None)
    assert row.messages.get().flags == ["from_mailbox"]
    arrives(box, mail("Merci", sender="karim.benali@free.example", in_reply_to="<n1@phone.example>"))
    row.refresh_from_db()
    assert (row.state, row.message_count) == (State.OPEN, 2)
    assert MailCursor.objects.filter(inbox=box, folder=reading.SENT).count() == 1


def test_a_forward_to_a_carrier_ends_nobody_s_waiting(office: PostOffice, box: Inbox) -> None:
    arrives(box, mail(message_id="q3@orange.example"))
    from_the_phone(
        office,
        "relais@carrier.example",
        "Une idée ?",
        Message_ID="<f1@phone.example>",
        In_Reply_To="<q3@orange.example>",
    )
    reads(box, 1)
    row = Conversation.objects.get()
    assert row.waiting_since is not None
    assert row.messages.get(kind=MessageKind.REPLY).flags == ["from_mailbox", "forward"]
