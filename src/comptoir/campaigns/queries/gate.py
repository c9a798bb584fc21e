"""Whether a message may leave now: every reason against it, as a code (`REASONS` has the words)."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Kind, Setting
from comptoir.campaigns.queries.settings import manner_of, setting_of
from comptoir.care.models import Case, Wish
from comptoir.care.wishes import wish
from comptoir.conversations.actions.opening import OPEN, reachable
from comptoir.conversations.models import Conversation
from comptoir.core.models import Shop
from comptoir.customers.consents import agreed
from comptoir.customers.models import ConsentChannel, ConsentPurpose, Identity
from comptoir.lib.dates.quiet import quiet_until
from comptoir.orders.carts import ordered_since
from comptoir.outbox.models import Mail
from comptoir.outbox.suppression import suppressed

OLDEST_CART = timedelta(days=3)
EMAIL = ConsentChannel.EMAIL.value
REASONS = {
    "off": _("ce message est éteint"),
    "said": _("quelqu’un d’autre le dit déjà"),
    "case": _("le suivi des colis à problème en parle"),
    "erased": _("le client est effacé"),
    "no_address": _("aucune adresse e-mail"),
    "suppressed": _("l’adresse refuse nos messages"),
    "opted_out": _("le client ne le souhaite pas"),
    "passed": _("ce n’est plus vrai"),
    "stale": _("trop tard pour le dire"),
    "open_case": _("une demande est en cours"),
    "incomplete": _("il manque une valeur au texte"),
    "quiet": _("attend le matin du client"),
    "by_hand": _("abandonné à la main"),
    "ordered": _("le client a commandé depuis"),
    "unread": _("la boutique n’a pas pu être relue"),
    "with_part": _("dit avec l’envoi partiel"),
}


def purpose_of(kind: str) -> str:
    """What the customer must not have refused (or must have accepted) for it; "" for what they asked for themselves."""
    if kind == Kind.ABANDONED_CART:
        return ConsentPurpose.NEWS.value
    if kind == Kind.BACK_IN_STOCK:
        return ""
    return ConsentPurpose.SURVEYS.value if kind == Kind.REVIEW else ConsentPurpose.ORDERS.value


def refusal(row: Announcement, *, at: datetime | None = None) -> str:
    """Why it must not leave, "" when it may. The quiet hours are no refusal: see `waits_until`."""
    setting = setting_of(row.shop, row.kind)
    if setting.mode == Setting.Mode.OFF:
        return "off"
    if setting.said_by:
        return "said"
    if row.person.customer.erased_at is not None:
        return "erased"
    address = addressee(row)
    if address is None:
        return "no_address"
    return _refusal_of(row, address, at or timezone.now())


def _refusal_of(row: Announcement, address: Identity, now: datetime) -> str:
    trait, purpose = TRAITS[row.kind], purpose_of(row.kind)
    if purpose and not agreed(address.customer_id, row.shop_id, EMAIL, purpose):
        return "opted_out"
    if suppressed(address.value):
        return "suppressed"
    if row.cart is not None and ordered_since(row.cart):
        return "ordered"
    if not still_true(row, now):
        return "passed"
    if now - row.due_at > trait.stale:
        return "stale"
    if case_speaks(row.shop, row.kind) or (row.state != Announcement.State.LEFT and _case_told(row)):
        return "case"
    if trait.solicits and under_discussion(row):
        return "open_case"
    return ""


def last_look(mail: Mail) -> str:
    """Right before its mail leaves, perhaps long after it was queued: the same question again."""
    row = Announcement.objects.filter(mail=mail).select_related(*ABOUT).first()
    return refusal(row, at=max(row.due_at, mail.created_at)) if row else ""


ABOUT = (
    "shop", "order__shop", "order__identity__customer", "shipment", "cart__identity__customer",
    "wish__identity__customer", "wish__product",
)  # fmt: skip


def addressee(row: Announcement) -> Identity | None:
    """The address by which its customer can be written to."""
    person = row.person
    if row.wish is not None:  # that very address asked
        return person if person.blocked_at is None else None
    return reachable(person)


def still_true(row: Announcement, now: datetime | None = None) -> bool:
    """Whether the parcel (or the order) is still in a state of which the message speaks; `unknown` is in none. A cart
    still stands and is not old; an article is still there and wanted."""
    trait, now = TRAITS[row.kind], now or timezone.now()
    if row.cart is not None:
        return row.cart.closed_at is None and bool(row.cart.lines) and now - row.cart.changed_at <= OLDEST_CART
    if row.wish is not None:
        left = row.wish.product.stock
        wanted = row.wish.ended_at is None or row.state == Announcement.State.LEFT
        return wanted and row.wish.until > now and left is not None and left > 0
    if row.kind == Kind.TRENDING_LATE:
        return bool(row.shipment and row.shipment.runs_late and row.shipment.state in trait.true_in)
    if not trait.true_in:
        return True
    if trait.parcel:
        return row.shipment is None or row.shipment.state in trait.true_in
    return row.order is not None and row.order.state in trait.true_in


def case_speaks(shop: Shop, kind: str) -> bool:
    """Whether the room of parcels in trouble writes about this kind by itself in this shop."""
    case = TRAITS[kind].case
    return bool(case) and wish(shop, case).mode == Wish.Mode.SEND


def _case_told(row: Announcement) -> bool:
    """Whether a case of this parcel has told it already."""
    case = TRAITS[row.kind].case
    return (
        bool(case and row.shipment_id) and Case.objects.filter(shipment=row.shipment_id, told__contains=[case]).exists()
    )


def under_discussion(row: Announcement) -> bool:
    """Whether something is open: a case of the order, or a conversation of the customer with the shop."""
    matters = Conversation.objects.filter(shop=row.shop_id, state__in=OPEN)
    if matters.filter(identity__customer=row.person.customer_id).exists():
        return True
    if row.order_id is None:
        return False
    cases = Case.objects.filter(order=row.order_id, closed_at=None)
    return cases.exists() or matters.filter(orders=row.order_id).exists()


def waits_until(row: Announcement, now: datetime) -> datetime | None:
    """When the customer's quiet hours end; None when it may leave at once."""
    if TRAITS[row.kind].at_night:
        return None
    manner = manner_of(row.shop)
    there = row.order.address.get("country") if row.order else ""
    country = str(there or row.person.customer.country or "")
    return quiet_until(now, country[:2], row.shop.timezone, manner.quiet_from, manner.quiet_until)


def first_hour(row_shop: Shop, country: str, days: int, now: datetime) -> datetime:
    """So many days from now, out of the quiet hours."""
    manner = manner_of(row_shop)
    later = now + timedelta(days=days)
    return quiet_until(later, country, row_shop.timezone, manner.quiet_from, manner.quiet_until) or later
