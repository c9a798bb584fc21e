"""Old mail comes in once, closed and silent, in the order in which it was written, from whatever holds it."""

import mailbox
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.utils import timezone

from comptoir.config.cli import main
from comptoir.conversations.actions import importing
from comptoir.conversations.actions.importing import take_in
from comptoir.conversations.models import Conversation, Message, RawMessage
from comptoir.core.models import Event
from comptoir.lib.mail.archives import NotAnArchive, Place, index, read
from tests import mails, world
from tests.untouched import untouched
from tests.work import waiting_jobs

pytestmark = pytest.mark.django_db
CLAIRE = "Claire Vasseur <claire.vasseur@orange.example>"
OURS = "Maison Alba <bonjour@maison-alba.example>"


def letter(name: str, text: str, *, day: int, sender: str = CLAIRE, to: str = OURS, **headers: str) -> EmailMessage:
    made = mails.mail(text, sender=sender, to=to, message_id=f"{name}@old.example", **headers)
    made.replace_header("Date", format_datetime(timezone.datetime(2023, 5, day, 9, tzinfo=timezone.timezone.utc)))
    return made


def a_thread() -> list[EmailMessage]:
    """A question, our answer, thanks; the answer comes first in its file, as mail programs leave it."""
    answer = letter("2", "Elle part demain.\n\nCamille", day=2, sender=OURS, to=CLAIRE, in_reply_to="<1@old.example>")
    thanks = letter("3", "Merci !\n\nFrom now on I write here.", day=3, references="<1@old.example> <2@old.example>")
    return [answer, thanks, letter("1", "Où est la nappe ?", day=1)]


def in_mbox(path: Path, letters: list[EmailMessage]) -> Path:
    box = mailbox.mbox(path)
    for one in letters:
        box.add(one)
    box.close()
    return path


def in_maildir(path: Path, letters: list[EmailMessage]) -> Path:
    box = mailbox.Maildir(path)
    for one in letters:
        box.add(one)
    return path


def in_files(path: Path, letters: list[EmailMessage]) -> Path:
    (path / "inner").mkdir(parents=True)
    for number, one in enumerate(letters):
        (path / "inner" / f"{number}.eml").write_bytes(one.as_bytes())
    return path


@pytest.mark.parametrize("kept_in", [in_mbox, in_maildir, in_files])
def test_a_thread_is_one_closed_conversation_in_its_own_time(kept_in: object, tmp_path: Path) -> None:
    box = world.inbox()
    path = kept_in(tmp_path / "mail", a_thread())  # type: ignore[operator]
    report = take_in(box, sorted(index(path)))
    assert (report.taken, report.failed) == (3, 0)
    talk = Conversation.objects.get()
    said = [(row.kind, row.text.strip(), row.created_at.day) for row in talk.messages.order_by("created_at")]
    assert said == [
        ("customer", "Où est la nappe ?", 1),
        ("reply", "Elle part demain.\n\nCamille", 2),
        ("customer", "Merci !\n\nFrom now on I write here.", 3),
    ]
    assert (talk.state, talk.waiting_since, talk.last_message_at.day) == ("closed", None, 3)
    assert set(Event.objects.values_list("origin", flat=True)) <= {"import"}
    assert waiting_jobs() == []
    page = world.client_for(world.camille()).get("/search/results/?q=nappe").content.decode()
    assert "nappe" in page


def test_run_again_it_adds_nothing(tmp_path: Path) -> None:
    box = world.inbox()
    path = in_mbox(tmp_path / "mail", a_thread())
    take_in(box, sorted(index(path)))
    with untouched():
        report = take_in(box, sorted(index(path)))
    assert (report.taken, report.known) == (0, 3)


