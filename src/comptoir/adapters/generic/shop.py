"""The generic connector: signed webhooks in, a few requests out. See docs/connectors/generic.md for the protocol."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote as escaped

from comptoir.adapters.generic import acts, notices, records
from comptoir.adapters.generic.mapping import BadMapping, Paths, at
from comptoir.adapters.generic.threads import Threads
from comptoir.lib.payload import Unreadable, items, mapping, text, words
from comptoir.lib.signatures import BadSignature, verify
from comptoir.lib.vendor import Answer, Vendor
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError
from comptoir.ports.shop import (
    CustomerData,
    Done,
    Fact,
    Notice,
    OrderData,
    Page,
    ProductData,
    Quote,
    Request,
    Rights,
    ShopCapabilities,
    ThreadPage,
    Verb,
)

TOLD = frozenset({Fact.PAYMENTS, Fact.REFUNDS, Fact.SHIPMENTS, Fact.CARTS, Fact.WEBHOOKS, Fact.PRIVACY})
READ = TOLD | {Fact.ORDERS}
LACKING = "Votre programme n’annonce pas ce geste\u202f: faites-le chez lui, puis notez-le ici."
STRANGE = ("/", "\\", "\0", "?", "#", "..")


class Generic:
    """A program of the merchant's own, or a platform without a connector."""

    capabilities = ShopCapabilities(
        facts=READ,
        verbs=acts.POSSIBLE,
        refund_lines=True,
        refund_shipping=True,
        refund_amount=True,
        partly=dict.fromkeys(acts.POSSIBLE, "Si votre programme l’annonce."),
    )
    fields = (
        Field(
            "webhook_secret", "Secret des webhooks", "secret", required=False,
            help="Signe ce que votre programme envoie (Standard Webhooks).",
        ),
        Field(
            "base_url", "Adresse de lecture", required=False,
            help="https://boutique.example/comptoir\u202f: Comptoir y lit les commandes. Vide\u202f: il ne fait qu’écouter.",
        ),
        Field("token", "Jeton", "secret", required=False, help="Envoyé dans Authorization: Bearer."),
        Field("orders_path", "Chemin des commandes", required=False, default="/orders"),
        Field("acts_path", "Chemin des gestes", required=False, default="/acts"),
        Field(
            "messages_path", "Chemin des messages", required=False,
            help="Par exemple /messages, si vos clients écrivent dans votre programme. Vide : ils n’y écrivent pas.",
        ),
        Field(
            "verbs", "Gestes que votre programme sait faire", required=False,
            help="Par exemple\u202f: refund, cancel, note. Vide\u202f: aucun.",
        ),
        Field("mapping", "Correspondance des champs", required=False),
    )  # fmt: skip

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.secret = settings.get("webhook_secret", "").strip()
        self.token = settings.get("token", "").strip()
        base = settings.get("base_url", "").strip().rstrip("/")
        self.vendor = Vendor(
            "Votre programme", base, settings.get("private_hosts", "").split(), (self.token, self.secret)
        )
        self.orders_path = _path(settings.get("orders_path", ""), "/orders")
        self.acts_path = _path(settings.get("acts_path", ""), "/acts")
        written = settings.get("messages_path", "").strip()
        self.threads = Threads(self._ask, _path(written, "/messages"))
        self.problem = ""
        try:
            self.paths = Paths.read(settings.get("mapping", ""))
        except BadMapping as problem:
            self.paths, self.problem = Paths(), str(problem)
        told = {word.strip().lower() for word in settings.get("verbs", "").replace(",", " ").split()}
        able = frozenset(verb for verb in acts.POSSIBLE if verb.value in told) if base else frozenset()
        self.capabilities = replace(
            type(self).capabilities,
            facts=(READ | {Fact.THREADS} if written else READ) if base else TOLD,
            verbs=able,
            partly={},
            lacking={verb: LACKING for verb in Verb if verb not in able},
        )

    def check(self) -> Rights:
        """Ask the program who it is and what the token may do."""
        if self.problem:
            return Rights(problems=(self.problem,))
        if not self.vendor.base:
            silent = () if self.secret else ("Sans secret, les webhooks ne peuvent pas être vérifiés.",)
            return Rights("Webhooks", problems=silent)
        try:
            told = mapping(self._json(self._ask("GET", "/")))
        except PortError as error:
            return Rights(problems=(error.message,))
        rights = set(words(told.get("rights") or []))
        wanted = {"orders:read": "lire les commandes", "acts:write": "faire des gestes"}
        needed = wanted if self.capabilities.verbs else {"orders:read": wanted["orders:read"]}
        missing = tuple(
            label for right, label in needed.items() if told.get("rights") is not None and right not in rights
        )
        return Rights(text(told.get("name"), 80), text(told.get("currency"), 3), (), missing)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Standard Webhooks: HMAC-SHA256 over id, moment and bytes, at most five minutes old."""
        try:
            verify(
                self.secret,
                headers.get("webhook-id", ""),
                headers.get("webhook-timestamp", ""),
                headers.get("webhook-signature", ""),
                body,
            )
        except (BadSignature, UnicodeError):
            return False
        return True

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """webhook-id, and webhook-topic or the payload's own type."""
        name = headers.get("webhook-id", "")[:160] or f"sha256:{hashlib.sha256(body).hexdigest()}"
        topic = headers.get("webhook-topic", "")[:120]
        if not topic and body[:1] == b"{" and len(body) < 10**6:
            try:
                told = json.loads(body)
            except (ValueError, RecursionError):
                return name, ""
            topic = text(told.get("type"), 120) if isinstance(told, dict) else ""
        return name, topic

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload."""
        return notices.understood(text(topic, 120).lower(), body, self.paths)

    def subscribe(self, address: str) -> list[str]:
        """Hand the program our address."""
        answer = self._ask("POST", "/hooks", json={"url": address}, acts=True)
        return list(words(mapping(self._json(answer)).get("topics") or ["orders"]))

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of orders; what cannot be understood is named."""
        told = self._json(
            self._ask("GET", self.orders_path, params=_given(since=records.since_text(since), cursor=cursor))
        )
        listed = at(told, "orders") if isinstance(told, dict) else told
        if not isinstance(listed, list):
            raise PortError("Votre programme ne rend pas de liste de commandes.", permanent=True, code="answer")
        found, refused = [], []
        for place, one in enumerate(listed):
            try:
                found.append(records.order(one, self.paths))
            except (Unreadable, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as problem:
                refused.append((text(mapping(one).get("id"), 120) or f"#{place}", _why(problem)))
        return Page(tuple(found), text(mapping(told).get("next"), 2_000), tuple(refused))

    def order(self, external_id: str) -> OrderData | None:
        """One order."""
        if not external_id or len(external_id) > 120 or any(sign in external_id for sign in STRANGE):
            return None
        answer = self._ask("GET", f"{self.orders_path}/{escaped(external_id, safe='')}", missing=True)
        if answer.status == 404:
            return None
        told = self._json(answer)
        return self._understood(
            told["order"] if isinstance(told, dict) and isinstance(told.get("order"), dict) else told
        )

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By number or address."""
        number, email = number.strip().lstrip("#"), email.strip().lower()
        if not number and not email:
            return []
        told = self._json(self._ask("GET", self.orders_path, params=_given(number=number, email=email)))
        found = [self._understood(one) for one in items(at(told, "orders") if isinstance(told, dict) else told, 200)]
        wanted = [
            one
            for one in found
            if (not number or one.number.lstrip("#").lower() == number.lower())
            and (not email or one.email.lower() == email)
        ]
        return records.newest(wanted)[:20]

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """None are read: they are told by webhook."""
        none: tuple[ProductData, ...] = ()
        return Page(none)

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """None are read: they are told by webhook."""
        none: tuple[CustomerData, ...] = ()
        return Page(none)

    def messages(self, after: str = "") -> ThreadPage:
        """A page of messages."""
        return self.threads.messages(after)

    def answer(self, thread_id: str, text: str, key: str) -> str:
        """Hand an answer over."""
        return self.threads.answer(thread_id, text, key)

    def answered(self, thread_id: str, text: str, key: str, since: datetime) -> str:
        """By our key."""
        return self.threads.answered(thread_id, key)

    def settle(self, thread_id: str, closed: bool) -> None:
        """Say how a thread stands."""
        self.threads.settle(thread_id, closed)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as just read."""
        if request.verb not in self.capabilities.verbs:
            return Quote(request, currency=request.currency, refusal=LACKING)
        return acts.reckoned(request, self.order(request.order_id))

    def execute(self, quote: Quote, key: str) -> Done:
        """Read the order once more, then hand the act over with our key, under which the program does it once."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        again = self.quote(quote.request)
        if again.refusal or again.amount != quote.amount:
            raise PortError(again.refusal or acts.CHANGED, permanent=True, code="refused")
        answer = self._ask("POST", self.acts_path, json=acts.written(quote, key), acts=True, key=key)
        return acts.done(self._json(answer, acts=True), quote)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Ask for the act by our key."""
        answer = self._ask("GET", f"{self.acts_path}/{escaped(key, safe='')}", missing=True)
        return (
            None if answer.status == 404 else acts.done(self._json(answer), Quote(request, currency=request.currency))
        )

    def undo(self, verb: Verb, token: str) -> Done:
        """Nothing is taken back."""
        raise PortError("Votre programme ne sait pas revenir sur un geste.", permanent=True, code="refused")

    def _understood(self, told: Any) -> OrderData:
        try:
            return records.order(told, self.paths)
        except (Unreadable, ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as problem:
            raise PortError(_why(problem), permanent=True, code="answer") from problem

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        acts: bool = False,
        missing: bool = False,
        key: str = "",
    ) -> Answer:
        if not self.vendor.base:
            raise PortError("Aucune adresse de lecture n’est réglée.", permanent=True, code="settings")
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        answer = self.vendor.call(method, path, headers=headers, params=params, json=json, acts=acts)
        if answer.status >= 400 and not (missing and answer.status == 404):
            told = self._words(answer)
            raise PortError(f"Votre programme a refusé\u202f: {told}", permanent=True, code="refused")
        return answer

    def _words(self, answer: Answer) -> str:
        try:
            said = mapping(answer.json()).get("error")
        except Unreadable:
            said = ""
        return self.vendor.said(said) or f"erreur {answer.status}."

    def _json(self, answer: Answer, *, acts: bool = False) -> Any:
        try:
            return answer.json()
        except Unreadable as problem:
            raise PortError(
                "La réponse de votre programme n’est pas lisible.", unknown=acts, code="answer"
            ) from problem


def _path(told: str, default: str) -> str:
    bare = told.strip().strip("/")
    return f"/{bare}" if bare else default


def _given(**params: str) -> dict[str, str]:
    return {name: value for name, value in params.items() if value}


def _why(problem: Exception) -> str:
    return (
        str(problem)
        if isinstance(problem, Unreadable)
        else f"La commande n’est pas lisible ({type(problem).__name__})."
    )
