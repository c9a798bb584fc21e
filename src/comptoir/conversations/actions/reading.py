"""How far each mailbox was read, and how its account does: written beside what was read."""

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.arriving import arrive
from comptoir.conversations.models import Inbox, MailCursor
from comptoir.core import live
from comptoir.ports.channel import Cursor, Fetched

FOLDER = "INBOX"
SENT = "\\Sent"  # stands for the folder of sent mail, whatever it is called
LIMIT = 300  # characters of Inbox.problem


def cursor_of(inbox: Inbox) -> Cursor:
    """Where reading goes on; from the start when nothing was read yet."""
    row = MailCursor.objects.filter(inbox=inbox, folder=_folder(inbox)).first()
    return Cursor(row.uid_validity, row.last_uid) if row else Cursor()


@transaction.atomic
def take(inbox: Inbox, fetched: Fetched) -> None:
    """Commit a message and the cursor together: after a crash it is read again at most, and known by its key then."""
    arrive(inbox, fetched.raw, source_key=fetched.source_key, received_at=fetched.received_at)
    MailCursor.objects.update_or_create(
        inbox=inbox,
        folder=_folder(inbox),
        defaults={"uid_validity": fetched.cursor.uid_validity, "last_uid": fetched.cursor.last_uid},
    )


def sent_cursor_of(inbox: Inbox) -> Cursor:
    """Where reading the folder of sent mail goes on."""
    row = MailCursor.objects.filter(inbox=inbox, folder=SENT).first()
    return Cursor(row.uid_validity, row.last_uid) if row else Cursor()


def begin_sent(inbox: Inbox, cursor: Cursor) -> None:
    """From here on the folder of sent mail is read; what lies there already stays where it is."""
    place = {"uid_validity": cursor.uid_validity, "last_uid": cursor.last_uid}
    MailCursor.objects.update_or_create(inbox=inbox, folder=SENT, defaults=place)


@transaction.atomic
def take_sent(inbox: Inbox, fetched: Fetched) -> None:
    """As `take`, for a mail that was sent from the mailbox."""
    key = f"sent:{fetched.source_key}"
    arrive(inbox, fetched.raw, source_key=key, received_at=fetched.received_at, outgoing=True)
    begin_sent(inbox, fetched.cursor)


@transaction.atomic
def note_account(inbox: Inbox, problem: str = "") -> None:
    """Write down that the account is read, or why it is not; open pages are told when that changed."""
    before = Inbox.objects.select_for_update().values_list("problem", flat=True).get(pk=inbox.pk)
    Inbox.objects.filter(pk=inbox.pk).update(checked_at=timezone.now(), problem=problem[:LIMIT])
    if before != problem[:LIMIT]:
        live.changed(["inboxes"], [f"shop:{inbox.shop_id}"])


def _folder(inbox: Inbox) -> str:
    return str(inbox.settings.get("imap_folder") or FOLDER)[:200]
