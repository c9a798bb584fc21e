"""Every write about webhooks that leave: addresses, what they are told, and how each telling went."""

import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comptoir.core import keys
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Event
from comptoir.core.remembered import Remembered
from comptoir.outbox.actions import send_mail
from comptoir.webhooks import sending
from comptoir.webhooks.models import DeliveryState, Endpoint, WebhookDelivery
from comptoir.webhooks.rows import TOLD

WAITS = (
    5,
    300,
    1_800,
    7_200,
    18_000,
    36_000,
    50_400,
    72_000,
    86_400,
)  # seconds after each try: about three days in all
IN_A_ROW = 3  # failures after which an address rests until its next turn
BATCH = 100
STUCK_AFTER = timedelta(minutes=2)
STOP_AFTER = timedelta(days=5)
FORMER_FOR = timedelta(hours=24)
LOG_KEPT_FOR = timedelta(days=30)
EDITABLE = ("name", "url", "verbs", "content")


def follow(event: Event) -> None:
    """A live event happened: note whom it is to be told, in its transaction. Costs nothing without an endpoint."""
    if event.subject_type not in TOLD:
        return
    for endpoint_id, verbs in wishes():
        if not verbs or event.verb in verbs:
            WebhookDelivery.objects.bulk_create(
                [WebhookDelivery(endpoint_id=endpoint_id, event_id=event.pk, verb=event.verb, due_at=timezone.now())],
                ignore_conflicts=True,
            )
            send.defer(once=f"webhook:{endpoint_id}", endpoint_id=endpoint_id)


def _read_wishes() -> list[tuple[int, frozenset[str]]]:
    rows = Endpoint.objects.filter(active=True).values_list("pk", "verbs")
    return [(key, frozenset(verbs)) for key, verbs in rows]


wishes = Remembered(_read_wishes)  # who wants what


@transaction.atomic
def create_endpoint(values: Mapping[str, Any], *, agent: Agent, actor: Actor) -> tuple[Endpoint, str]:
    """A new address (EDITABLE values), and the secret with which its deliveries are signed, shown once."""
    secret = _new_secret()
    endpoint = Endpoint.objects.create(agent=agent, secret=keys.encrypt(secret), **_given(values))
    record(endpoint, "endpoint.created", actor=actor, after={"name": endpoint.name, "url": endpoint.url})
    wishes.changed()
    return endpoint, secret


