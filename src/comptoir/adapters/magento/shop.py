"""Magento as a shop platform. See `ports.shop.ShopPort` for the contract of each method."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from comptoir.adapters.magento import notices, refunds
from comptoir.adapters.magento.carts import Carts
from comptoir.adapters.magento.client import Client, criteria
from comptoir.adapters.magento.codes import CODES, Codes
from comptoir.adapters.magento.fields import CAPABILITIES, FIELDS, RIGHTS
from comptoir.adapters.magento.gestures import Gestures
from comptoir.adapters.magento.orders import Site
from comptoir.adapters.magento.reading import Reader
from comptoir.lib import signatures, webhook
from comptoir.lib.payload import items, plain, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Done, Fact, Notice, OrderData, Page, Quote, Request, Rights, Verb


class Magento:
    """One Magento Open Source or Adobe Commerce, by the keys of an integration."""

    capabilities = CAPABILITIES
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.client = Client(settings)
        self.reader = Reader(self.client, settings.get("admin_url", ""))
        self.gestures = Gestures(self.client, self.reader)
        self.codes = Codes(self.client, self.reader)
        self.basket = Carts(self.client, self.reader)
        self.secret = settings.get("webhook_secret", "").strip()
        if self.secret:  # a module posts what happens; without one the shop is read at intervals
            self.capabilities = replace(CAPABILITIES, facts=CAPABILITIES.facts | {Fact.WEBHOOKS})

    def check(self) -> Rights:
        """Try each right without changing anything; Magento answers a wrong token as it does a missing right."""
        missing, refusal = [], ""
        try:
            for method, path, words in RIGHTS:
                try:
                    params = criteria([], 1) if method == "GET" and not path.startswith("salesRules") else {}
                    answer = self.client.call(method, path, params=params, json=None if method == "GET" else {})
                    if method == "GET":
                        answer.json()
                except PortError as error:
                    if error.code != "auth":
                        raise
                    missing.append(words)
                    refusal = error.message
            if len(missing) == len(RIGHTS):
                return Rights(problems=(refusal,))
            return Rights(self._name(), self.reader.site().currency, (), tuple(missing))
        except PortError as error:
            return Rights(problems=(error.message,))
        except ValueError:
            return Rights(
                problems=("La boutique a répondu autre chose que des données (une page, un message d’erreur).",)
            )

    def _name(self) -> str:
        """The store view's name; without the right to read it, the shop's address."""
        try:
            views = items(self.client.get("store/storeViews"), 500)
        except PortError as error:
            if error.code != "auth":
                raise
            views = []
        wanted = self.settings.get("store", "").strip()
        named = [each for each in views if (text(each.get("code")) == wanted if wanted else whole(each.get("id")) > 0)]
        return plain(named[0].get("name"), 80) if named else self.client.site

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Standard Webhooks, as for the generic connector: HMAC-SHA256 over id, moment and bytes."""
        name, at, told = (headers.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
        try:
            signatures.verify(self.secret, name, at, told, body)
        except (signatures.BadSignature, UnicodeError):
            return False
        return True

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """webhook-id and webhook-topic."""
        return webhook.named(headers, body, "webhook-id", "webhook-topic")

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload."""
        site = Site(self.reader.admin, currency=self.settings.get("currency", ""))
        return notices.understood(topic, body, site)

    def subscribe(self, address: str) -> list[str]:
        """Magento's core sends none: a module is given the address."""
        raise PortError(
            "Magento n’envoie de webhooks qu’avec un module\u202f: donnez-lui l’adresse et le secret (docs/connectors/magento.md).",
            permanent=True,
            code="by_hand",
        )

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of orders."""
        return self.reader.orders(since, cursor)

    def order(self, external_id: str) -> OrderData | None:
        """One order."""
        return self.reader.order(external_id)

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By number or address."""
        return self.reader.find(number, email)

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of products."""
        return self.reader.products(since, cursor)

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of customers with an account."""
        return self.reader.customers(since, cursor)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The customer's open cart."""
        return self.basket.cart(customer_id, email)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """A page of open carts."""
        return self.basket.carts(since, cursor)

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How much is left of some products."""
        return self.reader.left(names)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as just read."""
        blank = Quote(request, currency=request.currency)
        if request.verb not in CAPABILITIES.verbs:
            return replace(blank, refusal=CAPABILITIES.lacking[request.verb])
        if request.verb == Verb.REFUND:
            return refunds.quote(self.reader, request)
        return self.codes.quote(blank) if request.verb in CODES else self.gestures.quote(blank)

    def execute(self, quote: Quote, key: str) -> Done:
        """Do what was quoted."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        request = quote.request
        if request.verb == Verb.REFUND:
            return refunds.execute(self.client, self.reader, quote, key)
        return self.codes.execute(request, key) if request.verb in CODES else self.gestures.execute(request, key)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        if request.verb == Verb.REFUND:
            return refunds.found(self.reader, request, key)
        return self.codes.found(request, key) if request.verb in CODES else self.gestures.found(request, key)

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back a code or an address."""
        return self.codes.undo(token) if verb in CODES else self.gestures.undo(verb, token)
