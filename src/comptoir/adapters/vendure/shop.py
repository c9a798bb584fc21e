"""Vendure as a shop platform. See `ports.shop.ShopPort` for the contract of each method."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from comptoir.adapters.vendure import notices, queries, refunds
from comptoir.adapters.vendure.carts import Carts
from comptoir.adapters.vendure.client import Client
from comptoir.adapters.vendure.fields import CAPABILITIES, FIELDS, RIGHTS, WIDE
from comptoir.adapters.vendure.gestures import Gestures
from comptoir.adapters.vendure.reading import Reader
from comptoir.lib import webhook
from comptoir.lib.payload import items, key, mapping, plain, text, whole
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Done, Notice, OrderData, Page, Quote, Request, Rights, Verb


class Vendure:
    """One channel of a Vendure server."""

    capabilities = CAPABILITIES
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.client = Client(settings)
        self.reader = Reader(self.client, min(max(whole(settings.get("precision"), 2), 0), 4))
        self.gestures = Gestures(self.client, self.reader)
        self.basket = Carts(self.reader)
        self.secret = settings.get("webhook_secret", "").strip()

    def check(self) -> Rights:
        """Ask for the channel's name and the administrator's rights."""
        if not self.client.base:
            return Rights(problems=("L’adresse de Vendure n’est pas valable.",))
        try:
            told = self.client.ask(queries.SHOP)
        except PortError as error:
            return Rights(problems=(error.message,))
        channel = mapping(told.get("activeChannel"))
        name = plain(mapping(channel.get("seller")).get("name")) or text(channel.get("code"), 80)
        given: set[str] = set()
        for each in items(mapping(told.get("me")).get("channels")):
            if key(each.get("id")) == key(channel.get("id")):
                given |= {str(right) for right in each.get("permissions") or []}
        missing = () if "SuperAdmin" in given else tuple(
            words for right, words in RIGHTS.items() if right not in given and WIDE.get(right) not in given
        )  # fmt: skip
        problems = () if self.secret else ("Sans secret, les webhooks ne peuvent pas être vérifiés.",)
        return Rights(name, text(channel.get("defaultCurrencyCode"), 3), problems, missing)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """x-vendure-signature."""
        return webhook.proved(headers.get("x-vendure-signature", ""), body, self.secret)

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """Both stand in the body."""
        return notices.delivery(body)

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload."""
        return notices.understood(topic, body)

    def subscribe(self, address: str) -> list[str]:
        """Vendure's core sends none: its owner adds a module and gives it the address."""
        raise PortError(
            "Vendure n’envoie de webhooks qu’avec un module\u202f: ajoutez-le (docs/connectors/vendure.md) et donnez-lui l’adresse.",
            permanent=True,
            code="by_hand",
        )

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of orders."""
        return self.reader.orders(since, cursor)

    def order(self, external_id: str) -> OrderData | None:
        """One order, by its key or its code."""
        return self.reader.order(external_id)

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By number or address."""
        return self.reader.find(number, email)

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of products."""
        return self.reader.products(cursor, since)

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of customers."""
        return self.reader.customers(cursor, since)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The customer's open cart."""
        return self.basket.cart(customer_id, email)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """A page of open carts."""
        return self.basket.carts(since, cursor)

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How much is left of some products."""
        return self.reader.stock(names)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as just read."""
        if request.verb not in self.capabilities.verbs:
            return Quote(request, refusal=self.capabilities.lacking[request.verb])
        return refunds.quote(self.reader, request) if request.verb == Verb.REFUND else self.gestures.quote(request)

    def execute(self, quote: Quote, key: str) -> Done:
        """Do what was quoted."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        if quote.request.verb == Verb.REFUND:
            settles = self.settings.get("settles") == "1"
            return refunds.execute(self.client, self.reader, quote, key, settles=settles)
        return self.gestures.execute(quote, key)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        if request.verb != Verb.REFUND:
            return self.gestures.found(request, key, since)
        told = self.reader.order(request.order_id)
        made = next((refund for refund in (told.refunds if told else ()) if refund.key == key), None)
        return Done(made.external_id, amount=made.amount, state=made.state, order=told) if made else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back a code, a note or an address."""
        return self.gestures.undo(verb, token)
