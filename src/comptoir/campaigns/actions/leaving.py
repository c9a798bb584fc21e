"""Messages whose hour has come: dropped with their reason, proposed to a person, or given to the outbox."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comptoir.campaigns.actions.carting import FRESH
from comptoir.campaigns.actions.wishing import fulfil
from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Setting
from comptoir.campaigns.queries.gate import ABOUT, addressee, refusal, waits_until
from comptoir.campaigns.queries.letters import Letter, letter
from comptoir.campaigns.queries.settings import setting_of
from comptoir.care.actions.elsewhere import told_elsewhere
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core import live
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.outbox import apart

BATCH = 100
State = Announcement.State


@transaction.atomic
def leave_due() -> int:
    """Move on what is due; how many. Several workers share the rows."""
    now = timezone.now()
    rows = Announcement.objects.filter(state=State.WAITING, due_at__lte=now).select_related(*ABOUT)
    rows = rows.filter(Q(cart=None) | Q(cart__looked_at__gte=now - FRESH) | Q(cart__closed_at__isnull=False))
    due = list(rows.order_by("due_at", "pk").select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for row in due:
        _move_on(row)
    if due:
        live.changed(["announcements"], {f"shop:{row.shop_id}" for row in due})
    return len(due)


def _move_on(row: Announcement) -> None:
    now = timezone.now()
    if why := refusal(row, at=now):
        _put(row, State.DROPPED, why)
        return
    if row.confirmed_at is None and setting_of(row.shop, row.kind).mode == Setting.Mode.PROPOSE:
        _put(row, State.PROPOSED, "")
        return
    if later := waits_until(row, now):
        row.due_at = later
        row.save(update_fields=["due_at"])
        _put(row, State.WAITING, "quiet")
        return
    said = letter(row)
    if said.missing:
        _put(row, State.PROPOSED if row.confirmed_at is None else State.DROPPED, "incomplete")
        return
    _leave(row, said)


def _leave(row: Announcement, said: Letter) -> None:
    identity = addressee(row)
    if identity is None:
        _put(row, State.DROPPED, "no_address")
        return
    row.mail = apart.queue(
        f"proactive:{row.kind}",
        identity=identity,
        shop=row.shop,
        subject=said.subject,
        text=said.text,
        html=said.html,
        reply_to=reply_to(row),
        headers=said.headers,
    )
    row.model, row.language, row.version, row.left_at = said.model, said.language, said.version, timezone.now()
    row.state, row.reason = State.LEFT, ""
    row.save()
    if row.wish is not None:
        fulfil(row.wish)
    if row.shipment_id and (case := TRAITS[row.kind].case):
        told_elsewhere(row.shipment_id, case)
    record(
        row,
        "announcement.left",
        actor=Actor.of(row.confirmed_by) if row.confirmed_by else SYSTEM,
        customer=row.person.customer_id,
        shop=row.shop_id,
        kind=row.kind,
        order=row.order_id,
    )


def reply_to(row: Announcement) -> str:
    """Where the customer's answer goes: the shop's first mail inbox, so that it becomes a conversation."""
    boxes = Inbox.objects.filter(shop=row.shop_id, kind=InboxKind.EMAIL, active=True).exclude(address="")
    return boxes.order_by("pk").values_list("address", flat=True).first() or row.shop.email


def _put(row: Announcement, state: str, reason: str) -> None:
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason"])
