"""Every write about mail in our own name: written, claimed, sent, tried again, asked for again by a person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, Installation, Shop
from comptoir.customers.models import Identity
from comptoir.lib.mail.loops import refusal
from comptoir.outbox import post, suppression
from comptoir.outbox.models import Mail, Suppression
from comptoir.ports.errors import PortError

ATTEMPTS = 8
STUCK_AFTER = timedelta(minutes=5)
KEPT_BACK = "automatic: "  # before the code of why the guard of automatic mail let one not leave
# These hold a link that opens something, or a customer's words: once sent, only the subject is kept.
SECRET = frozenset(
    {"invitation", "password_reset", "account_code", "assigned", "mentioned", "approval", "trial", "stock_wish"}
)


@transaction.atomic
def send_mail(
    kind: str,
    *,
    to: str,
    context: Mapping[str, Any],
    language: str,
    agent: Agent | None = None,
    identity: Identity | None = None,
    shop: Shop | None = None,
    automatic: bool = False,
    reply_to: str = "",
) -> Mail:
    """Write the mail `outbox/<kind>.txt` and `.html` in that language and queue it.

    The text's first line is the subject. `automatic` mail (nobody asked for it) waits while sending is paused.
    """
    given = {**context, "shop": shop, "language": language}
    with translation.override(language):
        subject, _, text = render_to_string(f"outbox/{kind}.txt", given).strip().partition("\n")
        html = render_to_string(f"outbox/{kind}.html", given | {"subject": subject})
    mail = Mail.objects.create(
        kind=kind,
        agent=agent,
        identity=identity,
        shop=shop,
        to=to,
        reply_to=reply_to,
        subject=" ".join(subject.split())[:300],
        text=text.strip() + "\n",
        html=html,
        automatic=automatic,
        message_id=post.new_message_id(),
    )
    deliver.defer(once=_once(mail.pk), mail_id=mail.pk)
    return mail


@job("now")
def deliver(mail_id: int) -> None:
    """Send one queued mail without waiting for anything else."""
    carry(mail_id, Mail.Road.OWN)


def carry(mail_id: int, road: str) -> None:
    """Send one queued mail, outside any transaction; whoever claims the row first sends it, nobody else does."""
    channel = post.channel(road)
    if not _claim(mail_id):
        return
    mail = Mail.objects.select_related("shop").get(pk=mail_id)
    if mail.automatic and (why := _refusal(mail)):
        _finish(mail, state=Mail.State.DROPPED, error=f"{KEPT_BACK}{why}")
        return
    try:
        result = channel.send(post.letter(mail))
    except PortError as error:
        _not_sent(mail, error)
        return
    if mail.to in result.refused:
        if mail.road == Mail.Road.APART:
            suppression.suppress(mail.to, Suppression.Reason.BOUNCE)
        _finish(mail, state=Mail.State.FAILED, error=result.refused[mail.to][:300])
        return
    secret = {"text": "", "html": ""} if mail.kind in SECRET else {}
    _finish(mail, state=Mail.State.SENT, sent_at=timezone.now(), error="", **secret)


@transaction.atomic
def send_again(mail: Mail, *, actor: Actor) -> bool:
    """A person wants a mail that failed, or whose outcome is unknown, to be sent once more; False when it left."""
    tried = Mail.objects.filter(pk=mail.pk, state__in=[Mail.State.FAILED, Mail.State.UNKNOWN])
    if not tried.update(state=Mail.State.QUEUED, due_at=timezone.now(), attempts=0, error=""):
        return False
    record(mail, "mail.sent_again", actor=actor, customer=_customer(mail))
    deliver.defer(once=_once(mail.pk), mail_id=mail.pk)
    return True


@transaction.atomic
def drop(mail: Mail, *, actor: Actor) -> bool:
    """A person gives a mail up that did not leave; False when it is under way or left."""
    waiting = [Mail.State.QUEUED, Mail.State.FAILED, Mail.State.UNKNOWN]
    if not Mail.objects.filter(pk=mail.pk, state__in=waiting).update(state=Mail.State.DROPPED):
        return False
    record(mail, "mail.dropped", actor=actor, customer=_customer(mail))
    return True


def _refusal(mail: Mail) -> str:
    """Why the guard of automatic mail keeps this one from leaving; what agents have asked for is no loop."""
    own = import_string(settings.OWN_ADDRESSES)()
    if mail.road == Mail.Road.APART:
        if suppression.suppressed(mail.to):
            return "suppressed"
        if why := import_string(settings.APART_GATE)(mail):
            return str(why)
    sent = 0
    if mail.agent_id is None and mail.road == Mail.Road.OWN:  # what follows a parcel's way cannot answer itself
        since = timezone.now() - timedelta(days=1)
        sent = Mail.objects.filter(to=mail.to, automatic=True, road=mail.road, sent_at__gt=since, agent=None).count()
    return refusal([mail.to], is_ours=own.__contains__, sent_today=sent)


def _claim(mail_id: int) -> bool:
    now = timezone.now()
    waiting = Mail.objects.filter(pk=mail_id, state=Mail.State.QUEUED, due_at__lte=now)
    if Installation.current().automatic_sending_paused:
        waiting = waiting.filter(automatic=False)
    return bool(waiting.update(state=Mail.State.SENDING, claimed_at=now, attempts=F("attempts") + 1))


def _not_sent(mail: Mail, error: PortError) -> None:
    words = error.message[:300]
    if error.unknown:
        _finish(mail, state=Mail.State.UNKNOWN, error=words)
    elif error.permanent or mail.attempts >= ATTEMPTS:
        _finish(mail, state=Mail.State.FAILED, error=words)
    else:
        pause = timedelta(seconds=min(3600, 15 * 4 ** (mail.attempts - 1)))
        _finish(mail, state=Mail.State.QUEUED, error=words, due_at=timezone.now() + pause)


def _finish(mail: Mail, **fields: Any) -> None:
    Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING).update(**fields)


def _once(mail_id: int) -> str:
    return f"mail:{mail_id}"


def _customer(mail: Mail) -> int | None:
    return mail.identity.customer_id if mail.identity else None


def release_due() -> int:
    """Queue what waits and is due (after a failed attempt, a pause, a lost job); how many."""
    settled = timezone.now() - timedelta(seconds=2)
    waiting = Mail.objects.filter(state=Mail.State.QUEUED, road=Mail.Road.OWN, due_at__lt=settled)
    if waiting.exists() and Installation.current().automatic_sending_paused:
        waiting = waiting.filter(automatic=False)
    due = list(waiting.order_by("due_at").values_list("pk", flat=True)[:100])
    for key in due:
        deliver.defer(once=_once(key), mail_id=key)
    return len(due)


def show_stuck() -> int:
    """A mail still « sending » long after its claim may have left: a person decides; how many."""
    long_ago = timezone.now() - STUCK_AFTER
    stuck = Mail.objects.filter(state=Mail.State.SENDING, claimed_at__lt=long_ago)
    return stuck.update(state=Mail.State.UNKNOWN, error="")
