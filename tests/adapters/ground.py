"""What the contract of shop adapters stands on: an adapter, its vendor's server, and what is known of its orders."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta

from comptoir.ports.shop import Request, ShopPort, Verb

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ADDRESS = {"name": "Camille Martin", "street": "3 rue Neuve", "postcode": "29200", "city": "Brest", "country": "FR", "phone": "0298000000"}  # fmt: skip


class Ground(ABC):
    """A cart of 2 bowls of that customer, touched after `cart_since`. One order of 2 bowls at 24.90 and 1 vase at 40.00, shipping 5.90, paid; one that is shipped; one in yen, one in
    dinars; and enough others for several pages, of which `recent` changed since `since`."""

    shop: ShopPort
    http = True
    renews = False
    keeps_reasons = True
    page = 20
    order_id, shipped_id, yen_id, dinar_id = "1001", "1002", "1003", "1004"
    number, email = "1001", "camille@example.org"
    total, shipping, line_id, line_worth = 9570, 590, "11", 2490
    since = NOW - timedelta(days=1)
    topic = "orders/create"

    @property
    @abstractmethod
    def everything(self) -> list[str]:
        """The keys of all orders on the server."""

    @property
    @abstractmethod
    def recent(self) -> list[str]:
        """Those that changed since `since`."""

    @property
    @abstractmethod
    def payload(self) -> bytes:
        """What a webhook of `topic` says of the main order."""

    @abstractmethod
    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        """The headers of a webhook, lower-case."""

    @abstractmethod
    def count(self, verb: Verb) -> int:
        """How often the server did that."""

    @abstractmethod
    def refund_elsewhere(self, order_id: str) -> None:
        """Refund all of an order in the back office."""

    @abstractmethod
    def subscriptions(self) -> int:
        """How many webhooks the server knows."""

    @abstractmethod
    def lose(self, verb: Verb) -> None:
        """Do the next act and lose its answer."""

    @abstractmethod
    def fail(self) -> None:
        """Answer the next call with trouble, doing nothing."""

    @abstractmethod
    def throttle(self, seconds: float) -> None:
        """Send the next call away."""

    @abstractmethod
    def narrow(self) -> None:
        """Take a right from the key."""

    @abstractmethod
    def wrong_key(self) -> ShopPort:
        """The shop with a key « wrong-key » that is not right."""

    @abstractmethod
    def expire(self) -> None:
        """Let the key of now be worth nothing."""

    @abstractmethod
    def spoil(self) -> str:
        """Break one order so that it cannot be understood; its key, "" where that cannot be."""

    @abstractmethod
    def elsewhere(self, base: str, *, private: bool = True) -> ShopPort:
        """The shop at another address ("" is the same), with or without leave to call private ones."""

    @abstractmethod
    def without_secret(self) -> ShopPort:
        """The shop without a secret for webhooks."""

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        """Give that instead of the next answer."""
        raise NotImplementedError

    def asked(self) -> int:
        """How many calls came."""
        raise NotImplementedError

    def customer_writes(self, text: str, thread: str = "80") -> str:
        """The customer of the main order writes in a thread of it; the message's key."""
        raise NotImplementedError

    def team_writes(self, text: str, thread: str = "80", *, private: bool = False) -> str:
        """Somebody of the back office writes there; the message's key."""
        raise NotImplementedError

    def answers_in(self, thread: str = "80") -> int:
        """How many messages of the team stand in a thread."""
        raise NotImplementedError

    def is_closed(self, thread: str = "80") -> bool:
        """How the platform holds the thread to stand."""
        raise NotImplementedError

    def lose_answer(self) -> None:
        """Take the next answer in and lose the line."""
        raise NotImplementedError

    def settle(self) -> None:  # noqa: B027
        """Let the platform finish what it does later."""

    def request(self, verb: Verb) -> Request:
        """A request of that verb that makes sense here."""
        base = Request(verb, order_id=self.order_id, currency="EUR", reason="Abîmé", customer_id=self.customer_id)
        more: dict[Verb, dict[str, object]] = {
            Verb.REFUND: {"amount": 500},
            Verb.EDIT_ADDRESS: {"address": ADDRESS},
            Verb.RESHIP: {"lines": {self.line_id: 1}},
            Verb.REPLACE: {"lines": {self.line_id: 1}},
            Verb.DISCOUNT_CODE: {"percent": 10, "code": "MERCI-CAMILLE-7"},
            Verb.FREE_SHIPPING: {"code": "PORT-CAMILLE-7"},
            Verb.GIFT_CARD: {"amount": 1000},
            Verb.STORE_CREDIT: {"amount": 1000},
            Verb.NOTE: {"text": "Rappeler la cliente"},
            Verb.TAG: {"text": "à suivre"},
        }
        return Request(**{**{name: getattr(base, name) for name in base.__slots__}, **more.get(verb, {})})  # type: ignore[arg-type]

    customer_id = "501"
    cart_id, cart_total, cart_since = "301", 4980, NOW - timedelta(days=2)
    product_id, stock = "911", 7
