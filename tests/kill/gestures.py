"""A refund that waits for a worker, on a shop that answers late: python -m tests.kill.gestures SECONDS. Prints its key."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from comptoir.adapters.simulated.file import write  # noqa: E402
from comptoir.adapters.simulated.shop import FILE  # noqa: E402
from comptoir.core.actors import SYSTEM  # noqa: E402
from comptoir.core.models import Origin  # noqa: E402
from comptoir.orders import actions  # noqa: E402
from comptoir.orders.gestures import proposing  # noqa: E402
from comptoir.orders.gestures.proposing import Wish  # noqa: E402
from comptoir.orders.models import Connection, Order  # noqa: E402
from comptoir.ports.shop import LineData, OrderData, Request, Verb  # noqa: E402
from tests import world  # noqa: E402


def main() -> None:
    """Make the shop, the order and the act."""
    order = OrderData(
        external_id="1",
        number="MA-24817",
        email=world.claire().value,
        placed_at=datetime(2026, 3, 2, tzinfo=UTC),
        total=9680,
        lines=(LineData("Serviettes", 9680, external_id="l1"),),
    )
    write(Path(settings.ENVIRONMENT.home) / FILE, [order])
    shop = world.shop()
    row = actions.take(shop, order, origin=Origin.IMPORT, actor=SYSTEM).order
    slow = Connection.objects.create(
        shop=shop, port="shop", vendor="simulated", name="Lente", settings={"delay": sys.argv[1]}, active=True
    )
    Order.objects.filter(pk=row.pk).update(connection=slow)
    wish = Wish(Order.objects.get(pk=row.pk), Request(Verb.REFUND, amount=1000, reason="Casse"), key="killed")
    made = proposing.propose(wish, agent=world.owner())
    print(proposing.confirm(made, agent=world.owner()).pk)


main()
