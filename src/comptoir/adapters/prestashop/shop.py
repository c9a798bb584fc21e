"""PrestaShop as a shop platform. See `ports.shop.ShopPort`, `KeepsThreads` and `SettlesThreads` for the contract of each method."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from comptoir.adapters.prestashop import resources
from comptoir.adapters.prestashop.carts import Carts
from comptoir.adapters.prestashop.client import Client
from comptoir.adapters.prestashop.fields import CAPABILITIES, FIELDS, RIGHTS
from comptoir.adapters.prestashop.gestures import Gestures
from comptoir.adapters.prestashop.orders import Around, customer, order, parcel_of, product
from comptoir.adapters.prestashop.reading import Reader
from comptoir.adapters.prestashop.threads import Threads
from comptoir.lib import webhook
from comptoir.lib.payload import Unreadable, items, key, mapping, plain
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Done, Notice, OrderData, Page, Quote, Request, Rights, ThreadPage, Verb


class PrestaShop:
    """One PrestaShop, by a key of its web service."""

    capabilities = CAPABILITIES
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.client = Client(settings)
        self.reader = Reader(self.client, settings.get("timezone", "").strip() or "Europe/Paris")
        self.basket = Carts(self.client, self.reader)
        self.threads = Threads(self.client, self.reader, settings)
        self.gestures = Gestures(self.client, self.reader, self.threads, settings)

    def check(self) -> Rights:
        """Ask which resources the key may use."""
        try:
            name, given = self.client.rights()
            missing = tuple(
                words for (resource, method), words in RIGHTS.items() if method not in given.get(resource, ())
            )
            code = self.reader.fixed().currency if not missing else ""
        except PortError as error:
            return Rights(problems=(error.message,))
        return Rights(plain(name, 80) or self.client.site, code, (), missing)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """PrestaShop sends no webhooks: nothing is proved."""
        return False

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """What the bytes name."""
        return webhook.named({}, body, "", "")

    def parse(self, topic: str, body: bytes) -> Notice:
        """Understand an answer of the web service (XML or JSON)."""
        return webhook.understood(topic, body, self._notice, resources.read)

    def subscribe(self, address: str) -> list[str]:
        """There is nothing to subscribe to: the shop is read at intervals."""
        return []

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of orders."""
        return self.reader.orders(since, cursor)

    def order(self, external_id: str) -> OrderData | None:
        """One order."""
        return self.reader.order(external_id)

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By reference or address."""
        return self.reader.find(number, email)

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of products."""
        return self.reader.products(since, cursor)

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of customers."""
        return self.reader.customers(since, cursor)

    def messages(self, after: str = "") -> ThreadPage:
        """The messages after a number."""
        return self.threads.messages(after)

    def answer(self, thread_id: str, text: str, key: str) -> str:
        """Answer in a thread; the customer reads it in their account, PrestaShop sends no mail of it."""
        return self.threads.answer(thread_id, text, key)

    def answered(self, thread_id: str, text: str, key: str, since: datetime) -> str:
        """Whether it stands there."""
        return self.threads.answered(thread_id, text, key, since)

    def settle(self, thread_id: str, closed: bool) -> None:
        """Close a thread or open it."""
        self.threads.settle(thread_id, closed)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The customer's open cart."""
        return self.basket.cart(customer_id, email)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """A page of open carts."""
        return self.basket.carts(since, cursor)

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """How much is left of some products."""
        return self.basket.stock(names)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as just read."""
        return self.gestures.quote(request)

    def execute(self, quote: Quote, key: str) -> Done:
        """Do what was quoted."""
        if quote.refusal:
            raise PortError(quote.refusal, permanent=True, code="refused")
        return self.gestures.execute(quote, key)

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether it was done."""
        return self.gestures.found(request, key, since)

    def undo(self, verb: Verb, token: str) -> Done:
        """Take back a code."""
        return self.gestures.undo(verb, token)

    def _notice(self, topic: str, told: Mapping[str, Any]) -> Notice:
        around = Around(zone=self.reader.zone, currency=self.settings.get("currency", "") or "EUR")
        for name, row in told.items():
            if not row:  # a list of nothing
                return Notice("other", topic=topic)
            rows = items(row) if isinstance(row, list) else [mapping(row)]
            first = mapping(rows[0]) if rows else {}
            match name.removesuffix("s") if isinstance(row, list) else name:
                case "order":
                    found = order(first, around)
                    return Notice("order", found.external_id, topic, order=found, order_id=found.external_id, shipments=found.shipments, updated_at=found.updated_at)  # fmt: skip
                case "order_carrier":
                    parcel = parcel_of(first, around)
                    return Notice("shipment", key(first.get("id")), topic, order_id=key(first.get("id_order")), shipments=(parcel,) if parcel else ())  # fmt: skip
                case "customer":
                    person = customer(first, around)
                    return Notice("customer", person.external_id, topic, customer=person, updated_at=person.updated_at)
                case "product":
                    sold = product(first, {}, around)
                    return Notice("product", sold.external_id, topic, product=sold, updated_at=sold.updated_at)
                case "addresse" | "address" | "order_payment" | "order_slip" | "customer_message" | "customer_thread":
                    kind = "thread" if name.startswith("customer_") else "other"
                    return Notice(kind, key(first.get("id")), topic, order_id=key(first.get("id_order")))
        raise Unreadable("Le contenu n’est pas une ressource de PrestaShop que Comptoir lit.")
