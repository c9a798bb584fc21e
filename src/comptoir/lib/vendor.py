"""Calls to a vendor's API: every failure becomes one PortError with a French sentence, and an outcome that is not
known is told from one that is."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from comptoir.lib import http, payload
from comptoir.ports.errors import PortError

TIMEOUT = 20.0  # seconds for one wait
TOTAL = 45.0  # seconds for a whole answer
LONGEST_PAUSE = 3_600.0

_ARTICLE = re.compile(r"L[ae] |L’")  # « La boutique » within a sentence is « la boutique »


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Its JSON, behind whatever was written before it. Raises payload.Unreadable."""
        return payload.load_after_noise(self.body)


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor's server: `name` stands in sentences (« La boutique »), `private_hosts` may be called although they are
    private, `secrets` never stand in a sentence."""

    name: str
    base: str
    private_hosts: Collection[str] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        auth: tuple[str, str] | None = None,
        acts: bool = False,
        judge: Callable[[Answer], PortError | None] | None = None,
    ) -> Answer:
        """Ask once. `acts` says that the call changes something: then a broken connection leaves the outcome unknown.
        `judge` may tell from an answer of 400 and above what is wrong, before the general rule does.

        Raises PortError for everything but an answer below 300 or a 4xx that is none of 401, 403, 408, 429.
        """
        with http.client(allow=self.private_hosts, timeout=TIMEOUT, total=TOTAL) as client:
            try:
                answer = client.request(
                    method, f"{self.base}{path}", headers=headers, params=params, json=json, data=form,
                    content=content, auth=auth,
                )  # fmt: skip
            except httpx.InvalidURL:
                raise PortError("L’adresse n’est pas valable.", permanent=True, code="settings") from None
            except httpx.TransportError as error:
                raise self._lost(error, acts) from None
        told = Answer(answer.status_code, answer.headers, answer.content)
        if judge and told.status >= 400 and (problem := judge(told)):
            raise problem
        self._refuse(told, acts)
        return told

    def _lost(self, error: httpx.TransportError, acts: bool) -> PortError:
        host = urlsplit(self.base).hostname or ""
        if isinstance(error, http.ForbiddenAddress):
            return PortError(
                f"{self.name} n’est pas joignable\u202f: «\u202f{host}\u202f» mène à un réseau privé.",
                permanent=True,
                code="forbidden_address",
            )
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
            return PortError(
                f"{self.name} n’est pas joignable\u202f: vérifiez l’adresse «\u202f{host}\u202f».", code="down"
            )
        if isinstance(error, http.TooLarge):
            return PortError(f"La réponse de {self._within} est trop grande.", unknown=acts, code="too_large")
        if acts:
            return PortError(
                f"La connexion à {self._within} a été coupée après l’envoi\u202f: on ne sait pas si c’est fait.",
                unknown=True,
                code="lost",
            )
        return PortError(f"{self.name} ne répond pas.", code="timeout")

    @property
    def _within(self) -> str:
        return self.name[:1].lower() + self.name[1:] if _ARTICLE.match(self.name) else self.name

    def _refuse(self, answer: Answer, acts: bool) -> None:
        if answer.status < 300:
            return
        if answer.status < 400:
            place = urlsplit(answer.headers.get("location", "")).hostname or "?"
            raise PortError(
                f"{self.name} renvoie vers une autre adresse («\u202f{place[:80]}\u202f»)\u202f: réglez celle-là.",
                permanent=True,
                code="redirect",
            )
        if answer.status == 401:
            raise PortError(f"{self.name} refuse la clé.", permanent=True, code="auth")
        if answer.status == 403:
            raise PortError(f"{self.name} ne donne pas ce droit à la clé.", permanent=True, code="right")
        if answer.status == 429:
            raise PortError(
                f"{self.name} demande d’attendre.", code="throttled", retry_after=pause(answer.headers, default=2.0)
            )
        if answer.status >= 500 or answer.status == 408:
            raise PortError(
                f"{self.name} est en panne (erreur {answer.status}).",
                unknown=acts,
                code="down",
                retry_after=pause(answer.headers),
            )

    def said(self, words: object, longest: int = 200) -> str:
        """A vendor's own words on one short line, without our secrets."""
        line = payload.plain(words, longest * 4)
        for secret in self.secrets:
            line = line.replace(secret, "…") if secret else line
        return " ".join(line.split())[:longest]


def pause(headers: Mapping[str, str], default: float = 0) -> float:
    """The seconds that Retry-After asks for (a number or a date), within an hour."""
    told = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        try:
            at = parsedate_to_datetime(told)
        except (ValueError, TypeError, IndexError):
            return default
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    return min(max(seconds, 0.0), LONGEST_PAUSE) if seconds == seconds else default  # NaN is no pause
