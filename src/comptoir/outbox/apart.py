"""The road apart: mail that nobody waits for, by a transport and a quota of its own, so that no answer waits behind it.

Its rows are queued without a job. Each second the sweep gives to the queue `bulk`, which has slots of its own, as many
as the quota of the last minute leaves.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comptoir.core.jobs import job
from comptoir.core.models import Agent, Installation, Shop
from comptoir.customers.models import Identity
from comptoir.outbox import post
from comptoir.outbox.actions import carry, deliver
from comptoir.outbox.models import Mail

MINUTE = timedelta(minutes=1)


@transaction.atomic
def queue(
    kind: str,
    *,
    identity: Identity,
    shop: Shop,
    subject: str,
    text: str,
    html: str,
    reply_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> Mail:
    """Write a mail that leaves by the road apart, in its turn."""
    return Mail.objects.create(
        kind=kind,
        identity=identity,
        shop=shop,
        to=identity.value,
        reply_to=reply_to,
        subject=" ".join(subject.split())[:300],
        text=text.strip() + "\n",
        html=html,
        automatic=True,
        road=Mail.Road.APART,
        headers=dict(headers or {}),
        message_id=post.new_message_id(),
    )


@transaction.atomic
def send_trial(agent: Agent, shop: Shop, *, subject: str, text: str, html: str) -> Mail:
    """Send a text to the agent who wrote it, at once: they wait for it."""
    mail = Mail.objects.create(
        kind="trial",
        agent=agent,
        shop=shop,
        to=agent.email,
        subject=" ".join(subject.split())[:300],
        text=text.strip() + "\n",
        html=html,
        message_id=post.new_message_id(),
    )
    deliver.defer(once=f"mail:{mail.pk}", mail_id=mail.pk)
    return mail


@job("bulk")
def carry_apart(mail_id: int) -> None:
    """Send one of them."""
    carry(mail_id, Mail.Road.APART)


def release() -> int:
    """Give to the queue what is due, as far as the quota goes; how many."""
    now = timezone.now()
    waiting = Mail.objects.filter(road=Mail.Road.APART, state=Mail.State.QUEUED, due_at__lte=now)
    if not waiting.exists() or Installation.current().automatic_sending_paused:
        return 0
    left = (
        settings.APART_MAIL["per_minute"]
        - Mail.objects.filter(road=Mail.Road.APART, claimed_at__gt=now - MINUTE).count()
    )
    due = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[: max(0, left)])
    for key in due:
        carry_apart.defer(once=f"mail:{key}", mail_id=key)
    return len(due)
