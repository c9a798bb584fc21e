"""WooCommerce as a shop platform. See `ports.shop.ShopPort` for the contract of each method."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from comptoir.adapters.woocommerce import notices, refunds
from comptoir.adapters.woocommerce.client import Client
from comptoir.adapters.woocommerce.fields import CAPABILITIES, FIELDS
from comptoir.adapters.woocommerce.gestures import Gestures
from comptoir.adapters.woocommerce.reading import Reader
from comptoir.lib import webhook
from comptoir.lib.payload import key, plain, text
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Done, Notice, OrderData, Page, Quote, Request, Rights, Verb

_WRITING = "écrire\u202f: la clé est en lecture seule"


class WooCommerce:
    """One WooCommerce shop, by a key of its REST API."""

    capabilities = CAPABILITIES
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.client = Client(settings)
        self.reader = Reader(self.client)
        self.webhook_secret = settings.get("webhook_secret", "").strip()
        self.gestures = Gestures(self.client, self.reader, settings.get("secret", "").strip())

    def check(self) -> Rights:
        """Ask for the currency (the key reads), the shop's name, and try a change of nothing (the key writes)."""
        try:
            code = self.reader.currency()
            name = plain(self.client.index().get("name"), 80)
            self.client.page("orders", {}, 1)
        except PortError as error:
            return Rights(problems=(error.message,))
        problems = () if self.webhook_secret else ("Sans secret, les webhooks ne peuvent pas être vérifiés.",)
        try:
            self.client.call("PUT", "orders/0", json={})  # no order has that key: only the right to write is asked for
        except PortError as error:
            if error.code in ("right", "auth"):
                return Rights(name, code, problems, (_WRITING,))
        return Rights(name, code, problems)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """X-WC-Webhook-Signature."""
        return webhook.proved(headers.get("x-wc-webhook-signature", ""), body, self.webhook_secret)

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """X-WC-Webhook-Delivery-ID and X-WC-Webhook-Topic."""
        return webhook.named(headers, body, "x-wc-webhook-delivery-id", "x-wc-webhook-topic")

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand a payload."""
        return notices.understood(topic, body, self.client.site, self.settings.get("currency", "") or "EUR")

    def subscribe(self, address: str) -> list[str]:
        """Make a webhook for every topic; those that WooCommerce stopped after failures are started again."""
        known: dict[str, tuple[str, str]] = {}
        number, more = 1, True
        while more:
            listed, more = self.client.page("webhooks", {}, number)
            for each in listed:
                if each.get("delivery_url") == address:
                    known[text(each.get("topic"), 60)] = (key(each.get("id")), text(each.get("status"), 20))
            number += 1
        for topic in notices.TOPICS:
            name, status = known.get(topic, ("", ""))
            told = {"status": "active", "secret": self.webhook_secret}
            if not name:
                told |= {"name": f"Comptoir {topic}", "topic": topic, "delivery_url": address}
                self.client.act("POST", "webhooks", told)
            elif status != "active":
                self.client.act("PUT", f"webhooks/{name}", told)
        return list(notices.TOPICS)

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
        """A page of customers with an account, all of them."""
        return self.reader.customers(cursor)

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How much is left of some products."""
        return self.reader.stock(names)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as just read."""
        if request.verb == Verb.REFUND:
            return refunds.quote(self.client, self.reader, request)
        return self.gestures.quote(request)

    def execute(self, quote: Quote, key: str) -> Done:
        """Do what was quoted."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        if quote.request.verb == Verb.REFUND:
            return refunds.execute(self.client, quote, key)
        return self.gestures.execute(quote, key)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        if request.verb == Verb.REFUND:
            return refunds.found(self.reader, request, key)
        return self.gestures.found(request, key, since)

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back a code or an address."""
        return self.gestures.undo(verb, token)
