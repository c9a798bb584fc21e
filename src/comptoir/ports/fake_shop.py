"""A shop platform in memory for tests: orders, money, gestures, and everything that goes wrong with a platform."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import ClassVar

from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError
from comptoir.ports.fake_threads import FakeThreads, ThreadsOfFake
from comptoir.ports.shop import (
    CartData,
    CustomerData,
    Done,
    Fact,
    Notice,
    OrderData,
    Page,
    ProductData,
    Quote,
    RefundData,
    Request,
    Rights,
    ShopCapabilities,
    Verb,
)

EVERYTHING = ShopCapabilities(
    facts=frozenset(Fact) - {Fact.THREADS},
    verbs=frozenset(Verb),
    refund_lines=True,
    refund_shipping=True,
    refund_amount=True,
    undo=frozenset({Verb.DISCOUNT_CODE, Verb.FREE_SHIPPING, Verb.GIFT_CARD, Verb.EDIT_ADDRESS}),
)
_MONEY = frozenset({Verb.REFUND, Verb.GIFT_CARD, Verb.STORE_CREDIT})
_COPIES = frozenset({Verb.RESHIP, Verb.REPLACE, Verb.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the platform did: a test counts these."""

    request: Request
    key: str
    done: Done


@dataclass
class FakePlatform:
    """What stands behind every FakeShop of one name. Set what shall go wrong; `acts` holds what was done.

    `errors` are raised before anything is done, one a call; `down` until it is unset; `loses_answers` is how many of
    the next executions are done and then time out. A platform that does not `keep_keys` does the same thing twice
    when it is asked twice, as most real ones.
    """

    secret: str = "fake-secret"
    capabilities: ShopCapabilities = EVERYTHING
    page_size: int = 50
    orders: dict[str, OrderData] = field(default_factory=dict)
    products: dict[str, ProductData] = field(default_factory=dict)
    customers: dict[str, CustomerData] = field(default_factory=dict)
    carts: dict[str, CartData] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    errors: list[PortError] = field(default_factory=list)
    down: bool = False
    loses_answers: int = 0
    refusal: str = ""
    pending: bool = False
    keep_keys: bool = False
    acts: list[Act] = field(default_factory=list)
    undone: list[tuple[Verb, str]] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    subscribed: list[str] = field(default_factory=list)
    reads: int = 0
    threads: FakeThreads = field(default_factory=FakeThreads)
    lock: RLock = field(default_factory=RLock)

    def put(self, *orders: OrderData) -> None:
        """Let these orders stand on the platform."""
        self.orders |= {order.external_id: order for order in orders}

    def throttle(self, seconds: float) -> None:
        """Send the next call away for that long."""
        self.errors.append(PortError("La boutique demande d’attendre.", code="throttled", retry_after=seconds))

    def notice(self, notice: Notice) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook that says this, signed."""
        self.told.append(notice)
        body = json.dumps({"notice": len(self.told) - 1}).encode()
        headers = {
            "x-fake-signature": hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest(),
            "x-fake-delivery": f"delivery-{len(self.told)}",
            "x-fake-topic": notice.topic or notice.kind,
        }
        return headers, body

    def refund_elsewhere(self, order_id: str, amount: int) -> None:
        """Refund in the platform's own back office, behind our back."""
        self._refund(Request(Verb.REFUND, order_id=order_id), amount, "", f"elsewhere-{len(self.acts)}")

    def left(self, order_id: str) -> int:
        """What of an order was not refunded yet."""
        order = self.orders[order_id]
        return order.total - sum(refund.amount for refund in order.refunds if refund.state != "failed")

    def _refund(self, request: Request, amount: int, key: str, name: str) -> None:
        order = self.orders[request.order_id]
        refund = RefundData(
            amount=amount,
            refunded_at=datetime.now(UTC),
            external_id=name,
            reason=request.reason,
            lines=request.lines,
            shipping=request.shipping,
            key=key,
            state="pending" if self.pending else "done",
        )
        lines = tuple(
            replace(line, refunded=line.refunded + request.lines.get(line.external_id, 0)) for line in order.lines
        )
        gone = self.left(order.external_id) <= amount
        state = "refunded" if gone else order.state
        self.put(replace(order, refunds=(*order.refunds, refund), lines=lines, state=state))

    def act(self, quote: Quote, key: str) -> Done:
        """Do what was quoted and remember it."""
        request, name = quote.request, f"{quote.request.verb}-{len(self.acts) + 1}"
        done = Done(external_id=name, amount=quote.amount, state="pending" if self.pending else "done")
        order = self.orders.get(request.order_id)
        match request.verb:
            case Verb.REFUND:
                self._refund(request, quote.amount, key, name)
            case Verb.CANCEL if order:
                self.put(replace(order, state="cancelled"))
            case Verb.EDIT_ADDRESS if order:
                done = replace(done, undo=json.dumps([order.external_id, dict(order.address)]))
                self.put(replace(order, address=dict(request.address)))
            case Verb.NOTE if order:
                self.put(replace(order, note=f"{order.note}\n{request.text}".strip()))
            case Verb.TAG if order:
                self.put(replace(order, tags=(*order.tags, request.text)))
            case Verb.DISCOUNT_CODE | Verb.FREE_SHIPPING | Verb.GIFT_CARD:
                done = replace(done, code=request.code or f"CODE-{len(self.acts) + 1}", undo=name)
            case verb if verb in _COPIES and order:
                copy = replace(order, external_id=name, number=f"{order.number}-{len(self.acts) + 1}", refunds=())
                self.put(copy)
                done = replace(done, external_id=copy.external_id, code=copy.number)
        done = replace(done, order=self.orders.get(request.order_id))
        self.acts.append(Act(request, key, done))
        return done


