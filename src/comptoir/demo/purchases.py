"""Two thousand orders over the last year: who bought what, what became of it, and the parcels on their way."""

import random
import tomllib
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from comptoir.demo.clock import Clock
from comptoir.demo.parcels import Parcel, Parcels
from comptoir.demo.people import Person
from comptoir.orders.models import Order, OrderLine, Product, Refund
from comptoir.orders.models import ParcelState as P

S = Order.State
# asked two hundred thousand times in a story: words, looked up once
WITHOUT_PARCEL = {str(state) for state in (S.PAID, S.PREPARING, S.CANCELLED, S.REFUNDED, S.PENDING)}
PARTLY = str(S.PARTLY_SHIPPED)
# days ago -> the number that orders had reached: what the pictures say, and a straight line between
COUNTER = ((0, 24836), (14, 24480), (40, 23560), (70, 22650), (180, 20925), (366, 18020))
UNDERWAY = (P.ACCEPTED, P.IN_TRANSIT, P.CUSTOMS, P.DELAYED, P.OUT_FOR_DELIVERY, P.ATTEMPT_FAILED, P.AVAILABLE_FOR_PICKUP, P.RETURNING, P.UNKNOWN)  # fmt: skip
QUOTA = {P.DELAYED: 24, P.CUSTOMS: 9, P.ATTEMPT_FAILED: 11, P.AVAILABLE_FOR_PICKUP: 30, P.RETURNING: 7, P.UNKNOWN: 3, P.OUT_FOR_DELIVERY: 16, P.ACCEPTED: 18, P.IN_TRANSIT: 56, P.ANNOUNCED: 20, P.EXCEPTION: 4}  # fmt: skip


@dataclass(eq=False)
class Purchase:
    """An order being made."""

    person: Person
    order: Order
    lines: list[OrderLine] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    reserved: bool = False

    @property
    def placed(self) -> datetime:
        """When it was ordered."""
        return self.order.placed_at

    @property
    def state(self) -> str:
        """The word by which conversations ask for it: the parcel's state while it matters, else the order's."""
        state = str(self.order.state)
        if state in WITHOUT_PARCEL:
            return state
        if state == PARTLY:
            return "partly"
        return str(self.parcels[0].row.state) if self.parcels else state

    def add_up(self) -> None:
        """Set the order's total from its lines, as the shop counts: delivery is free from 80 €."""
        goods = sum(line.total for line in self.lines)
        if self.order.shipping and goods >= 8000:
            self.order.shipping = 0
        self.order.total = goods + self.order.shipping - self.order.discount