def test_what_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = world.inbox()
    path = in_mbox(tmp_path / "mail", a_thread())
    monkeypatch.setattr(importing, "BATCH", 1)

    def stop(report: importing.Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(box, sorted(index(path)), progress=stop)
    assert Message.objects.count() == 1
    report = take_in(box, sorted(index(path)))
    assert (report.known, report.taken) == (1, 2)
    assert Conversation.objects.count() == 1


def test_what_came_through_the_mailbox_is_not_doubled(tmp_path: Path) -> None:
    box = world.inbox()
    mails.arrives(box, a_thread()[2].as_bytes() + b"\n")
    report = take_in(box, sorted(index(in_mbox(tmp_path / "mail", a_thread()))))
    assert (report.taken, report.ignored) == (2, 1)
    assert Message.objects.filter(text__startswith="Où est la nappe").count() == 1


def test_a_poisoned_mail_is_kept_and_told_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = world.inbox()
    honest = importing.receive

    def trip(inbox: object, incoming: object, **more: object) -> object:
        if incoming.external_id.startswith("2@"):  # type: ignore[attr-defined]
            raise ValueError("poison")
        return honest(inbox, incoming, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "receive", trip)
    report = take_in(box, sorted(index(in_mbox(tmp_path / "mail", a_thread()))))
    assert (report.taken, report.failed) == (2, 1)
    assert "poison" in report.refusals[0][1]
    failed = RawMessage.objects.get(state="failed")
    assert (failed.silent, b"Elle part demain" in bytes(failed.content)) == (True, True)


def test_spam_drafts_and_trash_of_takeout_stay_out(tmp_path: Path) -> None:
    letters = [
        letter("1", "Oui", day=1, x_gmail_labels="Inbox,Important"),
        letter("2", "Non", day=2, x_gmail_labels="Spam"),
        letter("3", "Peut-être", day=3, x_gmail_labels="Draft,Inbox"),
    ]
    report = take_in(world.inbox(), sorted(index(in_mbox(tmp_path / "mail", letters))))
    assert (report.taken, report.passed_over) == (1, 2)


def test_a_dry_run_writes_nothing_and_counts(tmp_path: Path) -> None:
    box = world.inbox()
    path = in_mbox(tmp_path / "mail", a_thread())
    with untouched():
        report = take_in(box, sorted(index(path)), dry_run=True)
    assert (report.taken, report.kinds["message"]) == (3, 3)
    assert report.first is not None
    assert (report.first.day, report.last and report.last.day) == (1, 3)


def test_card_numbers_of_old_mail_go_too(tmp_path: Path) -> None:
    old = [letter("1", "Ma carte 4111 1111 1111 1111", day=1)]
    take_in(world.inbox(), sorted(index(in_mbox(tmp_path / "mail", old))))
    assert Message.objects.get().text == "Ma carte •••• •••• •••• 1111"
    assert b"4111 1111 1111 1111" not in bytes(RawMessage.objects.get().content)


def test_an_mbox_gives_back_what_was_put_in(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(
        b"From a@b.example Mon May  1 09:00:00 2023\r\nSubject: 1\r\n\r\n>From here\r\n>>From there\r\nFrom nowhere\r\n\r\n"
        b"From - Tue May 02 09:00:00 2023\nSubject: 2\n\nFin sans retour"
    )
    first, second = index(path)
    assert read(first) == b"Subject: 1\r\n\r\nFrom here\r\n>From there\r\nFrom nowhere\r\n\r\n"
    assert read(second) == b"Subject: 2\n\nFin sans retour"


def test_apples_files_lose_their_wrapping(tmp_path: Path) -> None:
    path = tmp_path / "1.emlx"
    path.write_bytes(b"12        \nSubject: x\n\n<?xml version='1.0'?>")
    assert read(next(index(path))) == b"Subject: x\n\n"


@pytest.mark.parametrize("content", [b"", b"bonjour", b"\xff" * 3000])
def test_what_holds_no_mail_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    for path in (tmp_path / "file", tmp_path, tmp_path / "none"):
        with pytest.raises(NotAnArchive):
            list(index(path))


def test_broken_dates_and_huge_mails_do_not_stop_the_index(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"Date: never\nSubject: \xff\n\nx")
    (tmp_path / "2.eml").write_bytes(b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\n")
    assert len(sorted(index(tmp_path))) == 2
    report = take_in(world.inbox(), [Place(0, tmp_path / "1.eml", 0, 10**9), Place(0, tmp_path / "gone.eml", 0, 5)])
    assert report.failed == 2


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = world.inbox()
    path = in_mbox(tmp_path / "mail", a_thread())
    assert main(["import", "mail", str(path), "--inbox", box.address]) == 0
    told = capsys.readouterr().out
    assert "3 messages importés, 01/05/2023 – 03/05/2023" in told
    assert main(["import", "mail", str(path), "--inbox", "nobody"]) == 2
    assert box.address in capsys.readouterr().err
    assert main(["import", "mail", str(tmp_path / "none"), "--inbox", box.name]) == 2
