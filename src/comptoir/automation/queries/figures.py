"""What came of macros, counted from events: uses, by whom, and how many matters came back within seven days."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from comptoir.automation.models import Macro
from comptoir.core.models import Agent

SPAN = timedelta(days=90)

# Uses that were not taken back; the customer wrote again, or somebody reopened, within a week of the use.
_SQL = """
SELECT used.subject_id, used.actor_id, count(*),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM core_event later
        WHERE later.subject_type = 'conversation' AND later.subject_id = (used.codes->>'conversation')::bigint
            AND later.id > used.id AND later.verb IN ('message.received', 'conversation.reopened')
            AND later.occurred_at <= used.occurred_at + interval '7 days'
    ))
FROM core_event used
WHERE used.subject_type = 'macro' AND used.subject_id = ANY(%s) AND used.verb = 'macro.used'
    AND used.recorded_at >= %s
    AND NOT EXISTS (
        SELECT FROM core_event back
        WHERE back.subject_type = 'macro' AND back.subject_id = used.subject_id AND back.verb = 'macro.taken_back'
            AND back.codes->>'message' = used.codes->>'message'
    )
GROUP BY used.subject_id, used.actor_id
"""


@dataclass(slots=True)
class Figures:
    """Of one macro, in the last 90 days. `by` is [(agent, uses, came back)], the most frequent first."""

    used: int = 0
    back: int = 0
    by: list[tuple[str, int, int]] | None = None

    @property
    def share(self) -> int:
        """How many of a hundred came back."""
        return round(100 * self.back / self.used) if self.used else 0


def figures(macros: list[Macro]) -> dict[int, Figures]:
    """By the macro's key; those that nobody used have zeros."""
    found = {macro.pk: Figures(by=[]) for macro in macros}
    rows: list[Any] = []
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [list(found), timezone.now() - SPAN])
            rows = cursor.fetchall()
    names = dict(Agent.objects.filter(pk__in={row[1] for row in rows if row[1]}).values_list("pk", "name"))
    for key, agent, used, back in sorted(rows, key=lambda row: -row[2]):
        one = found[key]
        one.used += used
        one.back += back
        if one.by is not None:
            one.by.append((names.get(agent, "—"), used, back))
    return found
