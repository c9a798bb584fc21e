"""Every write about what agents are told: their wishes, their devices, and how each push went."""

from dataclasses import asdict, dataclass
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation

from comptoir.core import keys
from comptoir.core.accounts.profile import edit_mail_notices
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.jobs import job
from comptoir.core.models import Agent, AgentSession, Event
from comptoir.core.remembered import Remembered
from comptoir.core.sessions import ending_before
from comptoir.lib.http import is_public
from comptoir.lib.webpush import BadSubscription, Sender, Subscription
from comptoir.notifications import queries, sending, words
from comptoir.notifications.models import Device, Kind, Notice, Preferences, SenderKey
from comptoir.notifications.telling import content_of

DEVICES = 20  # an agent
PILE = 5  # more than these at once are said in one
BATCH = 200
STUCK_AFTER = timedelta(minutes=2)
WORTH = timedelta(seconds=sending.KEPT_FOR)  # older news is no news
WAITS = (10, 60, 300, 900, 3_600)  # seconds after each try
WARNED_BEFORE = timedelta(hours=24)
FAILURES = 20  # in a row, after which a device is forgotten


class Taken(Exception):
    """That browser is another agent's, and this is not proved to be the same browser."""


class TooManyDevices(Exception):
    """The agent has DEVICES already."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that the page of notifications asks."""

    assigned: bool
    mentioned: bool
    mine: bool
    team: bool
    everything: bool
    excerpt: bool
    sound: bool
    quiet_from: time | None
    quiet_until: time | None
    quiet_days: list[int]


@transaction.atomic
def edit_preferences(
    agent: Agent, wishes: Wishes, *, mail_assigned: bool, mail_mentioned: bool, mail_approvals: bool
) -> None:
    """Keep what an agent wants to hear of, by push, sound and mail; what stays the same is not recorded."""
    edit_mail_notices(agent, assigned=mail_assigned, mentioned=mail_mentioned, approvals=mail_approvals)
    held = queries.preferences_of(agent)
    after = {name: value for name, value in asdict(wishes).items() if getattr(held, name) != value}
    if not after:
        return
    before = {name: getattr(held, name) for name in after}
    Preferences.objects.update_or_create(agent=agent, defaults=asdict(wishes))
    record(agent, "agent.notifications_edited", actor=Actor.of(agent), before=_said(before), after=_said(after))


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat("minutes") if isinstance(value, time) else value for name, value in values.items()}


@transaction.atomic
def add_device(agent: Agent, session: AgentSession, subscription: Subscription, *, name: str) -> Device:
    """Let a browser ring for this agent as long as this session lasts; the same browser again only renews it.

    Raises BadSubscription, TooManyDevices; Taken when another agent has that address and the keys are not the same.
    """
    subscription.check()
    _check_address(subscription.endpoint)
    held = Device.objects.select_for_update().filter(endpoint=subscription.endpoint).first()
    values = {"session": session, "p256dh": subscription.p256dh, "auth": subscription.auth, "name": name[:200]}
    if held is not None and held.agent_id != agent.pk:
        if (held.p256dh, held.auth) != (subscription.p256dh, subscription.auth):
            raise Taken
        held.delete()  # another person signed in at the same browser: it rings for them from now on
        held = None
    if held is not None:
        Device.objects.filter(pk=held.pk).update(**values, refused=0, failures=0, rests_until=None, warned_at=None)
        held.refresh_from_db()
        return held
    if Device.objects.filter(agent=agent).count() >= DEVICES:
        raise TooManyDevices
    try:
        with transaction.atomic():
            made = Device.objects.create(agent=agent, endpoint=subscription.endpoint, **values)
    except IntegrityError as error:  # another request was quicker
        raise Taken from error
    record(agent, "agent.device_added", actor=Actor.of(agent), after={"device": made.name})
    anybody.changed()
    return made


def _check_address(endpoint: str) -> None:
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    allowed = settings.ENVIRONMENT.private_hosts
    if host in allowed or f"{host}:{parts.port}" in allowed:
        return
    if parts.scheme != "https" or "." not in host or (_is_number(host) and not is_public(host)):
        raise BadSubscription("endpoint")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@transaction.atomic
def remove_device(device: Device, *, actor: Actor) -> None:
    """Let a browser ring no more."""
    record(device.agent, "agent.device_removed", actor=actor, before={"device": device.name})
    device.delete()
    anybody.changed()


def sender() -> Sender:
    """Our key pair, made on first use. One that this keyring cannot read is replaced; browsers must then subscribe anew."""
    row = SenderKey.objects.first()
    if row is not None:
        try:
            return Sender(keys.decrypt(row.private), row.public)
        except keys.CannotDecrypt:
            with transaction.atomic():
                Device.objects.all().delete()
                SenderKey.objects.all().delete()
    made = Sender.new()
    values = {"private": keys.encrypt(made.private), "public": made.public}
    row, created = SenderKey.objects.get_or_create(pk=1, defaults=values)
    return made if created else Sender(keys.decrypt(row.private), row.public)


def follow(event: Event) -> None:
    """A live event happened: have it looked at, in its transaction. Costs nothing while nobody has a device."""
    watched = event.verb in queries.WATCHED and event.subject_type == "conversation"
    if (watched or event.verb == queries.ASKED) and anybody():
        choose.defer(event_id=event.pk)


