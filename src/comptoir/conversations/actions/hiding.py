"""Card and account numbers are hidden before anything of a message is kept (see lib.masking)."""

from dataclasses import replace

from comptoir.core.models import Installation
from comptoir.lib import masking
from comptoir.lib.html import from_text, to_text
from comptoir.ports.channel import IncomingMessage

HIDDEN = "hidden:"  # flags of a message: hidden:card, hidden:iban


def hidden(text: str) -> tuple[str, list[str]]:
    """What someone outside wrote, without the numbers, and the flags that say so."""
    masked = masking.mask(text)
    if masking.IBAN in masked.kinds and not Installation.current().mask_accounts:
        masked = masking.mask(text, {masking.CARD})
    return masked.text, flags(masked.kinds)


def hidden_card(text: str) -> tuple[str, list[str]]:
    """What the team notes, without card numbers: an account number they may need."""
    masked = masking.mask(text, {masking.CARD})
    return masked.text, flags(masked.kinds)


def hidden_mail(incoming: IncomingMessage) -> tuple[IncomingMessage, list[str]]:
    """The same message without the numbers, in text, HTML and subject. HTML that breaks a number up gives way to text."""
    whole, found = hidden(incoming.full_text)
    subject, also = hidden(incoming.subject)
    if not found and not also:
        return incoming, []
    html = hidden(incoming.html)[0]
    if hidden(to_text(html))[1]:
        html = from_text(whole)
    text = hidden(incoming.text)[0]
    return replace(incoming, text=text, full_text=whole, html=html, subject=subject), sorted({*found, *also})


def hidden_raw(raw: bytes, found: list[str]) -> bytes:
    """The bytes of a mail of which these flags tell, without the numbers."""
    kinds = {flag.removeprefix(HIDDEN) for flag in found if flag.startswith(HIDDEN)}
    return masking.mask_mail(raw, kinds) if kinds else raw


def flags(kinds: frozenset[str]) -> list[str]:
    """The flags of a message in which these kinds were hidden."""
    return sorted(HIDDEN + kind for kind in kinds)
