"""Carts that somebody left: asked of the shops that wish to speak of them, and read anew before each message leaves.

Of a shop that is asked, only carts of customers who accepted its news by mail are kept at all; one that tells its carts
by itself shows them beside conversations (orders.carts).
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.campaigns.actions import watching
from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Kind, Setting, Watch
from comptoir.campaigns.queries.gate import EMAIL, OLDEST_CART, purpose_of
from comptoir.campaigns.queries.settings import setting_of
from comptoir.core.jobs import job
from comptoir.core.models import Shop
from comptoir.customers.consents import agreeing
from comptoir.orders import carts
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.connecting.carts import read
from comptoir.orders.models import Cart, Connection
from comptoir.ports.carts import KeepsCarts
from comptoir.ports.errors import PortError
from comptoir.ports.shop import CartData, Fact

log = logging.getLogger(__name__)
FRESH = timedelta(minutes=2)  # how old a look may be when its message leaves
PAGES = 200  # of one run
OVERLAP = timedelta(minutes=15)  # clocks differ
AGAIN = timedelta(minutes=15)
NEWS = purpose_of(Kind.ABANDONED_CART)
What, State = Watch.What, Announcement.State


def look_around() -> int:
    """Wake the shops that may be asked for carts; how many."""
    due = [account for account in watching.accounts(Kind.ABANDONED_CART) if not watching.waits(account, What.CARTS)]
    for account in due:
        ask.defer(connection_id=account.pk, once=f"carts {account.pk}", in_turn=f"carts {account.pk}")
    return len(due)


@job("bulk", retry=False)
def ask(connection_id: int) -> None:
    """Ask one shop for the carts that changed since the last time."""
    account = Connection.objects.select_related("shop").filter(pk=connection_id, active=True).first()
    watch = watching.claim(account, What.CARTS) if account else None
    if account is None or watch is None:
        return
    began = timezone.now()
    try:
        port = shop_of(account)
        if Fact.CARTS not in port.capabilities.facts:
            return
        if isinstance(port, KeepsCarts):
            _read_through(account, port, watch)
    except PortError as error:
        log.info("A shop cannot be asked for carts", extra={"connection": account.pk, "code": error.code})
        watching.failed(watch, error)
        return
    watching.seen(watch, began)
    _call_for(account)


def _read_through(account: Connection, port: KeepsCarts, watch: Watch) -> None:
    oldest = timezone.now() - OLDEST_CART
    since = max(watch.seen_to - OVERLAP, oldest) if watch.seen_to else oldest
    cursor = ""
    for _ in range(PAGES):
        page = port.carts(since, cursor)
        _keep(account, [each for each in page.items if isinstance(each, CartData)])
        cursor = page.cursor
        if not cursor:
            return


@transaction.atomic
def _keep(account: Connection, told: Sequence[CartData]) -> None:
    """Keep those of customers who agreed; the others leave no trace."""
    owners = carts.owners(account, told)
    willing = agreeing({row.customer_id for row in owners.values()}, account.shop_id, EMAIL, NEWS)
    for cart in told:
        owner = owners.get(cart.external_id)
        if owner is not None and owner.customer_id in willing:
            carts.keep(account, cart, owner)


@transaction.atomic
def _call_for(account: Connection) -> None:
    """Write down one message for each open cart of whoever agreed, due when it has lain long enough."""
    now = timezone.now()
    rows = Cart.objects.filter(connection=account, closed_at=None, changed_at__gte=now - OLDEST_CART)
    fresh = list(rows.filter(announcements=None).select_related("identity"))
    willing = agreeing({row.identity.customer_id for row in fresh}, account.shop_id, EMAIL, NEWS)
    for row in fresh:
        if row.lines and row.identity.customer_id in willing:
            Announcement.objects.get_or_create(
                kind=Kind.ABANDONED_CART, cart=row, order=None, wish=None, shipment=None, step="",
                defaults={"shop": account.shop, "due_at": row.changed_at + patience(account.shop)},
            )  # fmt: skip


def patience(shop: Shop) -> timedelta:
    """How long a cart lies untouched in this shop before it is spoken of."""
    return hours_of(setting_of(shop, Kind.ABANDONED_CART))


def hours_of(setting: Setting) -> timedelta:
    """The wish, else ours."""
    return timedelta(hours=setting.hours or TRAITS[setting.kind].hours)


def look_again_due() -> int:
    """Read anew the carts whose message is due; how many."""
    now = timezone.now()
    rows = Announcement.objects.filter(state=State.WAITING, due_at__lte=now, cart__closed_at=None)
    stale = rows.filter(cart__isnull=False, cart__looked_at__lt=now - FRESH)
    keys = list(stale.values_list("cart", flat=True)[:100])
    for key in keys:
        look_again.defer(cart_id=key, once=f"cart {key}")
    return len(keys)


@job("bulk", retry=False)
def look_again(cart_id: int) -> None:
    """Ask for one cart as it is now, outside any transaction."""
    row = Cart.objects.select_related("connection__shop", "identity").filter(pk=cart_id, closed_at=None).first()
    if row is None:
        return
    try:
        told = read(row) if row.connection.active else None
    except PortError as error:
        wait = max(timedelta(seconds=error.retry_after), AGAIN)
        _waiting(row).update(due_at=timezone.now() + wait, reason="unread")
        return
    _seen(row, told)


@transaction.atomic
def _seen(row: Cart, told: CartData | None) -> None:
    if told is None:
        carts.close(row)
        return
    kept = carts.keep(row.connection, told, row.identity) or row
    Cart.objects.filter(pk=row.pk).update(looked_at=timezone.now())
    due = kept.changed_at + patience(row.shop)
    _waiting(row).filter(confirmed_at=None, due_at__lt=due).update(due_at=due)  # touched meanwhile: it waits anew


def _waiting(row: Cart) -> QuerySet[Announcement]:
    return Announcement.objects.filter(cart=row, state=State.WAITING)
