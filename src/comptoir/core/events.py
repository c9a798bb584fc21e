"""The spine: `record` writes what happened, and its dispatch, in the caller's transaction.

Subscribers are named in settings.SUBSCRIBERS by verb. Each runs as a job of its own, at most once an event: its
receipt commits with its effect. It re-reads the current state and never assumes an order.
settings.EVENT_FOLLOWERS are called with every live event, in its own transaction: they write rows and nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from comptoir.core import live
from comptoir.core.actors import Actor, token_in_use
from comptoir.core.jobs import job
from comptoir.core.models import Event, EventDetail, Origin, Receipt

REACT_WITHIN = timedelta(hours=24)
DEPTH_LIMIT = 8


class Subject(Protocol):
    """A row that events are about. `live_topics` and `live_audiences` say who sees that it changed."""

    pk: Any

    def live_topics(self) -> Iterable[str]: ...

    def live_audiences(self) -> Iterable[str]: ...


def record(
    subject: Any,
    verb: str,
    *,
    actor: Actor,
    customer: int | None = None,
    shop: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    origin: str = Origin.LIVE,
    cause: Event | None = None,
    occurred_at: datetime | None = None,
    topics: Iterable[str] = (),
    audiences: Iterable[str] = (),
    **codes: int | str | bool | None,
) -> Event:
    """Write an event about a row, with its reactions and its live signal, in the current transaction.

    `codes` are identifiers and fixed words; people's own values go into `before` and `after`, which erasure deletes.
    Imported, replayed and demonstration events make nothing react.
    """
    told = [*getattr(subject, "live_topics", list)(), *topics]
    to = {*getattr(subject, "live_audiences", list)(), *audiences}
    if customer is not None and to:  # whose file shows it
        told = list(dict.fromkeys([*told, f"customer:{customer}"]))
    if (token := token_in_use.get()) is not None:
        codes["token"] = token
    event = Event.objects.create(
        verb=verb,
        subject_type=subject._meta.model_name,
        subject_id=subject.pk,
        customer_key=customer,
        shop_key=shop,
        actor_kind=actor.kind,
        actor_id=actor.id,
        origin=origin,
        cause=cause.pk if cause else None,
        depth=cause.depth + 1 if cause else 0,
        occurred_at=occurred_at or timezone.now(),
        codes=codes,
        topics=told,
        audiences=sorted(to),
    )
    if before or after:
        EventDetail.objects.create(
            event_id=event.pk,
            customer_key=customer,
            before=before or {},
            after=after or {},
        )
    if origin == Origin.LIVE:
        if event.depth < DEPTH_LIMIT:
            _react([event])
        for follower in settings.EVENT_FOLLOWERS:
            import_string(follower)(event)
        if told and to:
            live.changed(told, to, event=event.pk)
    return event


def record_many(
    subjects: Sequence[Any],
    verb: str,
    *,
    actor: Actor,
    customers: Sequence[int | None],
    shops: Sequence[int | None],
    origin: str = Origin.LIVE,
    moments: Sequence[datetime] = (),
    **codes: int | str | bool | None,
) -> list[Event]:
    """One event a row, written together; reactions and followers as `record`, the signal is left to the caller.

    `moments` say when each happened; left out, it is now.
    """
    if (token := token_in_use.get()) is not None:
        codes["token"] = token
    now = timezone.now()
    events = Event.objects.bulk_create(
        Event(
            verb=verb,
            subject_type=subject._meta.model_name,
            subject_id=subject.pk,
            customer_key=customer,
            shop_key=shop,
            actor_kind=actor.kind,
            actor_id=actor.id,
            origin=origin,
            occurred_at=moment,
            recorded_at=now,
            codes=codes,
        )
        for subject, customer, shop, moment in zip(
            subjects, customers, shops, moments or [now] * len(subjects), strict=True
        )
    )
    if origin != Origin.LIVE:
        return events
    followers = [import_string(follower) for follower in settings.EVENT_FOLLOWERS]
    _react(events)
    for event in events:
        for follower in followers:
            follower(event)
    return events


def _react(events: Sequence[Event]) -> None:
    """Queue the reactions to events of one verb; a subscriber's `among` leaves out the subjects that it has nothing to
    do with, in one query, so that a change to thousands is not thousands of jobs that do nothing."""
    for subscriber in settings.SUBSCRIBERS.get(events[0].verb, ()) if events else ():
        among = getattr(import_string(subscriber), "among", None)
        concerned = among([event.subject_id for event in events]) if among else None
        for event in events:
            if concerned is None or event.subject_id in concerned:
                react.defer(event_id=event.pk, subscriber=subscriber)


@job("soon")
def react(event_id: int, subscriber: str) -> None:
    """Run one subscriber for one event, once; an event that waited too long makes nothing react any more."""
    event = Event.objects.get(pk=event_id)
    handler = import_string(subscriber)
    if timezone.now() - event.occurred_at > getattr(handler, "within", REACT_WITHIN):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Receipt._meta.db_table} (event_id, subscriber, handled_at) VALUES (%s, %s, now()) "
            "ON CONFLICT DO NOTHING",
            [event_id, subscriber],
        )
        if cursor.rowcount:
            handler(event)


def ensure_partitions(months_ahead: int = 2) -> None:
    """Make the event log's partitions for this month and the next ones."""
    first = timezone.now().date().replace(day=1)
    for _ in range(months_ahead + 1):
        _ensure_partition(first)
        first = (first + timedelta(days=32)).replace(day=1)


def ensure_partitions_for(months: Iterable[str]) -> None:
    """Make the partitions of other months ("2024-11"), for events that come from elsewhere."""
    for month in months:
        _ensure_partition(date.fromisoformat(f"{month}-01"))


def _ensure_partition(first: date) -> None:
    following = (first + timedelta(days=32)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS core_event_{first:%Y_%m} PARTITION OF core_event "
            f"FOR VALUES FROM ('{first}') TO ('{following}')"
        )