@transaction.atomic
def edit_endpoint(endpoint: Endpoint, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Change an address; what stays the same is not recorded."""
    before = {name: getattr(endpoint, name) for name in _given(values)}
    after = {name: value for name, value in _given(values).items() if value != before[name]}
    if not after:
        return
    for name, value in after.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=list(after))
    record(endpoint, "endpoint.edited", actor=actor, before={name: before[name] for name in after}, after=after)
    wishes.changed()


@transaction.atomic
def renew_secret(endpoint: Endpoint, *, actor: Actor) -> str:
    """A new secret; the former one still signs beside it for a day, so that the receiver can change over."""
    secret = _new_secret()
    endpoint.former_secret, endpoint.former_until = endpoint.secret, timezone.now() + FORMER_FOR
    endpoint.secret = keys.encrypt(secret)
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    record(endpoint, "endpoint.secret_renewed", actor=actor)
    return secret


@transaction.atomic
def set_active(endpoint: Endpoint, active: bool, *, actor: Actor, because: str = "") -> None:
    """Pause an address, or go on: what happened meanwhile is not told, what waited is."""
    if endpoint.active == active:
        return
    endpoint.active, endpoint.failing_since, endpoint.stopped_because = active, None, because
    endpoint.save(update_fields=["active", "failing_since", "stopped_because"])
    if because:
        record(endpoint, "endpoint.stopped", actor=actor, because=because)
        send_mail(
            "webhook_stopped",
            to=endpoint.agent.email,
            context={"agent": endpoint.agent, "endpoint": endpoint, "link": _page(endpoint)},
            language=endpoint.agent.language,
            agent=endpoint.agent,
            automatic=True,
        )
    else:
        record(endpoint, "endpoint.resumed" if active else "endpoint.paused", actor=actor)
    wishes.changed()


@transaction.atomic
def delete_endpoint(endpoint: Endpoint, *, actor: Actor) -> None:
    """Take an address away, with its log."""
    record(endpoint, "endpoint.deleted", actor=actor, before={"name": endpoint.name, "url": endpoint.url})
    endpoint.delete()
    wishes.changed()


@transaction.atomic
def replay(deliveries: Iterable[WebhookDelivery]) -> int:
    """Tell these once more, from the first try on, whatever became of them; how many."""
    chosen = [row.pk for row in deliveries]
    rows = WebhookDelivery.objects.filter(pk__in=chosen, endpoint__active=True).exclude(state=DeliveryState.SENDING)
    endpoints = list(rows.values_list("endpoint", flat=True).distinct())
    count = rows.update(state=DeliveryState.WAITING, due_at=timezone.now(), tries=0, delivered_at=None)
    for key in endpoints:
        send.defer(once=f"webhook:{key}", endpoint_id=key)
    return count


@job("bulk")
def send(endpoint_id: int) -> None:
    """Tell one address all that is due, oldest first, outside any transaction. It rests after a few failures in a row."""
    endpoint = Endpoint.objects.select_related("agent").filter(pk=endpoint_id, active=True).first()
    if endpoint is None:
        return
    failures = 0
    with sending.client() as http:
        for delivery in _due(endpoint):
            if not _claim(delivery):
                continue
            attempt = sending.attempt(http, endpoint, delivery)
            _note(endpoint, delivery, attempt)
            failures = 0 if attempt.told else failures + 1
            if failures == IN_A_ROW or not endpoint.active:
                break


def _due(endpoint: Endpoint) -> list[WebhookDelivery]:
    rows = endpoint.deliveries.filter(state=DeliveryState.WAITING, due_at__lte=timezone.now())
    return list(rows.order_by("pk")[:BATCH])


def _claim(delivery: WebhookDelivery) -> bool:
    rows = WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    return bool(rows.update(state=DeliveryState.SENDING, due_at=timezone.now() + STUCK_AFTER))


@transaction.atomic
def _note(endpoint: Endpoint, delivery: WebhookDelivery, attempt: sending.Attempt) -> None:
    now = timezone.now()
    delivery.tries += 1
    delivery.attempts = [*delivery.attempts, attempt.as_row(now)][-20:]
    if attempt.told:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
        Endpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(failing_since=None)
        endpoint.failing_since = None
    else:
        late = delivery.tries > len(WAITS)
        delivery.state = DeliveryState.FAILED if late else DeliveryState.WAITING
        wait = WAITS[min(delivery.tries, len(WAITS)) - 1]
        delivery.due_at = now + timedelta(seconds=max(wait * (0.9 + 0.2 * secrets.randbelow(100) / 100), attempt.wait))
        _failing(endpoint, attempt)
    delivery.save(update_fields=["tries", "attempts", "state", "delivered_at", "due_at"])


def _failing(endpoint: Endpoint, attempt: sending.Attempt) -> None:
    """The receiver no longer wants anything (410), or has failed for days: it is told nothing until a person looks."""
    now = timezone.now()
    if attempt.status == 410:
        set_active(endpoint, False, actor=SYSTEM, because="gone")
    elif endpoint.failing_since is None:
        Endpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=now)
        endpoint.failing_since = now
    elif now - endpoint.failing_since > STOP_AFTER:
        set_active(endpoint, False, actor=SYSTEM, because="failing")


def send_due() -> None:
    """Each second: ask for the addresses that have something due; give back what a killed worker left half sent."""
    now = timezone.now()
    WebhookDelivery.objects.filter(state=DeliveryState.SENDING, due_at__lte=now).update(state=DeliveryState.WAITING)
    due = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=DeliveryState.WAITING, due_at__lte=now)
    for key in Endpoint.objects.filter(Exists(due), active=True).values_list("pk", flat=True):
        with transaction.atomic():
            send.defer(once=f"webhook:{key}", endpoint_id=key)


def forget_old() -> None:
    """The log's lines go after a month."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {WebhookDelivery._meta.db_table} WHERE created_at < %s", [timezone.now() - LOG_KEPT_FOR]
        )


def _page(endpoint: Endpoint) -> str:
    return f"{settings.PUBLIC_URL}/settings/webhooks/{endpoint.pk}/"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in EDITABLE if name in values}


def _new_secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()
