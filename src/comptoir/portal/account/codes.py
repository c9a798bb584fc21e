"""One-time codes by mail. The browser holds a note of what was sent where, with the code's salted digest.

A code is good in that browser alone, for ten minutes, five attempts and one use; nothing of it is stored. The note is
encrypted and of one length: it does not tell whether an order exists, or at which address.
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
from comptoir.orders.models import Order
from comptoir.orders.queries import find_by_number
from comptoir.outbox.actions import send_mail

MINUTES = 10
ATTEMPTS = 5
BY_ADDRESS = 5  # codes an hour
BY_NETWORK = 20  # codes an hour
GUESSES = 20  # attempts an hour at one address, whatever the browser
AGAIN_AFTER = 30  # seconds between two codes
NOTE_LENGTH = 700  # characters, so that every note looks alike
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
    number: str = ""
    by_order: bool = False


def send_code(shop: Shop, address: str, *, network: str, language: str) -> str:
    """Mail a code to an address that is known here, else say so there and only there; the note for the browser.

    Raises TooMany. What the caller shows is the same either way.
    """
    address = address.strip().lower()
    throttle.hit(f"code:network:{network}", limit=BY_NETWORK, seconds=3600)
    throttle.hit(f"code:address:{shop.pk}:{address}", limit=BY_ADDRESS, seconds=3600)
    identity = known(address)
    if identity is None:
        send_mail("account_unknown", to=address, context={}, language=language, shop=shop)
    return _send(shop, identity, address, language=language)


def send_order_code(shop: Shop, number: str, clue: str, *, network: str, language: str) -> str:
    """Mail a code to the address of an order, when `clue` is that address or the postcode it went to; else to nobody.

    Raises TooMany. What the caller shows, and what the browser gets, is the same either way.
    """
    throttle.hit(f"code:network:{network}", limit=BY_NETWORK, seconds=3600)
    throttle.hit(
        f"code:order:{shop.pk}:{keys.digest(number.upper(), purpose=_PURPOSE)}", limit=BY_ADDRESS, seconds=3600
    )
    orders = find_by_number(Order.objects.filter(shop=shop, identity__kind=IdentityKind.EMAIL), number)
    order = next((row for row in orders.select_related("identity")[:5] if _fits(row, clue)), None)
    identity = known(order.identity.value) if order is not None else None
    return _send(shop, identity, identity.value if identity else "", language=language, order=order, by_order=True)


def _fits(order: Order, clue: str) -> bool:
    bare = "".join(clue.split()).casefold()
    postcodes = [order.address.get("postcode", ""), order.billing_address.get("postcode", "")]
    return bool(bare) and bare in {
        order.identity.value.casefold(),
        *("".join(str(code).split()).casefold() for code in postcodes if code),
    }


def _send(
    shop: Shop,
    identity: Identity | None,
    address: str,
    *,
    language: str,
    order: Order | None = None,
    by_order: bool = False,
) -> str:
    nonce, code = secrets.token_hex(12), f"{secrets.randbelow(1_000_000):06}"
    context: dict[str, Any] = {"minutes": MINUTES, "code": f"{code[:3]} {code[3:]}"}
    if identity is not None:
        send_mail("account_code", to=address, context=context, language=language, identity=identity, shop=shop)
    number = order.number if order is not None and identity is not None else ""
    note = [address, shop.pk, nonce, _digest(nonce, code), number, by_order]
    return keys.encrypt(keys.sign(note, purpose=_PURPOSE).ljust(NOTE_LENGTH))


def read(note: str, shop: Shop) -> Note | None:
    """The note again; None when it is forged, too old or another shop's."""
    try:
        told = keys.unsign(keys.decrypt(note[:4000]).strip(), purpose=_PURPOSE, max_age=MINUTES * 60)
        address, key, nonce, digest, number, by_order = told
    except (keys.CannotDecrypt, keys.BadToken, ValueError, TypeError):
        return None
    return Note(address, key, nonce, digest, number, by_order) if key == shop.pk else None


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
