"""From a message row to what the channel sends: signature, quoted history, files, thread headers."""

from django.utils.translation import gettext as _

from comptoir.conversations.acknowledgement import language_of
from comptoir.conversations.messenger import thread_of
from comptoir.conversations.models import Attachment, Delivery, Inbox, InboxKind, Message, MessageKind, State
from comptoir.conversations.queries.signatures import closing
from comptoir.core import files
from comptoir.lib.html import from_text, to_text
from comptoir.lib.mail.quote import Quoted, quote_html, quote_text
from comptoir.ports.channel import Address, OutgoingMessage, Part
from comptoir.ports.errors import PortError

FILES_FOLLOW = {
    "fr": "Les pièces jointes vous arrivent par e-mail.",
    "en": "The attachments reach you by email.",
    "de": "Die Anhänge erhalten Sie per E-Mail.",
    "es": "Recibirá los archivos adjuntos por correo electrónico.",
    "it": "Riceverà gli allegati via e-mail.",
    "nl": "De bijlagen ontvangt u per e-mail.",
    "pt": "Receberá os anexos por e-mail.",
    "pl": "Załączniki otrzymają Państwo e-mailem.",
    "sv": "De bifogade filerna kommer med e-post.",
}  # what a shop's own thread says in their place
QUOTED_MESSAGES = 3
REFERENCES_LIMIT = 20
AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def compose(message: Message) -> OutgoingMessage:
    """Everything that leaves with a message. Reads only; the row is not changed."""
    conversation, inbox = message.conversation, message.inbox
    if inbox.kind == InboxKind.SHOP:
        return _in_thread(message)
    attachments = list(message.attachments.select_related("file"))
    body = _with_pictures(message.html or from_text(message.text), attachments)
    html = "".join(part for part in (body, _signature(message, inbox)) if part)
    text = to_text(html)
    history = _forwarded(message) if "forward" in message.flags else [*_enclosed(message), *_history(message)]
    if message.automatic:
        history = []  # whoever put another's address into a form has no text sent to them
    if history:
        reader = conversation.language or conversation.shop.language
        zone = conversation.shop.timezone
        html = f"{html}<br>{quote_html(history, reader, zone)}"
        text = f"{text}\n\n{quote_text(history, reader, zone)}"
    references = _references(message)
    return OutgoingMessage(
        message_id=message.message_id or "",
        sender=Address(inbox.address, _sender_name(message, inbox)),
        to=_addresses(message.to),
        cc=_addresses(message.cc),
        bcc=_addresses(message.bcc),
        subject=message.subject,
        text=text,
        html=html,
        in_reply_to=references[-1] if references else "",
        references=tuple(references),
        parts=(*(_part(row) for row in attachments), *_forwarded_files(message)),
        headers=AUTOMATIC if message.automatic else {},
        date=message.created_at,
        only=tuple(who for who, told in message.outcomes.items() if told["state"] == "deferred"),
    )


def _in_thread(message: Message) -> OutgoingMessage:
    """What goes into a shop's own thread: plain words. Files follow with the copy by mail, and the customer is told so."""
    conversation = message.conversation
    thread = thread_of(conversation, message.came_from)
    if thread is None:
        raise PortError(_("La boutique n’est plus connectée."), permanent=True, code="connection")
    text = to_text(message.html) if message.html else message.text
    if message.attachments.exists():
        reader = language_of(conversation.language, conversation.shop.language)
        text = f"{text}\n\n{FILES_FOLLOW[reader]}".strip()
    return OutgoingMessage(
        message_id=message.public_id.hex, sender=Address(""), to=(), subject="", text=text,
        in_reply_to=thread.external_id, date=message.created_at,
    )  # fmt: skip


def _sender_name(message: Message, inbox: Inbox) -> str:
    """« Camille, Maison Alba »: a person answers for a shop."""
    shop = inbox.sender_name or inbox.shop.name
    return f"{message.agent.first_name}, {shop}" if message.agent else shop


def _signature(message: Message, inbox: Inbox) -> str:
    if "unsigned" in message.flags:
        return ""
    conversation = message.conversation
    html = closing(inbox, message.agent, conversation.language or conversation.shop.language).html
    return f"<br>{html}" if html else ""


def _addresses(parties: list[dict[str, str]]) -> tuple[Address, ...]:
    return tuple(Address(party["email"], party.get("name", "")) for party in parties)


def _with_pictures(html: str, attachments: list[Attachment]) -> str:
    """Pictures inside the text point to the parts that travel with it."""
    for row in attachments:
        if row.inline and row.content_id:
            for address in (f"/files/{row.file.public_id}/", f"/files/{row.file.public_id}"):
                html = html.replace(f'src="{address}"', f'src="cid:{row.content_id}"')
    return html


def _part(row: Attachment) -> Part:
    return Part(
        name=row.file.name,
        content_type=row.file.content_type,
        content=files.read(row.file),
        content_id=row.content_id,
        inline=row.inline,
    )


def _history(message: Message) -> list[Quoted]:
    """The last messages before this one, newest first; notes never leave."""
    earlier = (
        message.conversation.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
        .filter(created_at__lt=message.created_at)
        .exclude(pk=message.pk)
        .exclude(flags__contains="forward")
        .exclude(delivery=Delivery.LATER)
        .select_related("agent", "identity")
        .order_by("-created_at", "-pk")[:QUOTED_MESSAGES]
    )
    return [_quoted(row) for row in earlier]


def _forwarded(message: Message) -> list[Quoted]:
    keys = [int(flag.partition(":")[2]) for flag in message.flags if flag.startswith("forwards:")]
    rows = message.conversation.messages.filter(pk__in=keys).select_related("agent", "identity")
    return [_quoted(row) for row in rows.order_by("-created_at", "-pk")]


def _enclosed(message: Message) -> list[Quoted]:
    """The messages of the matter that travel under a mail to a third party."""
    keys = [int(flag.partition(":")[2]) for flag in message.flags if flag.startswith("shows:")]
    if not keys or message.conversation.state != State.SIDE:
        return []
    rows = Message.objects.filter(pk__in=keys, conversation__sides__thread=message.conversation_id)
    said = rows.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY]).select_related("agent", "identity")
    return [_quoted(row) for row in said.order_by("-created_at", "-pk")]


def _forwarded_files(message: Message) -> list[Part]:
    keys = [int(flag.partition(":")[2]) for flag in message.flags if flag.startswith("forwards:")]
    rows = Attachment.objects.filter(message__in=keys, message__conversation=message.conversation_id, inline=False)
    return [_part(row) for row in rows.select_related("file")]


def _quoted(row: Message) -> Quoted:
    author = row.agent.name if row.agent else row.sender.get("name") or row.sender.get("email", "")
    return Quoted(author=author, at=row.created_at, text=row.text, html=row.html)


def _references(message: Message) -> list[str]:
    """The Message-IDs of the thread, oldest first, ours and theirs (a forward starts a thread of its own)."""
    if "forward" in message.flags:
        return []
    earlier = message.conversation.messages.filter(created_at__lt=message.created_at, message_id__isnull=False)
    left = earlier.exclude(flags__contains="forward").exclude(delivery=Delivery.LATER)
    ids = left.order_by("-created_at", "-pk")
    names = [(name or "").partition("#")[0] for name in ids.values_list("message_id", flat=True)[:REFERENCES_LIMIT]]
    return list(reversed([name for name in names if name and "@" in name]))
