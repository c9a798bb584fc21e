"""How fast an account sends: its limits a minute, an hour and a day, counted in the database so that all workers count
together, and the pauses between tries. Who waits longest goes first; what a machine wrote goes after what people wrote."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from comptoir.conversations.models import Delivery, Inbox, Message, Waits
from comptoir.core import live

WINDOWS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
# Seconds before the second try, the third…; after the last one, some 16 hours later, a person is asked.
BACKOFF = (30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800)
JITTER = 0.2
LOCKS = 7_206  # first half of the advisory locks; the second is the inbox
JUST_AFTER = timedelta(milliseconds=50)


def limits_of(inbox: Inbox) -> dict[str, int]:
    """The account's limits; none where the setting is empty, nought or no number."""
    found = {}
    for unit in WINDOWS:
        text = str(inbox.settings.get(f"limit_{unit}", "")).strip()
        if text.isascii() and text.isdecimal() and int(text):
            found[unit] = int(text)
    return found


def next_try(attempts: int, asked: float = 0) -> timedelta:
    """The pause after that many tries, a little more or less so that messages do not all come back together; never
    less than the server asked for."""
    usual = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return timedelta(seconds=max(usual * random.uniform(1 - JITTER, 1 + JITTER), asked * random.uniform(1, 1 + JITTER)))


@transaction.atomic
def claim(message_id: int) -> Message | None:
    """Take a queued message to send it now; None when another worker has it, or when its account must wait.

    The row then says until when.
    """
    rows = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED)
    message = rows.select_related("inbox").first()
    if message is None:
        return None
    now, limits = timezone.now(), limits_of(message.inbox)
    if limits:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, message.inbox_id])
        free = free_at(message, limits, timezone.now())
        if free is not None:
            _put_off(message, rows, free)
            return None
    taken = rows.update(delivery=Delivery.SENDING, claimed_at=now, due_at=None, waits=Waits.NOTHING)
    if not taken:
        return None
    return Message.objects.select_related("conversation__inbox", "inbox", "agent").get(pk=message_id)


def free_at(message: Message, limits: Mapping[str, int], now: datetime) -> datetime | None:
    """When the message's turn comes, None for now: after those that wait already, as old sendings leave the windows."""
    ahead = _ahead(message)
    latest = None
    for unit, limit in limits.items():
        window = WINDOWS[unit]
        sent = Message.objects.filter(inbox=message.inbox_id, claimed_at__gt=now - window)
        count = sent.count()
        turn = ahead - max(0, limit - count)  # nought is the first that has to wait
        if turn < 0:
            continue
        # Each place is free again a window after it was taken; those ahead take the first ones anew.
        place, rounds = turn % limit, 1 + turn // limit
        taken = now
        if place < min(count, limit):
            times = sent.order_by("claimed_at").values_list("claimed_at", flat=True)
            taken = times[max(0, count - limit) + place] or now
        at = taken + window * rounds + JUST_AFTER
        latest = max(latest, at) if latest else at
    return latest


def _ahead(message: Message) -> int:
    waiting = Message.objects.filter(inbox=message.inbox_id, delivery=Delivery.QUEUED, waits=Waits.RATE)
    people = waiting.exclude(pk=message.pk).filter(automatic=False)
    if not message.automatic:
        return people.filter(created_at__lt=message.created_at).count()
    machines = waiting.exclude(pk=message.pk).filter(automatic=True, created_at__lt=message.created_at)
    return people.count() + machines.count()


def _put_off(message: Message, rows: QuerySet[Message], at: datetime) -> None:
    if rows.update(due_at=at, waits=Waits.RATE) and message.waits != Waits.RATE:
        conversation = message.conversation
        live.changed(conversation.live_topics(), conversation.live_audiences())
