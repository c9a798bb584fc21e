"""What became of a webhook, written down: done, without effect, failed with its reason, or to be tried later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection as database
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.orders.models import Connection, RawNotice
from comptoir.ports.errors import PortError

WAITS = (30, 60, 120, 300, 600, 1_200, 2_400, 3_600)  # seconds after each try that failed
GIVEN_UP_AFTER = timedelta(days=4)  # a platform that is down for a long weekend loses nothing
LIMIT = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one. `customer` is whose data it is; `erased` says that they were erased: the bytes go at once."""

    notice: RawNotice
    state: str
    problem: str = ""
    customer: int | None = None
    erased: bool = False


def mark(marks: Sequence[Mark]) -> None:
    """Write what became of them, in one statement."""
    if not marks:
        return
    with database.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_rawnotice SET state = told.state, problem = told.problem, customer_key = told.customer, "
            "body = CASE WHEN told.erased THEN ''::bytea ELSE body END, next_at = NULL "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::boolean[]) "
            "AS told(id, state, problem, customer, erased) WHERE orders_rawnotice.id = told.id",
            [
                [mark.notice.pk for mark in marks],
                [str(mark.state) for mark in marks],
                [mark.problem[:LIMIT] for mark in marks],
                [mark.customer for mark in marks],
                [mark.erased for mark in marks],
            ],
        )


def postpone(account: Connection, notices: Sequence[RawNotice], error: PortError) -> None:
    """Try these later: after the pause that was asked for, else longer each time. The first of them asked; what has
    waited for days is given up, kept and listed."""
    if not notices:
        return
    first = notices[0]
    pause = min(error.retry_after, 24 * 3_600) or WAITS[min(first.attempts, len(WAITS) - 1)]
    later = timezone.now() + timedelta(seconds=pause)
    rows = RawNotice.objects.filter(connection=account, state=RawNotice.State.WAITING)
    old = timezone.now() - GIVEN_UP_AFTER
    words = _("La boutique ne répond pas depuis quatre jours\u202f: %(problem)s") % {"problem": error.message}
    rows.filter(pk=first.pk, received_at__lt=old).update(state=RawNotice.State.FAILED, problem=words[:LIMIT])
    rows.filter(pk=first.pk).update(attempts=F("attempts") + 1)
    rows.filter(Q(pk__in=[notice.pk for notice in notices])).update(next_at=later, problem=error.message[:LIMIT])
    Connection.objects.filter(pk=account.pk).update(problem=error.message[:LIMIT])
