"""How carriers are asked: an account with a key, or with a client's credentials against a token of some minutes."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, ClassVar

from comptoir.lib import payload
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError

# Tokens by carrier and client: an adapter lives for a call, a token for minutes. Nothing is written down.
_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}
_lock = Lock()
_EARLY = 60.0  # seconds before its end that a token is renewed
CLIENT = (
    Field("client_id", "Identifiant client (client ID)"),
    Field("client_secret", "Secret client (client secret)", "secret"),
)


def key_of(body: bytes) -> str:
    """The key of a delivery whose sender names none: its very bytes."""
    return hashlib.sha256(body).hexdigest()


class Asked:
    """A carrier that answers for its own parcels and tells nothing by itself. A subclass says where, and reads."""

    title: ClassVar[str]
    base: ClassVar[str] = ""
    token_path: ClassVar[str] = ""
    sample: ClassVar[str] = "0000000000"
    capabilities: ClassVar[CarrierCapabilities]
    fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        secrets = tuple(settings.get(each.name, "") for each in self.fields if each.kind == "secret")
        self.vendor = Vendor(
            self.title,
            settings.get("base_url", "").strip().rstrip("/") or self.base,
            [host for host in settings.get("private_hosts", "").split(",") if host],
            secrets=secrets,
        )

    def given(self, name: str) -> str:
        """A field; raises PortError when it is empty."""
        value = self.settings.get(name, "").strip()
        if not value:
            label = next((each.label for each in self.fields if each.name == name), name)
            raise PortError(f"Il manque\u202f: {label}.", permanent=True, code="settings")
        return value

    def check(self) -> list[str]:
        """Try the settings by asking for a parcel that does not exist; what is wrong as sentences."""
        try:
            self.track([self.sample])
        except PortError as error:
            return [error.message]
        return []

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """It sends no webhooks: nothing is its."""
        return False

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """The bytes' own key."""
        return key_of(body), "tracking"

    def follow(self, numbers: Sequence[str]) -> None:
        """It is asked, it does not tell."""
        raise PortError(
            f"{self.title} n’envoie pas de nouvelles\u202f: on lui demande.", permanent=True, code="lacking"
        )

    def parse(self, body: bytes) -> Followed:
        """Understand an answer: pure, never raises."""
        raise NotImplementedError

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for parcels. Raises PortError."""
        raise NotImplementedError

    def read(self, answer: Answer, numbers: Sequence[str]) -> Followed:
        """An answer understood; a number without an answer is unknown. Raises PortError for what is none."""
        if answer.status == 404:
            return Followed(unknown=tuple(numbers))
        told = self.parse(answer.body)
        if told.problem and not told.parcels and not told.unknown:
            code = "refused" if answer.status >= 400 else "protocol"
            raise PortError(f"{self.title}\u202f: {self.vendor.said(told.problem)}", permanent=False, code=code)
        return told

    def bearer(self, form: Mapping[str, str] | None = None, *, basic: bool = False) -> dict[str, str]:
        """The header with a token for the client's credentials (OAuth 2). Raises PortError."""
        client, secret = self.given("client_id"), self.given("client_secret")
        place = (self.title, self.vendor.base, client)
        with _lock:
            token, until = _tokens.get(place, ("", 0.0))
        if not token or until <= time.monotonic() + _EARLY:
            told = self._asked_token(form or {}, client, secret, basic)
            token = payload.text(told.get("access_token"), 8_000)
            if not token:
                raise PortError(f"{self.title} n’a pas donné de jeton.", permanent=True, code="auth")
            with _lock:
                _tokens[place] = (token, time.monotonic() + max(payload.whole(told.get("expires_in"), 600), 120))
        return {"Authorization": f"Bearer {token}"}

    def _asked_token(self, form: Mapping[str, str], client: str, secret: str, basic: bool) -> Mapping[str, Any]:
        fields = {"grant_type": "client_credentials", **form}
        if not basic:
            fields |= {"client_id": client, "client_secret": secret}
        answer = self.vendor.call("POST", self.token_path, form=fields, auth=(client, secret) if basic else None)
        try:
            return payload.mapping(payload.load(answer.body))
        except payload.Unreadable as error:
            raise PortError(f"{self.title} n’a pas donné de jeton.", code="protocol") from error


def one_by_one(parts: Sequence[Followed]) -> Followed:
    """Several answers as one."""
    return Followed(
        tuple(parcel for part in parts for parcel in part.parcels),
        tuple(number for part in parts for number in part.unknown),
        tuple(dict.fromkeys(code for part in parts for code in part.codes)),
        next((part.problem for part in parts if part.problem), ""),
    )
