"""The originals of mails, taken away when the house keeps them for a time only."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from comptoir.conversations.models import REMOVED, Message, RawMessage
from comptoir.core.models import Installation

MONTH = timedelta(days=365.25 / 12)
BATCH = 200


def remove_old() -> int:
    """Remove the bytes and the HTML version of mails that are older than the house keeps; how many mails.

    What was said stays: the text, the files, and that the mail was received (it is not taken in again). What still waits
    to be understood is left alone.
    """
    months = Installation.current().original_months
    if months is None:
        return 0
    before, count = timezone.now() - months * MONTH, 0
    while removed := _remove(before):
        count += removed
    return count


@transaction.atomic
def _remove(before: datetime) -> int:
    old = RawMessage.objects.filter(arrived_at__lt=before).exclude(content=b"").exclude(state=RawMessage.State.ARRIVED)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    Message.objects.filter(raw__in=keys).exclude(flags__contains=REMOVED).update(
        html=Value(""), flags=RawSQL("flags || to_jsonb(%s::text)", [REMOVED])
    )
    RawMessage.objects.filter(pk__in=keys, state=RawMessage.State.FAILED).update(state=RawMessage.State.IGNORED)
    RawMessage.objects.filter(pk__in=keys).update(content=b"")
    return len(keys)