class FakeShop(ThreadsOfFake):
    """The platform as an adapter. `settings["platform"]` names the FakePlatform, which outlives the adapter."""

    capabilities = EVERYTHING
    fields: tuple[Field, ...] = (Field("platform", "Nom"), Field("secret", "Secret", "secret", required=False))
    platforms: ClassVar[dict[str, FakePlatform]] = {}

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.platform = self.platforms.setdefault(settings.get("platform", ""), FakePlatform())
        self.capabilities = self.platform.capabilities

    @property
    def threads(self) -> FakeThreads:  # type: ignore[override]
        """What stands on the platform."""
        return self.platform.threads

    def ask(self) -> None:
        """Every call to the platform begins here: what is set to go wrong goes wrong."""
        self.platform.reads += 1
        if self.platform.down:
            raise PortError("La boutique ne répond pas.", code="down")
        if self.platform.errors:
            raise self.platform.errors.pop(0)

    def check(self) -> Rights:
        """What the platform was set to say."""
        try:
            self.ask()
        except PortError as error:
            return Rights(problems=(error.message,))
        return Rights("Boutique d’essai", "EUR", self.platform.problems, self.platform.missing)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """HMAC-SHA256 of the bytes, in hexadecimal."""
        right = hmac.new(self.platform.secret.encode(), body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right.encode(), headers.get("x-fake-signature", "").encode("utf-8", "replace"))

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """The key and the topic that the platform gave."""
        name = headers.get("x-fake-delivery", "")[:200] or hashlib.sha256(body).hexdigest()
        return name, headers.get("x-fake-topic", "")[:120]

    def parse(self, topic: str, body: bytes) -> Notice:
        """What the platform was told to say in these bytes."""
        try:
            notice: Notice = self.platform.told[json.loads(body)["notice"]]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            return Notice("other", topic=topic, problem="Le message de la boutique n’est pas lisible.")
        return notice

    def subscribe(self, address: str) -> list[str]:
        """Remember the address."""
        self.ask()
        self.platform.subscribed.append(address)
        return ["orders/updated", "refunds/create"]

    def _page(self, items: Iterable[OrderData | ProductData | CustomerData | CartData], cursor: str) -> Page:
        self.ask()
        listed, start = list(items), int(cursor or 0)
        end = start + self.platform.page_size
        return Page(tuple(listed[start:end]), str(end) if end < len(listed) else "")  # type: ignore[arg-type]

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page, oldest change first."""
        changed = sorted(self.platform.orders.values(), key=_changed)
        return self._page((order for order in changed if since is None or _changed(order) >= since), cursor)

    def order(self, external_id: str) -> OrderData | None:
        """One order."""
        self.ask()
        return self.platform.orders.get(external_id)

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By number or address, newest first."""
        self.ask()
        found = [
            order
            for order in self.platform.orders.values()
            if (number and order.number.lstrip("#") == number.lstrip("#"))
            or (email and order.email.lower() == email.lower())
        ]
        return sorted(found, key=lambda order: order.placed_at, reverse=True)[:20]

    def products(self, since: datetime | None, cursor: str = "") -> Page:
        """All of them."""
        return self._page(self.platform.products.values(), cursor)

    def customers(self, since: datetime | None, cursor: str = "") -> Page:
        """All of them."""
        return self._page(self.platform.customers.values(), cursor)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The newest open one of that customer."""
        self.ask()
        mine = [
            cart
            for cart in self._open_carts()
            if (email and cart.email.lower() == email.lower()) or (customer_id and cart.customer_id == customer_id)
        ]
        return max(mine, key=_touched, default=None)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """Open ones that changed since."""
        return self._page((cart for cart in self._open_carts() if _touched(cart) >= since), cursor)

    def _open_carts(self) -> list[CartData]:
        return [cart for cart in self.platform.carts.values() if cart.lines and not cart.completed]

    def stock(self, names: Sequence[str]) -> Mapping[str, int | None]:
        """Of the products that are there."""
        self.ask()
        return {name: self.platform.products[name].stock for name in names if name in self.platform.products}

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order as it stands."""
        self.ask()
        order = self.platform.orders.get(request.order_id)
        currency = order.currency if order else request.currency
        blank = Quote(request, currency=currency, binding=True)
        if self.platform.refusal:
            return replace(blank, refusal=self.platform.refusal)
        if request.verb not in self.platform.capabilities.verbs:
            return replace(blank, refusal="La boutique ne sait pas le faire.")
        if request.verb not in _MONEY:
            return blank
        if request.verb != Verb.REFUND:
            return replace(blank, amount=request.amount, maximum=request.amount)
        if order is None:
            return replace(blank, refusal="La commande n’existe pas dans la boutique.")
        left = self.platform.left(order.external_id)
        amount = request.amount or _worth(order, request)
        quote = replace(blank, amount=amount, maximum=left, details=(("Total", amount),))
        fits = 0 < amount <= left and _is_there(order, request)
        return quote if fits else replace(quote, refusal="Il ne reste pas autant à rembourser.")

    def execute(self, quote: Quote, key: str) -> Done:
        """Do it, or do it and lose the answer, or do nothing and fail, as set."""
        with self.platform.lock:
            self.ask()
            if self.platform.keep_keys:
                for act in self.platform.acts:
                    if act.key == key:
                        return act.done
            again = self.quote(quote.request)
            if again.refusal:
                raise PortError(again.refusal, permanent=True, code="refused")
            done = self.platform.act(again, key)
            if self.platform.loses_answers:
                self.platform.loses_answers -= 1
                raise PortError("La boutique n’a pas répondu à temps.", unknown=True, code="timeout")
            return done

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        self.ask()
        return next((act.done for act in self.platform.acts if act.key == key), None)

    def undo(self, verb: Verb, token: str) -> Done:
        """Take it back."""
        self.ask()
        if verb not in self.platform.capabilities.undo:
            raise PortError("Ce geste ne peut pas être annulé dans la boutique.", permanent=True, code="refused")
        if verb == Verb.EDIT_ADDRESS:
            order_id, address = json.loads(token)
            self.platform.put(replace(self.platform.orders[order_id], address=address))
        self.platform.undone.append((verb, token))
        return Done(external_id=token)


def _changed(order: OrderData) -> datetime:
    return order.updated_at or order.placed_at


def _touched(cart: CartData) -> datetime:
    return cart.updated_at or datetime.min.replace(tzinfo=UTC)


def _worth(order: OrderData, request: Request) -> int:
    """What the chosen lines and the shipping cost."""
    lines = {line.external_id: line for line in order.lines}
    chosen = sum(
        lines[name].amount * count // max(lines[name].quantity, 1)
        for name, count in request.lines.items()
        if name in lines
    )
    return chosen + request.shipping


def _is_there(order: OrderData, request: Request) -> bool:
    """Whether the lines and the shipping were not refunded before."""
    lines = {line.external_id: line.quantity - line.refunded for line in order.lines}
    shipping = order.shipping - sum(refund.shipping for refund in order.refunds)
    return request.shipping <= shipping and all(
        0 < count <= lines.get(name, 0) for name, count in request.lines.items()
    )
