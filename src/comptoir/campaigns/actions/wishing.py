"""« Tell me when it is back »: a wish is kept once its address is proved, looked after, and told once."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from comptoir.campaigns.actions import watching
from comptoir.campaigns.models import Announcement, Kind, StockWish, Watch
from comptoir.campaigns.queries import waiting
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.customers.actions import identify, prove
from comptoir.customers.models import IdentityKind
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Connection, Product
from comptoir.outbox.actions import KEPT_BACK
from comptoir.outbox.models import Mail
from comptoir.ports.carts import CountsStock
from comptoir.ports.errors import PortError

log = logging.getLogger(__name__)
KEPT = timedelta(days=182)
AT_ONCE, MOST = 50, 500  # articles of one question, and of one run
LATELY = timedelta(days=7)  # in which a mail leaves or never does
AGAIN_AFTER = ("passed", "stale", "off", "said")  # a message that was dropped for these may be called for once more
State = Announcement.State


@transaction.atomic
def wish(product: Product, address: str, *, language: str) -> StockWish | None:
    """Keep the wish of an address that was just proved; the one that stands already, None for who may not be known."""
    identity = identify(IdentityKind.EMAIL, address, language=language)
    if identity.customer.erased_at is not None or identity.blocked_at is not None:
        return None
    prove(identity, at=timezone.now())
    until = timezone.now() + KEPT
    row, made = StockWish.objects.get_or_create(
        identity=identity, product=product, ended_at=None,
        defaults={"shop": product.shop, "language": language[:10], "until": until},
    )  # fmt: skip
    if not made:
        StockWish.objects.filter(pk=row.pk).update(until=until)
        return row
    record(
        row,
        "stock_wish.made",
        actor=Actor.customer(identity.pk),
        customer=identity.customer_id,
        shop=product.shop_id,
        audiences=[f"shop:{product.shop_id}"],
        topics=["announcements"],
        product=product.pk,
    )
    return row


@transaction.atomic
def end(customer_key: int, key: int, *, actor: Actor) -> bool:
    """The customer no longer waits; False when they did not."""
    row = StockWish.objects.select_for_update(of=("self",)).select_related("product").filter(
        pk=key, identity__customer=customer_key, ended_at=None
    ).first()  # fmt: skip
    if row is None:
        return False
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record(
        row,
        "stock_wish.ended",
        actor=actor,
        customer=customer_key,
        shop=row.shop_id,
        audiences=[f"shop:{row.shop_id}"],
        topics=["announcements"],
        product=row.product_id,
    )
    return True


def fulfil(row: StockWish) -> None:
    """They are being told."""
    row.told_at = row.ended_at = timezone.now()
    row.save(update_fields=["told_at", "ended_at"])


def open_again(row: StockWish) -> None:
    """Their message was taken back: they wait again, unless they asked anew meanwhile."""
    try:
        with transaction.atomic():
            StockWish.objects.filter(pk=row.pk, told_at__isnull=False).update(told_at=None, ended_at=None)
    except IntegrityError:
        return


def wait_on() -> int:
    """Open again the wishes whose message was kept back at the last moment (sold out before its turn came); how many."""
    lately = StockWish.objects.filter(told_at__gt=timezone.now() - LATELY).values("pk")
    kept = [f"{KEPT_BACK}{reason}" for reason in AGAIN_AFTER]
    rows = Announcement.objects.filter(
        wish__in=lately, state=State.LEFT, mail__state=Mail.State.DROPPED, mail__error__in=kept
    )
    found = list(rows.select_related("wish", "mail"))
    for row in found:
        assert row.wish is not None  # both are in the condition
        assert row.mail is not None
        with transaction.atomic():
            row.state, row.reason = State.DROPPED, row.mail.error.removeprefix(KEPT_BACK)
            row.save(update_fields=["state", "reason"])
            open_again(row.wish)
    return len(found)


def end_old() -> int:
    """Wishes that nobody can mean any more; how many."""
    now = timezone.now()
    return StockWish.objects.filter(ended_at=None, until__lte=now).update(ended_at=now)


def look_around() -> int:
    """Wake the shops that have articles somebody waits for; how many."""
    end_old()
    wait_on()
    due = [
        account
        for account in watching.accounts(Kind.BACK_IN_STOCK)
        if not watching.waits(account, Watch.What.STOCK) and waiting.open_wishes(account.shop).exists()
    ]
    for account in due:
        ask.defer(connection_id=account.pk, once=f"stock {account.pk}", in_turn=f"stock {account.pk}")
    return len(due)


@job("bulk", retry=False)
def ask(connection_id: int) -> None:
    """Ask one shop how much is left of the articles that somebody waits for; where nobody can be asked, what the
    shop told by itself counts."""
    account = Connection.objects.select_related("shop").filter(pk=connection_id, active=True).first()
    watch = watching.claim(account, Watch.What.STOCK) if account else None
    if account is None or watch is None:
        return
    keys = asked_now(account, timezone.now())
    try:
        port = shop_of(account)
        if isinstance(port, CountsStock):
            for at in range(0, len(keys), AT_ONCE):
                _take(account, port.stock(keys[at : at + AT_ONCE]))
    except PortError as error:
        log.info("A shop cannot be asked for stock", extra={"connection": account.pk, "code": error.code})
        watching.failed(watch, error)
        return
    watching.seen(watch, timezone.now())
    call_for(account, keys)


def asked_now(account: Connection, now: datetime) -> list[str]:
    """The articles of this run: all that somebody waits for, or their share in turn where there are too many."""
    names = waiting.open_wishes(account.shop).order_by("product__external_id")
    keys = list(names.values_list("product__external_id", flat=True).distinct())
    if len(keys) <= MOST:
        return keys
    first = int(now.timestamp() // watching.EVERY.total_seconds()) * MOST % len(keys)
    return [*keys, *keys][first : first + MOST]


@transaction.atomic
def _take(account: Connection, told: Mapping[str, int | None]) -> None:
    for key, count in told.items():
        Product.objects.filter(shop=account.shop_id, external_id=key).exclude(stock=count).update(stock=count)


@transaction.atomic
def call_for(account: Connection, keys: Sequence[str]) -> None:
    """Write down one message for each wish whose article is there again."""
    rows = waiting.open_wishes(account.shop).filter(product__external_id__in=keys, product__stock__gt=0)
    for row in rows.prefetch_related("announcements"):
        earlier = list(row.announcements.all())
        if all(each.state == State.DROPPED and each.reason in AGAIN_AFTER for each in earlier):
            Announcement.objects.get_or_create(
                kind=Kind.BACK_IN_STOCK, wish=row, order=None, cart=None, shipment=None, step=str(len(earlier)),
                defaults={"shop": account.shop, "due_at": timezone.now()},
            )  # fmt: skip
