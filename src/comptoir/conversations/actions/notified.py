"""A shop platform also sends mail about what customers write in its threads. The mail and the message are one matter.

They are known to be the same when the mail is a form's or says that it is such a notice, is of the same person, in the
same shop, within two days, and holds the message's very words. Whichever comes second adds nothing of its own: a mail
that the customer wrote themselves (an answer bears the notice's subject and quotes earlier words) must say no more.
"""

import re
from datetime import timedelta

from django.utils import timezone

from comptoir.conversations.actions import incoming as arriving
from comptoir.conversations.actions import joining
from comptoir.conversations.actions.hiding import hidden
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.judging import Judged
from comptoir.conversations.messenger import external_name
from comptoir.conversations.models import Conversation, Inbox, InboxKind, Message, MessageAlias, ShopThread, State
from comptoir.conversations.models import MessageKind as Kind
from comptoir.core import files, live
from comptoir.core.actors import SYSTEM
from comptoir.customers.models import IdentityKind
from comptoir.lib.text import storable
from comptoir.ports.channel import IncomingMessage
from comptoir.ports.shop import ThreadMessage

WITHIN = timedelta(days=2)
SHORTEST = 8  # characters that may stand anywhere in a mail; fewer have to be a line of it
LOOKED_AT = 20
_NOTICE = re.compile(r"\[no_sync\]|#ct\d+\b", re.IGNORECASE)  # how PrestaShop marks its subjects


def repeated(inbox: Inbox, judged: Judged) -> Message | None:
    """The message of a thread that a mail only tells of, with the mail's files if it had none; None for any other mail."""
    mail = judged.incoming
    if not (judged.form or _NOTICE.search(mail.subject)) or not mail.sender.email:
        return None
    rows = Message.objects.filter(
        kind=Kind.CUSTOMER,
        identity__kind=IdentityKind.EMAIL,
        identity__value=mail.sender.email,
        inbox__kind=InboxKind.SHOP,
        inbox__shop=inbox.shop_id,
        created_at__gt=timezone.now() - WITHIN,
    )
    for message in rows.select_related("conversation__identity").order_by("-pk")[:LOOKED_AT]:
        if _tells(mail, message.text, form=judged.form):
            _bring_files(message, judged)
            return message
    return None


def adopt(inbox: Inbox, said: ThreadMessage, thread: ShopThread | None, address: str) -> Conversation | None:
    """Let the mail that told of a message before be that message; the conversation in which it stands, None when none did.

    Its conversation becomes the thread's; where the thread has one already, the mail's goes into it.
    """
    mail = _mail_of(inbox, said, address)
    if mail is None:
        return None
    conversation = held(mail.conversation, "identity", "inbox")
    if conversation.pk != mail.conversation_id or conversation.state in (State.SIDE, State.SPAM, State.TRASH):
        return None
    MessageAlias.objects.create(message=mail, inbox=inbox, external_id=external_name(said.external_id))
    mail.full_text = mail.full_text or mail.text
    mail.text = storable(hidden(said.text)[0]).strip()
    mail.save(update_fields=["full_text", "text"])
    if thread is None:
        conversation.inbox, conversation.channel = inbox, InboxKind.SHOP
        conversation.save(update_fields=["inbox", "channel"])
        ShopThread.objects.create(
            inbox=inbox, external_id=said.thread_id, conversation=conversation, closed=said.closed
        )
    else:
        _into(held(thread.conversation, "identity", "inbox"), conversation)
    live.changed(conversation.live_topics(), conversation.live_audiences())
    return held(conversation, "identity", "inbox")


def _into(target: Conversation, source: Conversation) -> None:
    if target.pk == source.pk:
        return
    try:
        joining.merge(source, target, actor=SYSTEM)
    except joining.CannotJoin:  # it was put away, or is another shop's by now: two matters, then
        return


def _mail_of(inbox: Inbox, said: ThreadMessage, address: str) -> Message | None:
    """The mail that told of this message: the first of its conversation, and not a thread's already."""
    rows = Message.objects.filter(
        kind=Kind.CUSTOMER,
        identity__kind=IdentityKind.EMAIL,
        identity__value=address,
        inbox__kind=InboxKind.EMAIL,
        inbox__shop=inbox.shop_id,
        conversation__shop=inbox.shop_id,
        created_at__gt=timezone.now() - WITHIN,
        aliases=None,
    )
    for mail in rows.select_related("conversation").order_by("-pk")[:LOOKED_AT]:
        form = "contact_form" in mail.flags
        first = mail.conversation.messages.order_by("created_at", "pk").values_list("pk", flat=True).first()
        told = (form or _NOTICE.search(mail.subject)) and first == mail.pk
        if told and _tells(mail, said.text, form=form):
            return mail
    return None


def _tells(mail: IncomingMessage | Message, words: str, *, form: bool) -> bool:
    """Whether a mail is no more than the telling of these words: a form's holds them among its fields."""
    if form:
        return _holds(mail.full_text or mail.text, words)
    own, told = _squeezed(mail.text), _squeezed(words)
    return bool(own) and (own == told or (len(own) >= SHORTEST and told.startswith(own)))


def _holds(mail: str, words: str) -> bool:
    squeezed = _squeezed(words)
    if len(squeezed) < SHORTEST:
        return bool(squeezed) and any(_squeezed(line) == squeezed for line in mail.splitlines())
    return squeezed in _squeezed(mail)


def _squeezed(text: str) -> str:
    return " ".join(hidden(text)[0].split()).casefold()


def _bring_files(message: Message, judged: Judged) -> None:
    """The mail brings the file of which the platform tells the name alone."""
    parts = [part for part in judged.incoming.parts if not part.inline and part.content]
    if not parts or message.attachments.exclude(file__size=0).exists():
        return
    empty = [row.file for row in message.attachments.select_related("file")]
    message.attachments.all().delete()
    files.forget(empty)
    count = len(parts) - len(empty)
    arriving.attach(message, parts)
    conversation = message.conversation
    Conversation.objects.filter(pk=conversation.pk).update(
        attachment_count=max(0, conversation.attachment_count + count)
    )
    live.changed(conversation.live_topics(), conversation.live_audiences())
