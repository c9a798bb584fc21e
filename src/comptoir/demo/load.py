"""Loading « Maison Alba » into an empty installation, and doing so again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from comptoir.conversations.actions.searching import count_words
from comptoir.core.actors import ActorKind
from comptoir.core.models import Event, File, Installation, Origin, Shop
from comptoir.customers.models import Customer, CustomerNote, Identity
from comptoir.demo import pictured, platform, watched
from comptoir.demo.archive import Archive
from comptoir.demo.clock import PARIS, Clock
from comptoir.demo.house import House, build
from comptoir.demo.people import People, Person
from comptoir.demo.purchases import Purchase, Purchases, catalogue
from comptoir.demo.subjects import ask, plant
from comptoir.demo.talks import Talks
from comptoir.lib.typography import french
from comptoir.orders.models import Order, OrderLine, Payment, Product, Refund, Shipment, TrackingEvent

CUSTOMERS, ORDERS = 1_500, 2_000
ROOMS = ("core", "customers", "orders", "outbox", "conversations", "care")
KEPT = {"heartbeat", "throttlewindow", "erasure", "filetodelete"}
Progress = Callable[[str, float], None]


class CannotLoad(RuntimeError):
    """The demo cannot be loaded or reset here; the text says why."""


def load(progress: Progress = lambda text, share: None) -> None:
    """Load the whole demo in one transaction; `progress` hears what is being made and the share that is done (0 to 1).

    Silent: no job is queued and no live signal sent. Raises CannotLoad when the installation already has a shop.
    """
    with transaction.atomic():
        if Shop.objects.exists():
            raise CannotLoad("This installation already has a shop: the demo is not loaded into it.")
        _load(Clock(timezone.now().astimezone(PARIS)), progress)
    progress("Maison Alba is open", 1.0)


def reset(progress: Progress = lambda text, share: None) -> None:
    """Delete everything and load the demo again. Raises CannotLoad unless the installation is a demo."""
    if not Installation.objects.filter(demo=True).exists():
        raise CannotLoad("This installation is not a demo: nothing was deleted.")
    stored = [key for pair in File.objects.values_list("key", "preview_key") for key in pair if key]
    with transaction.atomic():
        _empty()
        _load(Clock(timezone.now().astimezone(PARIS)), progress)
    for key in stored:
        default_storage.delete(key)
    for path in Path(settings.OUTBOX_DIRECTORY).glob("*.eml"):
        path.unlink(missing_ok=True)
    progress("Maison Alba is open", 1.0)


def _empty() -> None:
    """Empty the rooms' tables and the sessions; keys go on counting, so that open streams never step back."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models(include_auto_created=True)]
    tables = [model._meta.db_table for model in models if model._meta.model_name not in KEPT]
    quoted = ", ".join(connection.ops.quote_name(table) for table in [*tables, "django_session"])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be emptied
        cursor.execute(f"TRUNCATE {quoted} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def _load(clock: Clock, progress: Progress) -> None:
    progress("The shop, the team and the inboxes", 0.02)
    house = build(clock)
    progress("The catalogue", 0.06)
    products, weights = _products(house)
    progress("The customers", 0.1)
    people = People(clock)
    known = pictured.introduce(people)
    crowd = people.crowd(CUSTOMERS - 100)
    progress("The orders", 0.16)
    purchases = Purchases(clock, products, weights)
    pictured.order(known, purchases)
    purchases.year(crowd, ORDERS - 60)
    progress("The conversations", 0.24)
    talks = Talks(clock, people, purchases, known).all()
    crowd += people.crowd(CUSTOMERS - sum(talk.anonymous for talk in talks))
    purchases.top_up(crowd, ORDERS)
    purchases.number({row[0] for row in pictured.ORDERS} | {"MA-24817", "MA-20418"})
    _fill_numbers(talks)
    progress("The customers are kept", 0.34)
    _save_people(people, house, known, purchases, clock)
    progress("The orders and their parcels are kept", 0.44)
    _save_purchases(purchases.all, house)
    progress("The conversations are kept", 0.68)
    archive = Archive(clock, house)
    plant()
    archive.write(talks)
    ask()
    progress("The parcels under way", 0.92)
    watched.follow(house.shop, clock, next(iter(house.agents.values())))
    progress("The journal", 0.94)
    Event.objects.bulk_create(_in_order(archive.events, purchases.all, clock), batch_size=1000)
    _tag_vips(house, known, crowd, purchases)
    for _ in range(
        2
    ):  # words are noted at the first count and counted at the next: typing errors are mended from the start
        count_words()


def _products(house: House) -> tuple[list[Product], list[int]]:
    def make(row: dict[str, Any]) -> Product:
        return Product(
            shop=house.shop, external_id=row["key"], sku=row["key"].upper(), title=french(row["title"]), category=row["category"],
            description=row["text"], price=row["price"], stock=row["stock"], drawing=f"demo/products/{row['key']}.svg",
        )  # fmt: skip

    products, weights = catalogue(make)
    Product.objects.bulk_create(products)
    return products, weights


def _save_people(people: People, house: House, known: dict[str, Person], purchases: Purchases, clock: Clock) -> None:
    del clock
    # the list shows the newest first: those who write and buy stand above the crowd
    Customer.objects.bulk_create([person.customer for person in reversed(people.all)], batch_size=500)
    identities = [identity for person in people.all for identity in person.identities]
    Identity.objects.bulk_create([*identities, *pictured.shop_numbers(known, house.shop)], batch_size=500)
    notes = pictured.notes(known, house.agents, purchases)
    CustomerNote.objects.bulk_create([note for note, _ in notes])
    for note, moment in notes:  # the column sets itself to now on insert
        note.created_at = moment
    CustomerNote.objects.bulk_update([note for note, _ in notes], ["created_at"])


def _save_purchases(purchases: list[Purchase], house: House) -> None:
    connection = platform.connect(house.shop)
    for purchase in purchases:
        purchase.order.shop, purchase.order.connection = house.shop, connection
        for position, line in enumerate(purchase.lines):
            line.order, line.position, line.external_id = purchase.order, position, str(position + 1)
        for position, parcel in enumerate(purchase.parcels):
            parcel.row.order, parcel.row.position = purchase.order, position
            for event in parcel.events:
                event.shipment = parcel.row
        for refund in purchase.refunds:
            refund.order = purchase.order
    parcels = [parcel for purchase in purchases for parcel in purchase.parcels]
    Order.objects.bulk_create([purchase.order for purchase in purchases], batch_size=500)
    OrderLine.objects.bulk_create([line for purchase in purchases for line in purchase.lines], batch_size=1000)
    Shipment.objects.bulk_create([parcel.row for parcel in parcels], batch_size=500)
    TrackingEvent.objects.bulk_create([event for parcel in parcels for event in parcel.events], batch_size=1000)
    Refund.objects.bulk_create([refund for purchase in purchases for refund in purchase.refunds])
    Payment.objects.bulk_create(platform.payments(purchases), batch_size=1000)
    transaction.on_commit(lambda: platform.write_file(purchases))
    through = Shipment.lines.through
    through.objects.bulk_create(
        [
            through(shipment=parcel.row, orderline=purchase.lines[place])
            for purchase in purchases
            for parcel in purchase.parcels
            for place in parcel.lines
        ],
        batch_size=1000,
    )


def _fill_numbers(talks: list[Any]) -> None:
    """Orders get their numbers last, by their date; until then the texts hold a placeholder."""
    for talk in talks:
        if talk.purchase is not None:
            number = talk.purchase.order.number
            talk.subject = talk.subject.replace("MA-00000", number)
            for said in talk.said:
                said.text = said.text.replace("MA-00000", number)


def _in_order(events: list[Event], purchases: list[Purchase], clock: Clock) -> list[Event]:
    """All events in the order of time, so that their keys grow with it."""
    for purchase in purchases:
        row = purchase.order
        events.append(
            Event(
                verb="order.imported", subject_type="order", subject_id=row.pk, customer_key=row.identity.customer_id,
                shop_key=row.shop_id, actor_kind=ActorKind.IMPORT, origin=Origin.DEMO, occurred_at=row.placed_at,
                recorded_at=clock.now, codes={"state": str(row.state)},
            )
        )  # fmt: skip
    return sorted(events, key=lambda event: event.occurred_at)


def _tag_vips(house: House, known: dict[str, Person], crowd: list[Person], purchases: Purchases) -> None:
    """VIP customers: the three of the pictures, and those who bought most and have nothing open."""
    spent: dict[int, int] = {}
    for purchase in purchases.all:
        spent[purchase.person.customer.pk] = spent.get(purchase.person.customer.pk, 0) + purchase.order.total
    open_ones = set(Customer.objects.filter(identities__conversations__state="open").values_list("pk", flat=True))
    best = sorted((person.customer for person in crowd), key=lambda row: (-spent.get(row.pk, 0), row.pk))
    vips = [*pictured.vip_customers(known), *[row for row in best[:30] if row.pk not in open_ones]]
    through = Customer.tags.through
    through.objects.bulk_create([through(customer=row, tag=house.tags["VIP"]) for row in vips])
