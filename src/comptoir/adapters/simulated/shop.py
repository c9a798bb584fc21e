"""The demo shop's platform: what is done to its orders is really done, in a file on this machine, and nowhere else."""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from comptoir.adapters.simulated.file import KeptActs, KeptOrders, kept_carts, opened
from comptoir.ports.channel import Field
from comptoir.ports.errors import PortError
from comptoir.ports.fake_shop import EVERYTHING, FakePlatform, FakeShop
from comptoir.ports.shop import CartData, Done, OrderData, Page, Quote, Request, Rights, Verb

FILE = "shop/simulated.sqlite"
VERBS = frozenset(Verb) - {Verb.STORE_CREDIT}
LACKING = {
    Verb.STORE_CREDIT: "Cette boutique ne tient pas d’avoirs : offrez une carte cadeau du même montant.",
}


class SimulatedShop(FakeShop):
    """A FakeShop whose orders and acts stand in a file under the installation's home.

    `delay` is how many seconds it takes to answer after it has acted: to see what is shown meanwhile.
    """

    capabilities = replace(EVERYTHING, verbs=VERBS, lacking=LACKING)
    fields = (Field("delay", "Secondes avant de répondre", required=False),)

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.platform = FakePlatform(capabilities=self.capabilities, keep_keys=True)
        self.path = Path(settings.get("home", "")) / FILE

    def check(self) -> Rights:
        """Whether the file is there."""
        if self.path.exists():
            return Rights("Boutique simulée", "EUR")
        return Rights(problems=("La boutique simulée n’a pas encore de commandes : chargez la démonstration.",))

    def order(self, external_id: str) -> OrderData | None:
        """One order as the file has it."""
        with closing(self._open()):
            return super().order(external_id)

    def orders(self, since: datetime | None, cursor: str = "") -> Page:
        """A page of what changed."""
        with closing(self._open()):
            return super().orders(since, cursor)

    def find(self, number: str = "", email: str = "") -> list[OrderData]:
        """By number or address."""
        with closing(self._open()):
            return super().find(number, email)

    def cart(self, customer_id: str = "", email: str = "") -> CartData | None:
        """The customer's cart in the file."""
        with closing(self._open()):
            return super().cart(customer_id, email)

    def carts(self, since: datetime, cursor: str = "") -> Page:
        """Carts of the file that changed since."""
        with closing(self._open()):
            return super().carts(since, cursor)

    def quote(self, request: Request) -> Quote:
        """Reckoned from the order in the file, in the words of a platform."""
        with closing(self._open()):
            return self._quote(request)

    def _quote(self, request: Request) -> Quote:
        told = super().quote(request)
        order = self.platform.orders.get(request.order_id)
        if told.refusal or request.verb != Verb.REFUND or order is None:
            return told
        goods = told.amount - request.shipping
        details = [("Articles", goods)] if goods else []
        details += [("Livraison", request.shipping)] if request.shipping else []
        details += [("dont TVA 20 %", told.amount - round(told.amount / 1.2))]
        return replace(told, details=tuple(details))

    def execute(self, quote: Quote, key: str) -> Done:
        """Do it once, whole or not at all; then wait as long as was asked, as a slow platform does."""
        with closing(self._open()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            self.platform.acts = KeptActs(connection)
            for act in self.platform.acts:
                if act.key == key:
                    return act.done
            again = FakeShop.quote(self, quote.request)
            if again.refusal:
                raise PortError(again.refusal, permanent=True, code="refused")
            done = self.platform.act(again, key)
        time.sleep(min(float(self.settings.get("delay") or 0), 60))
        return done

    def found(self, request: Request, key: str, since: datetime) -> Done | None:
        """Whether an act bears the key."""
        with closing(self._open()):
            return super().found(request, key, since)

    def undo(self, verb: Verb, token: str) -> Done:
        """Take it back."""
        with closing(self._open()) as connection, connection:
            return super().undo(verb, token)

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise PortError("La boutique simulée n’a pas de fichier : rechargez la démonstration.", permanent=True)
        connection = opened(self.path)
        self.platform.orders = KeptOrders(connection)  # type: ignore[assignment]  # a mapping that keeps itself
        self.platform.acts = KeptActs(connection)
        self.platform.carts = kept_carts(connection)
        return connection
