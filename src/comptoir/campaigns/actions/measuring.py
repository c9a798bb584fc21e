"""Openings and clicks: totals of a day for everybody; of one message only while its customer agrees to be measured."""

from django.db import connection, transaction
from django.utils import timezone

from comptoir.campaigns.models import Announcement, Kind
from comptoir.campaigns.queries.gate import EMAIL
from comptoir.campaigns.queries.letters import MEASURE
from comptoir.core.models import Shop
from comptoir.customers.consents import agreed


@transaction.atomic
def count(shop: Shop, kind: str, announcement: int | None, *, clicked: bool) -> None:
    """Count one opening or click."""
    if kind not in Kind.values:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_tally (shop_id, kind, day, opened, clicked) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (shop_id, kind, day) DO UPDATE SET opened = campaigns_tally.opened + excluded.opened, "
            "clicked = campaigns_tally.clicked + excluded.clicked",
            [shop.pk, kind, timezone.localdate(), int(not clicked), int(clicked)],
        )
    rows = Announcement.objects.select_related("order__identity", "cart__identity", "wish__identity")
    row = rows.filter(pk=announcement or 0, shop=shop).first()
    if row is None or not agreed(row.person.customer_id, shop.pk, EMAIL, MEASURE):
        return
    field = "clicked_at" if clicked else "opened_at"
    Announcement.objects.filter(pk=row.pk, **{field: None}).update(**{field: timezone.now()})
