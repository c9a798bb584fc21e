"""What a person decides about proposed messages: to let them leave, to drop them, and to take that back."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comptoir.campaigns.actions import wishing
from comptoir.campaigns.models import Announcement, Confirmation
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.outbox.models import Mail

State = Announcement.State
TAKE_BACK = timedelta(minutes=10)


@transaction.atomic
def confirm(keys: Sequence[int], *, agent: Agent) -> Confirmation | None:
    """Let these messages leave after the agent's time to undo; None when none of them waits for anybody."""
    now = timezone.now()
    rows = _proposed(keys)
    due = now + timedelta(seconds=agent.undo_seconds)
    Announcement.objects.filter(pk__in=rows).update(
        state=State.WAITING, due_at=due, confirmed_by=agent, confirmed_at=now, reason=""
    )
    return _decided(rows, agent, dropped=False)


@transaction.atomic
def drop(keys: Sequence[int], *, agent: Agent) -> Confirmation | None:
    """Never send these; None when none of them waits for anybody."""
    rows = _proposed(keys)
    Announcement.objects.filter(pk__in=rows).update(state=State.DROPPED, reason="by_hand", confirmed_by=agent)
    return _decided(rows, agent, dropped=True)


@transaction.atomic
def take_back(decision: Confirmation, *, agent: Agent) -> int:
    """Propose again what has not left yet, also what is queued; how many."""
    row = Confirmation.objects.select_for_update().get(pk=decision.pk)
    if row.undone_at is not None or row.agent_id != agent.pk or timezone.now() - row.made_at > TAKE_BACK:
        return 0
    wanted = Announcement.objects.select_for_update(of=("self",)).filter(pk__in=row.announcements)
    back = [one for one in wanted if _comes_back(one, row.dropped)]
    for one in back:
        one.state, one.reason, one.mail, one.left_at = State.PROPOSED, "", None, None
        one.confirmed_by, one.confirmed_at = None, None
        one.save()
        if one.wish is not None:
            wishing.open_again(one.wish)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    record(row, "announcement.taken_back", actor=Actor.of(agent), count=len(back))
    return len(back)


def _comes_back(row: Announcement, dropped: bool) -> bool:
    if dropped:
        return row.state == State.DROPPED and row.reason == "by_hand"
    if row.state == State.WAITING:
        return True
    if row.state != State.LEFT or row.mail_id is None:
        return False
    return bool(Mail.objects.filter(pk=row.mail_id, state=Mail.State.QUEUED).update(state=Mail.State.DROPPED))


def _proposed(keys: Sequence[int]) -> list[int]:
    rows = Announcement.objects.select_for_update(of=("self",)).filter(pk__in=keys, state=State.PROPOSED)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _decided(keys: list[int], agent: Agent, *, dropped: bool) -> Confirmation | None:
    if not keys:
        return None
    row = Confirmation.objects.create(agent=agent, announcements=keys, dropped=dropped)
    shops = Announcement.objects.filter(pk__in=keys).values_list("shop", flat=True).distinct()
    record(
        row,
        "announcement.dropped" if dropped else "announcement.confirmed",
        actor=Actor.of(agent),
        topics=["announcements"],
        audiences=[f"shop:{shop}" for shop in shops],
        count=len(keys),
    )
    return row
