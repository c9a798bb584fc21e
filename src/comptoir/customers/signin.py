"""The shop's own sign-in: its site vouches for a customer by a JSON Web Token (RFC 7519) signed with HMAC-SHA256.

The token says {"email", "email_verified": true, "iat", "exp", "jti"} and perhaps "name" and "order". It is good for
five minutes at most and once. An address that the shop did not verify itself opens nothing: else whoever registers
there with another's address would read that one's orders.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from comptoir.core import keys, throttle
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.core.throttle import TooMany
from comptoir.customers.models import SignInKey
from comptoir.lib.text import one_line

LONGEST = 4_000  # characters of a token
GOOD_FOR = 300  # seconds
CLOCKS = 60  # seconds by which the shop's clock may differ from ours


class BadSignIn(ValueError):
    """The token opens nothing; `code` says why: key, form, signature, old, used, address, unverified."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the shop vouches for."""

    email: str
    name: str = ""
    order: str = ""


@transaction.atomic
def renew_key(shop: Shop, *, actor: Actor) -> str:
    """A new secret for the shop's site, shown once; tokens signed with the former one open nothing any more."""
    secret = secrets.token_urlsafe(32)
    row, _made = SignInKey.objects.update_or_create(
        shop=shop, defaults={"secret": keys.encrypt(secret), "made_at": timezone.now()}
    )
    record(row, "shop.signin_key_renewed", actor=actor, shop=shop.pk)
    return secret


@transaction.atomic
def remove_key(shop: Shop, *, actor: Actor) -> bool:
    """The shop's site vouches for nobody any more; False when it had no key."""
    row = SignInKey.objects.select_for_update().filter(shop=shop).first()
    if row is None:
        return False
    record(row, "shop.signin_key_removed", actor=actor, shop=shop.pk)
    row.delete()
    return True


def read_token(shop: Shop, token: str) -> Vouched:
    """Whom a token vouches for, once. Raises BadSignIn."""
    row = SignInKey.objects.filter(shop=shop).first()
    if row is None:
        raise BadSignIn("key")
    claims = _claims(token, keys.decrypt(row.secret).encode())
    _check_time(claims)
    email = str(claims.get("email", "")).strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadSignIn("address") from error
    if claims.get("email_verified") is not True:
        raise BadSignIn("unverified")
    _use(shop, claims)
    name, order = (one_line(str(claims.get(claim) or "")) for claim in ("name", "order"))
    return Vouched(email[:254], name[:200], order[:60])


def _claims(token: str, secret: bytes) -> dict[str, Any]:
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise BadSignIn("form")
    try:
        header, claims = (json.loads(_bytes(part)) for part in parts[:2])
        given = _bytes(parts[2])
    except (ValueError, RecursionError) as error:
        raise BadSignIn("form") from error
    if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") != "HS256":
        raise BadSignIn("form")  # `none` and everything else that a forger may choose
    if not hmac.compare_digest(given, hmac.new(secret, f"{parts[0]}.{parts[1]}".encode(), hashlib.sha256).digest()):
        raise BadSignIn("signature")
    return claims


def _check_time(claims: dict[str, Any]) -> None:
    now, made, ends = timezone.now().timestamp(), claims.get("iat"), claims.get("exp")
    if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (made, ends)):
        raise BadSignIn("form")
    if not (now - GOOD_FOR - CLOCKS <= made <= now + CLOCKS) or ends < now - CLOCKS:  # type: ignore[operator]
        raise BadSignIn("old")


def _use(shop: Shop, claims: dict[str, Any]) -> None:
    name = claims.get("jti")
    if not isinstance(name, str) or not 8 <= len(name) <= 200:
        raise BadSignIn("form")
    try:
        throttle.hit(f"signin:{shop.pk}:{keys.digest(name, purpose='signin')}", limit=1, seconds=GOOD_FOR + 2 * CLOCKS)
    except TooMany as error:
        raise BadSignIn("used") from error


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise BadSignIn("form") from error
