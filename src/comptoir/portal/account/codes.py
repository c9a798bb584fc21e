"""One-time codes by mail. The browser holds a signed note of what was sent where, with the code's salted digest.

A code is good in that browser alone, for ten minutes, five attempts and one use; nothing of it is stored.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from comptoir.core import keys, throttle
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.customers.actions import prove
from comptoir.customers.models import Identity, IdentityKind
from comptoir.outbox.actions import send_mail

MINUTES = 10
ATTEMPTS = 5
BY_ADDRESS = 5  # codes an hour
BY_NETWORK = 20  # codes an hour
GUESSES = 20  # attempts an hour at one address, whatever the browser
AGAIN_AFTER = 30  # seconds between two codes
_PURPOSE = "account-code"


class WrongCode(Exception):
    """The code is not the one that was sent."""


class CodeGone(Exception):
    """The code is too old, was used, or was tried too often: another one is needed."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the browser holds: for whom, in which shop, and which code."""

    address: str
    shop: int
    nonce: str
    digest: str


def send_code(shop: Shop, address: str, *, network: str, language: str) -> str:
    """Mail a code to an address that is known here, else say so there and only there; the note for the browser.

    Raises TooMany. What the caller shows is the same either way.
    """
    address = address.strip().lower()
    throttle.hit(f"code:network:{network}", limit=BY_NETWORK, seconds=3600)
    throttle.hit(f"code:address:{shop.pk}:{address}", limit=BY_ADDRESS, seconds=3600)
    nonce, code = secrets.token_hex(12), f"{secrets.randbelow(1_000_000):06}"
    identity = known(address)
    context: dict[str, Any] = {"minutes": MINUTES, "code": f"{code[:3]} {code[3:]}"}
    if identity is not None:
        send_mail("account_code", to=address, context=context, language=language, identity=identity, shop=shop)
    else:
        send_mail("account_unknown", to=address, context={}, language=language, shop=shop)
    return keys.sign([address, shop.pk, nonce, _digest(nonce, code)], purpose=_PURPOSE)


def read(note: str, shop: Shop) -> Note | None:
    """The note again; None when it is forged, too old or another shop's."""
    try:
        address, key, nonce, digest = keys.unsign(note, purpose=_PURPOSE, max_age=MINUTES * 60)
    except (keys.BadToken, ValueError, TypeError):
        return None
    return Note(address, key, nonce, digest) if key == shop.pk else None


def check(note: Note, code: str) -> Identity:
    """The identity whose address is proved by the right code; raises WrongCode or CodeGone."""
    try:
        throttle.hit(f"code:tries:{note.nonce}", limit=ATTEMPTS, seconds=MINUTES * 60 + 60)
        throttle.hit(f"code:guesses:{note.shop}:{note.address}", limit=GUESSES, seconds=3600)
    except TooMany as error:
        raise CodeGone from error
    if not secrets.compare_digest(_digest(note.nonce, code), note.digest):
        raise WrongCode
    try:
        throttle.hit(f"code:used:{note.nonce}", limit=1, seconds=MINUTES * 60 + 60)
    except TooMany as error:
        raise CodeGone from error
    identity = known(note.address)
    if identity is None:
        raise WrongCode
    prove(identity, at=timezone.now())
    return identity


def known(address: str) -> Identity | None:
    """The identity of an address that wrote or bought here and was not erased."""
    rows = Identity.objects.select_related("customer").filter(kind=IdentityKind.EMAIL, value=address, shop=None)
    return rows.filter(customer__erased_at=None, blocked_at=None).first()


def _digest(nonce: str, code: str) -> str:
    return keys.digest(f"{nonce}:{code}", purpose=_PURPOSE)
