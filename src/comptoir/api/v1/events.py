"""What happened, in order: for programs that ask instead of being told."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from ninja import Query, Router

from comptoir.api.v1 import pages
from comptoir.api.v1.door import ProgramRequest, needs
from comptoir.api.v1.filters import EventFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.webhooks import EventPage
from comptoir.core import access
from comptoir.core.models import Event, Role
from comptoir.core.programs import Scope
from comptoir.webhooks import rows

router = Router(tags=["Events"])
SETTLED = timedelta(seconds=5)  # numbers are given before the commit: what is newer may still have gaps
BY_KEY = Sort("id", "pk")


@router.get("/events", response=EventPage, **needs(Scope.READ_EVENTS))
def events(request: ProgramRequest, given: Query[EventFilters]) -> dict[str, Any]:
    """Events about conversations, messages, customers and orders, oldest first, five seconds old at least."""
    if request.agent.role == Role.STORE:
        raise Problem(403, "role", "A store's agent sees their own conversations, not the event log.")
    settled = timezone.now() - SETTLED
    found = Event.objects.filter(pk__gt=given.after, subject_type__in=rows.TOLD, recorded_at__lt=settled)
    if not access.sees_every_shop(request.agent):
        found = found.filter(shop_key__in=access.shops(request.agent).order_by().values("pk"))
    if given.type:
        found = found.filter(verb__in=given.type)
    return pages.page(found, BY_KEY, given, _event)


def _event(row: Event) -> dict[str, Any]:
    return {
        "id": row.pk,
        "type": row.verb,
        "occurred_at": row.occurred_at,
        **rows.event(row),
    }
