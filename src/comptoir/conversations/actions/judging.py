"""What a mail is before it becomes a message: who its author is, where answers go, whether one is expected."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from comptoir.conversations import recipients
from comptoir.conversations.models import Inbox
from comptoir.conversations.ours import Ours, ours
from comptoir.lib.mail import forms, forwarded, headers, purpose
from comptoir.lib.mail.mailboxes import domain
from comptoir.lib.text import one_line, storable
from comptoir.ports.channel import Address, IncomingMessage

# What was taught about an address or its domain; as SQL, since each new matter asks it.
_LESSONS = "SELECT sender, kind, expects FROM conversations_senderlesson WHERE inbox_id = %s AND sender = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Judged:
    """An incoming mail with its author as far as it tells, and what is kept of the judgement."""

    incoming: IncomingMessage
    own: Ours
    routes: dict[str, Any] = field(default_factory=dict)
    forwarded: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    form: bool = False
    colleague: int | None = None
    proven: bool = False
    quiet: str = ""

    @property
    def from_our_side(self) -> bool:
        """Whether one of us wrote it, as our own mail server has proved: a copy of an answer to somebody."""
        ours = self.colleague is not None or self.incoming.sender.email in self.own
        return ours and self.proven and not self.form


def judge(inbox: Inbox, incoming: IncomingMessage) -> Judged:
    """Read a mail's headers and words; nothing is written."""
    own = ours()
    rewritten = _rewritten(incoming, own)
    if rewritten is not None:
        incoming = replace(incoming, sender=rewritten, automatic=False, authentication={})
    guess = purpose.of(incoming, house=domain(inbox.address))
    proven = incoming.authentication.get("dmarc") == "pass"
    shopper = forms.shopper(incoming, own.__contains__) if guess != purpose.ORDER else None
    if shopper is not None:
        form = replace(incoming, sender=Address(shopper.email, shopper.name), reply_to=(), automatic=False)
        return Judged(form, own, flags=("contact_form", "unproved_sender"), form=True)
    colleague = own.colleague(incoming.sender.email)
    return Judged(
        incoming,
        own,
        routes=recipients.routes_of(inbox, incoming, own),
        flags=("unproved_sender",) if rewritten is not None else (),
        forwarded=_forwarded(incoming, own),
        colleague=colleague,
        proven=proven,
        quiet=guess,
    )


def _rewritten(incoming: IncomingMessage, own: Ours) -> Address | None:
    """The author whose mail a group of ours has sent on in its own name, as Google's groups do."""
    if incoming.sender.email not in own or "x-original-from" not in incoming.headers:
        return None
    author = headers.sender(incoming.headers["x-original-from"])
    return author if author.email and author.email not in own else None


def expected(inbox: Inbox, judged: Judged) -> str:
    """Why no answer to a new matter is expected, "" when one is: what agents have taught goes before the guess."""
    sender = judged.incoming.sender.email
    at = domain(sender)
    with connection.cursor() as cursor:
        cursor.execute(_LESSONS, [inbox.pk, [sender, at]])
        lessons = {(taught_of, kind): expects for taught_of, kind, expects in cursor.fetchall()}
    taught = lessons.get((sender, ""))
    if taught is None and judged.quiet:
        taught = lessons.get((at, judged.quiet))
    if taught is None:
        return judged.quiet
    return "" if taught else judged.quiet or purpose.TAUGHT


def _forwarded(incoming: IncomingMessage, own: Ours) -> dict[str, Any]:
    """Who wrote what someone of the house sends on; {} when nobody else did."""
    if not own.is_house(incoming.sender.email):
        return {}
    found = forwarded.original(incoming)
    if found is None or own.is_house(found.sender.email) or found.sender.email == incoming.sender.email:
        return {}
    return {
        "email": found.sender.email[:320],
        "name": one_line(found.sender.name)[:200],
        "subject": one_line(found.subject)[:300],
        "text": storable(found.text),
    }