class Purchases:
    """Makes orders; the same ones, in the same order, at every run."""

    def __init__(self, clock: Clock, products: list[Product], weights: list[int]) -> None:
        self.clock = clock
        self.random = random.Random("alba: orders")
        self.parcels = Parcels(clock)
        self.products = products
        self.weights = weights
        self.by_key = {product.external_id: product for product in products}
        self.all: list[Purchase] = []

    def year(self, people: list[Person], count: int) -> None:
        """Fill the last year up to `count` orders, with parcels in every state."""
        buyers = [person for person in people if person.identities]
        loyalty = [self.random.paretovariate(1.6) for _ in buyers]
        missing = count - len(self.all)
        states: list[str] = [str(state) for state, number in QUOTA.items() for _ in range(number)]
        states += [S.PAID] * 12 + [S.PREPARING] * 26 + [S.PENDING] * 4 + ["partly"] * 9
        for state in states:
            self.add(self._buyer(buyers, loyalty, state), state)
        for _ in range(missing - len(states)):
            days = self.random.triangular(8, 364, 20)
            self.add(self._buyer(buyers, loyalty, ""), self._ending(), days=days)

    def top_up(self, people: list[Person], count: int) -> None:
        """Ordinary orders until there are `count`."""
        while len(self.all) < count:
            self.add(self.random.choice(people), P.DELIVERED, days=self.random.uniform(30, 360))

    def _buyer(self, buyers: list[Person], loyalty: list[float], state: str) -> Person:
        if state == P.CUSTOMS:
            return self.random.choice([person for person in buyers if person.customer.country in {"CH", "GB", "US"}])
        return self.random.choices(buyers, loyalty)[0]

    def _ending(self) -> str:
        return self.random.choices(
            [P.DELIVERED, P.RETURNED, P.LOST, S.CANCELLED, S.REFUNDED, "part_refunded"], [900, 14, 8, 26, 30, 28]
        )[0]

    def add(self, person: Person, state: str, *, days: float | None = None) -> Purchase:
        """One more order of that person which has come to that state."""
        moment = self._moment(state, days)
        order = Order(identity=person.identity, placed_at=moment, currency="EUR", address=person.address, state=S.PAID)
        order.payment = self._payment()
        order.shipping = 0 if self.random.random() < 0.2 else self.random.choice([390, 490])
        purchase = Purchase(person, order)
        self._fill(purchase)
        purchase.add_up()
        self.become(purchase, state)
        self.all.append(purchase)
        return purchase

    def _moment(self, state: str, days: float | None) -> datetime:
        ranges = {
            S.PENDING: (0, 1), S.PAID: (0, 1), S.PREPARING: (0, 2), P.ANNOUNCED: (1, 2), P.ACCEPTED: (1, 3), P.IN_TRANSIT: (2, 4),
            P.OUT_FOR_DELIVERY: (3, 4), P.AVAILABLE_FOR_PICKUP: (4, 12), P.ATTEMPT_FAILED: (4, 7), P.DELAYED: (6, 9), P.CUSTOMS: (6, 9),
            P.RETURNING: (8, 12), P.EXCEPTION: (4, 8), P.UNKNOWN: (4, 8), P.LOST: (14, 40), P.RETURNED: (14, 60), "partly": (3, 6),
        }  # fmt: skip
        low, high = ranges.get(state, (9, 300))
        ago = self.random.uniform(low, high) if days is None else days
        hour = self.random.choices(
            range(24), [1, 1, 0, 0, 0, 0, 1, 3, 5, 7, 8, 7, 7, 7, 6, 6, 6, 6, 7, 8, 10, 11, 8, 3]
        )[0]
        moment = self.clock.day(ago, hour, self.random.randint(0, 59))
        return min(moment, self.clock.now - timedelta(hours=ago * 8 + 0.5)) if ago < 3 else moment

    def _payment(self) -> str:
        kind = self.random.choices(["Visa", "Mastercard", "CB", "PayPal", "Carte cadeau"], [38, 26, 20, 13, 3])[0]
        return kind if kind in {"PayPal", "Carte cadeau"} else f"{kind} {self.random.randint(1000, 9999)}"

    def _fill(self, purchase: Purchase) -> None:
        for position in range(self.random.choices([1, 2, 3, 4], [45, 32, 16, 7])[0]):
            product = self.random.choices(self.products, self.weights)[0]
            if any(line.product is product for line in purchase.lines):
                continue
            most = 6 if (product.price or 0) < 2500 else 2
            quantity = 1 if self.random.random() < 0.72 else self.random.randint(2, most)
            purchase.lines.append(line_of(product, quantity, position))

    def become(self, purchase: Purchase, state: str) -> None:
        """Bring the order to a state, with the parcels and refunds that go with it."""
        order, address = purchase.order, purchase.order.address
        purchase.parcels, purchase.refunds = [], []
        order.state = S.SHIPPED
        if state in (S.PENDING, S.PAID, S.PREPARING, S.CANCELLED):
            order.state = state
            if state == S.CANCELLED and order.placed_at.minute % 3 == 0:  # withdrawn when its label was printed already
                purchase.parcels = [self.parcels.send(order.address, P.CANCELLED, order.placed_at + timedelta(hours=4))]
        elif state == "partly":
            self._two_parcels(purchase)
        else:
            parcel_state = P.DELIVERED if state in (S.REFUNDED, "part_refunded", P.DELIVERED) else state
            hours = self.random.randint(3, 22)
            purchase.parcels = [self.parcels.send(address, parcel_state, order.placed_at + timedelta(hours=hours))]
            purchase.parcels[0].lines = list(range(len(purchase.lines)))
            if parcel_state == P.DELIVERED:
                order.state = S.DELIVERED
            if parcel_state == P.ANNOUNCED:
                order.state = S.PREPARING
            if state in (S.REFUNDED, "part_refunded") or (state in (P.LOST, P.RETURNED) and self.random.random() < 0.5):
                self._refund(purchase, whole=state != "part_refunded")
        carrier = (
            purchase.parcels[0].row.carrier if purchase.parcels else self.parcels.carrier(address.get("country", "FR"))
        )
        order.shipping_method = f"{carrier}, {'point relais' if carrier == 'Mondial Relay' else 'domicile'}"

    def _two_parcels(self, purchase: Purchase) -> None:
        while len(purchase.lines) < 2:
            product = self.random.choice([row for row in self.products if row is not purchase.lines[0].product])
            purchase.lines.append(line_of(product, 1, len(purchase.lines)))
        purchase.add_up()
        first = purchase.order.placed_at + timedelta(hours=10)
        purchase.parcels = [
            self.parcels.send(purchase.order.address, P.DELIVERED, first),
            self.parcels.send(purchase.order.address, P.IN_TRANSIT, first + timedelta(hours=14)),
        ]
        purchase.parcels[0].lines, purchase.parcels[1].lines = [0], list(range(1, len(purchase.lines)))
        purchase.order.state = S.PARTLY_SHIPPED

    def _refund(self, purchase: Purchase, *, whole: bool) -> None:
        last = purchase.parcels[0].events[-1].occurred_at
        amount = purchase.order.total if whole else purchase.lines[0].total
        reason = self.random.choice(["Rétractation", "Retour : couleur", "Casse", "Colis perdu", "Erreur d’envoi"])
        moment = self.clock.past(last + timedelta(days=self.random.randint(2, 9), hours=self.random.randint(1, 6)))
        purchase.refunds.append(Refund(external_id="R1", amount=amount, reason=reason, refunded_at=moment))
        if whole:
            purchase.order.state = S.REFUNDED

    def contain(self, purchase: Purchase, key: str) -> None:
        """Make sure that the order holds a product."""
        if not key or any(line.product is self.by_key[key] for line in purchase.lines):
            return
        purchase.lines[0] = line_of(self.by_key[key], 1, 0)
        purchase.add_up()
        for refund in purchase.refunds:
            refund.amount = purchase.order.total

    def number(self, taken: set[str]) -> None:
        """Give the orders their numbers: growing with time, leaving out those that are taken."""
        last = COUNTER[0][1] + 1
        for purchase in sorted(self.all, key=lambda one: one.placed, reverse=True):
            if purchase.order.number:
                continue
            wanted = min(last - 1, self._counter(purchase.placed))
            while f"MA-{wanted}" in taken:
                wanted -= 1
            last = wanted
            purchase.order.number = f"MA-{wanted}"
        for purchase in self.all:
            purchase.order.external_id = purchase.order.external_id or f"demo-{purchase.order.number[3:]}"

    def _counter(self, moment: datetime) -> int:
        ago = (self.clock.now - moment).total_seconds() / 86400
        place = min(max(1, bisect_left([days for days, _ in COUNTER], ago)), len(COUNTER) - 1)
        (near, high), (far, low) = COUNTER[place - 1], COUNTER[place]
        return int(high - (high - low) * (ago - near) / (far - near))


def line_of(product: Product, quantity: int, position: int) -> OrderLine:
    """A position of an order."""
    price = product.price or 0
    return OrderLine(
        product=product, sku=product.sku, title=product.title, quantity=quantity, unit_price=price,
        total=price * quantity, position=position,
    )  # fmt: skip


def catalogue(make: Callable[[dict[str, Any]], Product]) -> tuple[list[Product], list[int]]:
    """The products, unsaved, and how often each sells."""
    rows = tomllib.loads((Path(__file__).parent / "data" / "products.toml").read_text("utf-8"))["product"]
    return [make(row) for row in rows], [row["weight"] for row in rows]
