"""Every write about the merchant's shops, teams, stores and opening hours, and what holds for the whole house."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Installation, Schedule, Shop, Team

Row = TypeVar("Row", Shop, Team, Schedule)


class InUse(ValueError):
    """The row is still needed; the text says by what."""


def changed_fields(row: models.Model, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put values on a row; what they were and what they became, as an event keeps them, for those that differ."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field, value in changes.items():
        if getattr(row, field) != value:
            before[field], after[field] = _plain(getattr(row, field)), _plain(value)
            setattr(row, field, value)
    return before, after


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | dict | list | None) else str(value)


@transaction.atomic
def create_shop(values: Mapping[str, Any], *, actor: Actor) -> Shop:
    """Open a shop (validated by the form)."""
    shop = Shop.objects.create(**values)
    record(shop, "shop.created", actor=actor, shop=shop.pk, after={"name": shop.name})
    return shop


@transaction.atomic
def edit_shop(shop: Shop, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Change a shop; what stays the same is not recorded."""
    _edit(shop, changes, "shop.edited", actor)


@transaction.atomic
def create_team(values: Mapping[str, Any], members: Iterable[Agent], *, actor: Actor) -> Team:
    """Make a team or a store."""
    team = Team.objects.create(**values)
    team.agents.set(members)
    record(team, "team.created", actor=actor, shop=team.shop_id, after={"name": team.name})
    return team


@transaction.atomic
def edit_team(team: Team, changes: Mapping[str, Any], members: Iterable[Agent], *, actor: Actor) -> None:
    """Change a team and who belongs to it."""
    old = sorted(team.agents.values_list("name", flat=True))
    team.agents.set(members)
    new = sorted(team.agents.values_list("name", flat=True))
    _edit(team, changes, "team.edited", actor, {"members": (old, new)})


@transaction.atomic
def delete_team(team: Team, *, actor: Actor) -> None:
    """Take a team away; what lay in its queue lies in nobody's. Raises InUse for a store manager's only store."""
    if team.agents.filter(role="store", is_active=True).exists():
        raise InUse("store managers")
    record(team, "team.deleted", actor=actor, before={"name": team.name})
    team.delete()


@transaction.atomic
def require_topic(required: bool, *, actor: Actor) -> None:
    """Whether a conversation is closed by hand with a topic only."""
    house = Installation.current()
    if house.topic_required != required:
        house.topic_required = required
        house.save(update_fields=["topic_required"])
        record(house, "installation.topic_required" if required else "installation.topic_optional", actor=actor)


@transaction.atomic
def create_schedule(name: str, hours: Mapping[str, Any], *, actor: Actor) -> Schedule:
    """Make opening hours (the form of lib.dates.hours)."""
    schedule = Schedule.objects.create(name=name, hours=dict(hours))
    record(schedule, "schedule.created", actor=actor, after={"name": name})
    return schedule


@transaction.atomic
def edit_schedule(schedule: Schedule, name: str, hours: Mapping[str, Any], *, actor: Actor) -> None:
    """Change opening hours, for all that follow them."""
    _edit(schedule, {"name": name, "hours": dict(hours)}, "schedule.edited", actor)


@transaction.atomic
def delete_schedule(schedule: Schedule, *, actor: Actor) -> None:
    """Take opening hours away; what followed them is open at all hours until others are chosen."""
    record(schedule, "schedule.deleted", actor=actor, before={"name": schedule.name})
    schedule.delete()


@transaction.atomic
def pause_sending(paused: bool, *, actor: Actor) -> None:
    """Hold or resume everything that leaves by itself; what people write always leaves."""
    if _switched("automatic_sending_paused", paused):
        verb = "installation.sending_paused" if paused else "installation.sending_resumed"
        record(Installation.current(), verb, actor=actor)


@transaction.atomic
def set_masking(accounts: bool, *, actor: Actor) -> None:
    """Hide account numbers on arrival from now on, or let them through; card numbers are always hidden."""
    if _switched("mask_accounts", accounts):
        verb = "installation.accounts_masked" if accounts else "installation.accounts_shown"
        record(Installation.current(), verb, actor=actor)


@transaction.atomic
def require_two_factor(required: bool, *, actor: Actor) -> None:
    """Ask a second factor of everybody, or leave it to them."""
    if _switched("two_factor_required", required):
        verb = "installation.two_factor_required" if required else "installation.two_factor_optional"
        record(Installation.current(), verb, actor=actor)


@transaction.atomic
def keep_originals(months: int | None, *, actor: Actor) -> None:
    """Say how many months the originals of mails are kept; None: always."""
    installation = Installation.current()
    before, after = changed_fields(installation, {"original_months": months})
    if after:
        installation.save(update_fields=["original_months"])
        record(installation, "installation.originals_limited", actor=actor, before=before, after=after)


@transaction.atomic
def note_set_up() -> None:
    """The set-up page was gone through."""
    installation = Installation.current()
    if Installation.objects.filter(set_up_at=None).update(set_up_at=timezone.now()):
        record(installation, "installation.set_up", actor=SYSTEM)


def _edit(
    row: Row,
    changes: Mapping[str, Any],
    verb: str,
    actor: Actor,
    more: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    before, after = changed_fields(row, changes)
    if after:
        row.save(update_fields=list(after))
    for field, (old, new) in (more or {}).items():
        if old != new:
            before[field], after[field] = old, new
    if after:
        shop = row.pk if isinstance(row, Shop) else getattr(row, "shop_id", None)
        record(row, verb, actor=actor, shop=shop, before=before, after=after)


def _switched(name: str, on: bool) -> bool:
    """Set one of the installation's switches; False when it stood so already."""
    Installation.current()
    return bool(Installation.objects.exclude(**{name: on}).update(**{name: on}))
