"""How a mail in our own name leaves: the installation's SMTP account, or files in the local outbox."""

import uuid
from email.utils import parseaddr
from typing import cast
from urllib.parse import unquote, urlsplit

from django.conf import settings

from comptoir.outbox.models import Mail
from comptoir.ports import registry
from comptoir.ports.channel import Address, Channel, OutgoingMessage

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def channel(road: str = Mail.Road.OWN) -> Channel:
    """The channel that carries mail of this road; raises LookupError when its adapter is not installed."""
    apart = settings.APART_MAIL["smtp_url"] if road == Mail.Road.APART else ""
    url = apart or settings.SYSTEM_MAIL["smtp_url"]
    address = _sender().email
    if not url:
        adapter = registry.get("channel", "outbox")
        return cast(Channel, adapter({"directory": str(settings.OUTBOX_DIRECTORY), "address": address}))
    return cast(Channel, registry.get("channel", "email")(_smtp(url) | {"address": address}))


def letter(mail: Mail) -> OutgoingMessage:
    """The row as a message that can leave."""
    return OutgoingMessage(
        message_id=mail.message_id,
        sender=_sender(mail.shop.name if mail.shop else ""),
        to=(Address(mail.to),),
        reply_to=(Address(mail.reply_to),) if mail.reply_to else (),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=HEADERS | mail.headers,
        date=mail.created_at,
    )


def new_message_id() -> str:
    """A Message-ID of ours."""
    return f"<{uuid.uuid4().hex}@{_sender().email.rpartition('@')[2]}>"


def _sender(name: str = "") -> Address:
    given_name, address = parseaddr(settings.SYSTEM_MAIL["from"])
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return Address(address or f"comptoir@{host}", given_name or name or "Comptoir")


def _smtp(url: str) -> dict[str, str]:
    """`smtp://`, `smtps://` (TLS from the first byte) or `smtp+plain://` (none) as the e-mail adapter's fields."""
    parts = urlsplit(url)
    security = {"smtps": "ssl", "smtp+plain": "none"}.get(parts.scheme, "starttls")
    return {
        "smtp_host": parts.hostname or "",
        "smtp_port": str(parts.port or {"ssl": 465, "none": 25}.get(security, 587)),
        "smtp_security": security,
        "smtp_user": unquote(parts.username or ""),
        "smtp_password": unquote(parts.password or ""),
    }