anybody = Remembered(Device.objects.exists)  # whether anybody has a device


@job("soon")
def choose(event_id: int) -> None:
    """Note for each device of those whom an event concerns that it is to be told."""
    event = Event.objects.filter(pk=event_id).first()
    now = timezone.now()
    if event is None or now - event.occurred_at > WORTH:
        return
    for agent, kind in queries.concerned(event):
        if queries.quiet(agent, queries.preferences_of(agent), now):
            continue
        for device in agent.devices.all():
            if kind == Kind.APPROVAL:
                _note(device, kind, None, event.pk, event.subject_id)
                continue
            _note(device, kind, event.subject_id, event.pk, int(event.codes.get("message") or 0))


def try_out(device: Device) -> None:
    """Tell a device something harmless."""
    _note(device, Kind.TRIAL, None, 0, 0)


def warn_of_ends() -> None:
    """Tell devices, once and not in quiet hours, that the session by which they ring ends within a day."""
    now = timezone.now()
    for device in Device.objects.filter(session__in=ending_before(now + WARNED_BEFORE), warned_at=None):
        if queries.quiet(device.agent, queries.preferences_of(device.agent), now):
            continue
        if Device.objects.filter(pk=device.pk, warned_at=None).update(warned_at=now):
            _note(device, Kind.ENDING, None, 0, 0)


@transaction.atomic
def _note(device: Device, kind: Kind, conversation: Any, event: int, message: int) -> None:
    now = timezone.now()
    values = {"kind": kind, "event_id": event, "message_id": message, "created_at": now, "due_at": now, "tries": 0}
    Notice.objects.update_or_create(device=device, conversation_id=conversation, defaults=values)
    send.defer(once=f"push:{device.pk}", in_turn=f"push:{device.pk}", device_id=device.pk)


@job("soon")
def send(device_id: int) -> None:
    """Tell one device all that is due, outside any transaction; many things at once are said in one."""
    device = Device.objects.select_related("agent").filter(pk=device_id, agent__is_active=True).first()
    if device is None or (device.rests_until and device.rests_until > timezone.now()):
        return
    due = [(notice, content) for notice in _claimed(device) if (content := _content(notice)) is not None]
    if not due:
        return
    pair = sender()
    with sending.client() as http:
        if len(due) > PILE:
            content = _many(device.agent, len(due))
            _keep(device, [notice for notice, _ in due], sending.push(http, device, pair, content, due[0][0].kind))
            return
        for notice, content in due:
            outcome = sending.push(http, device, pair, content, notice.kind)
            _keep(device, [notice], outcome)
            if outcome.gone or outcome.again:
                break  # what is left is claimed, and due again after STUCK_AFTER


def _claimed(device: Device) -> list[Notice]:
    """What is due, each claimed by a conditional update: a worker that dies leaves it due again after STUCK_AFTER."""
    now = timezone.now()
    rows = Notice.objects.filter(device=device, due_at__lte=now)
    due = list(rows.select_related("device__agent", "conversation__shop").order_by("pk")[:BATCH])
    return [notice for notice in due if rows.filter(pk=notice.pk).update(due_at=now + STUCK_AFTER)]


def _content(notice: Notice) -> dict[str, Any] | None:
    """What to say, read from how things stand now; None, and the notice goes, when there is nothing to say any more."""
    content = content_of(notice) if timezone.now() - notice.created_at < WORTH else None
    if content is None:
        Notice.objects.filter(pk=notice.pk, event_id=notice.event_id).delete()
    return content


def _many(agent: Agent, count: int) -> dict[str, Any]:
    with translation.override(agent.language):
        return {**words.many(count), "lang": agent.language, "count": queries.waiting_count(agent)}


@transaction.atomic
def _keep(device: Device, notices: list[Notice], outcome: sending.Outcome) -> None:
    """What became of it: told, to be tried again, given up, or the device is no more."""
    now = timezone.now()
    rows = Device.objects.filter(pk=device.pk)
    if outcome.taken:
        rows.update(told_at=now, refused=0, failures=0, rests_until=None)
    elif outcome.gone or device.failures + 1 >= FAILURES:
        rows.delete()
        anybody.changed()
        return
    else:
        device.failures += 1
        rests = now + timedelta(seconds=outcome.wait) if outcome.wait else None
        rows.update(refused=outcome.status, failures=device.failures, rests_until=rests)
    for notice in notices:
        same = Notice.objects.filter(pk=notice.pk, event_id=notice.event_id)  # a newer one may have come meanwhile
        if outcome.again and notice.tries < len(WAITS):
            wait = max(WAITS[notice.tries], outcome.wait)
            same.update(due_at=now + timedelta(seconds=wait), tries=notice.tries + 1)
        else:
            same.delete()


def send_due() -> None:
    """Each second: ask for the devices that have something due and need not rest."""
    now = timezone.now()
    due = Notice.objects.filter(device=OuterRef("pk"), due_at__lte=now)
    awake = Q(rests_until=None) | Q(rests_until__lte=now)
    for key in Device.objects.filter(awake, Exists(due), agent__is_active=True).values_list("pk", flat=True):
        with transaction.atomic():
            send.defer(once=f"push:{key}", in_turn=f"push:{key}", device_id=key)
