"""Shopify as a shop platform. See `ports.shop.ShopPort` for the contract of each method."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from comptoir.adapters.shopify import notices, queries, refunds
from comptoir.adapters.shopify.client import Client
from comptoir.adapters.shopify.fields import CAPABILITIES, FIELDS, RIGHTS
from comptoir.adapters.shopify.gestures import Gestures
from comptoir.adapters.shopify.reading import Reader
from comptoir.lib import webhook
from comptoir.lib.payload import items, mapping, nodes, text
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Done, Notice, OrderData, Page, Quote, Request, Rights, Verb


class Shopify:
    """One Shopify shop, through an app of its owner."""

    capabilities = CAPABILITIES
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.client = Client(settings)
        handle = self.client.domain.partition(".")[0]
        self.admin = f"https://admin.shopify.com/store/{handle}" if handle else ""
        self.reader = Reader(self.client, self.admin)
        self.secret = settings.get("client_secret", "").strip()
        self.gestures = Gestures(self.client, self.reader, self.secret)

    def check(self) -> Rights:
        """Ask for the shop's name and the app's rights."""
        if not self.client.domain:
            return Rights(problems=("Le nom de la boutique n’est pas de la forme ma-boutique.myshopify.com.",))
        try:
            told = self.client.ask(queries.SHOP, {})
        except PortError as error:
            return Rights(problems=(error.message,))
        shop = mapping(told.get("shop"))
        given = {
            text(scope.get("handle"), 80)
            for scope in items(mapping(told.get("currentAppInstallation")).get("accessScopes"))
        }
        given |= {f"read_{scope.removeprefix('write_')}" for scope in given if scope.startswith("write_")}
        problems = (
            () if self.secret else ("Sans le secret de l’application, les webhooks ne peuvent pas être vérifiés.",)
        )
        missing = tuple(words for scope, words in RIGHTS.items() if scope not in given)
        return Rights(text(shop.get("name"), 80), text(shop.get("currencyCode"), 3), problems, missing)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """X-Shopify-Hmac-Sha256, and the shop that it names is ours."""
        told = headers.get("x-shopify-shop-domain", "").lower()
        signature = headers.get("x-shopify-hmac-sha256", "")
        return webhook.proved(signature, body, self.secret) and told in ("", self.client.domain)

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """X-Shopify-Webhook-Id, which is the same when Shopify tries again, and X-Shopify-Topic."""
        return webhook.named(headers, body, "x-shopify-webhook-id", "x-shopify-topic")

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload."""
        return notices.understood(topic, body, self.admin)

    def subscribe(self, address: str) -> list[str]:
        """Subscribe to every topic that the rights allow; what is subscribed already stays."""
        told: set[str] = set()
        after = None
        while True:
            page = mapping(self.client.ask(queries.SUBSCRIPTIONS, {"after": after}).get("page"))
            told |= {text(each.get("topic"), 80) for each in nodes(page) if each.get("uri") == address}
            info = mapping(page.get("pageInfo"))
            if not info.get("hasNextPage"):
                break
            after = info.get("endCursor")
        problem: PortError | None = None
        for topic in (topic for topic in notices.SUBSCRIBED if topic not in told):
            try:
                self.client.act(queries.SUBSCRIBE, {"topic": topic, "input": {"uri": address, "format": "JSON"}})
                told.add(topic)
            except PortError as error:
                if error.code not in ("right", "refused"):
                    raise
                problem = error
        if not told and problem:
            raise problem
        return [topic for topic in notices.SUBSCRIBED if topic in told]

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
        """A page of customers."""
        return self.reader.customers(since, cursor)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The customer's open cart."""
        return self.reader.cart(customer_id, email)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """A page of open carts."""
        return self.reader.carts(since, cursor)

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How much is left of some products."""
        return self.reader.stock(names)

    def quote(self, request: Request) -> Quote:
        """Shopify's own suggestion for a refund; for the rest what the order allows."""
        return refunds.quote(self.client, request) if request.verb == Verb.REFUND else self.gestures.quote(request)

    def execute(self, quote: Quote, key: str) -> Done:
        """Do what was quoted."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        if quote.request.verb == Verb.REFUND:
            return refunds.execute(self.client, quote, key)
        return self.gestures.execute(quote, key)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        if request.verb != Verb.REFUND:
            return self.gestures.found(request, key, since)
        told = self.reader.order(request.order_id)
        made = next((refund for refund in (told.refunds if told else ()) if refund.key == key), None)
        return Done(made.external_id, amount=made.amount, state=made.state, order=told) if made else None

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back a code, a gift card or an address."""
        return self.gestures.undo(verb, token)
