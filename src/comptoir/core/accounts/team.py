"""Who belongs to the team: invited, placed in shops and teams, deactivated; never left without an owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from comptoir.core import sessions
from comptoir.core.accounts.problems import AddressTaken, AlreadySetUp, LastOwner, NotAllowed, PlaceMissing
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Role, Shop, Team


@dataclass(frozen=True, slots=True)
class Place:
    """What an agent is in the house. `every_shop` includes the shops to come."""

    role: str
    every_shop: bool = True
    shops: tuple[Shop, ...] = ()
    teams: tuple[Team, ...] = ()


def with_address(email: str) -> Agent | None:
    """The active agent of that address, without regard to case."""
    return Agent.objects.filter(email__iexact=email.strip(), is_active=True).first()


@transaction.atomic
def invite(email: str, name: str, place: Place, *, language: str, actor: Actor) -> Agent:
    """Make an account without a password; whoever holds its invitation link chooses one. Raises AddressTaken."""
    _check(place)
    agent = _make(email, name, place, language)
    record(agent, "agent.invited", actor=actor, after=_facts(agent), role=place.role)
    return agent


@transaction.atomic
def renew_invitation(agent: Agent, *, actor: Actor) -> None:
    """Make the links of earlier invitations worthless, so that a fresh one can be sent."""
    if agent.has_usable_password():
        raise NotAllowed
    agent.set_unusable_password()
    agent.invited_at = timezone.now()
    agent.save(update_fields=["password", "invited_at"])
    record(agent, "agent.invited_again", actor=actor)


@transaction.atomic
def withdraw_invitation(agent: Agent, *, actor: Actor) -> None:
    """Take back an invitation that nobody accepted: the account goes."""
    if agent.has_usable_password():
        raise NotAllowed
    record(agent, "agent.invitation_withdrawn", actor=actor, before=_facts(agent))
    agent.delete()


@transaction.atomic
def edit_agent(agent: Agent, name: str, email: str, place: Place, *, actor: Actor) -> None:
    """Change what an agent is. Raises LastOwner, AddressTaken, PlaceMissing; what stays the same is not recorded."""
    _check(place)
    owners = _lock_owners()
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    if place.role != Role.OWNER:
        _keep_an_owner(agent, owners)
    if Agent.objects.filter(email__iexact=email.strip()).exclude(pk=agent.pk).exists():
        raise AddressTaken
    before = _facts(agent)
    agent.name, agent.email, agent.role, agent.every_shop = name.strip(), email.strip(), place.role, place.every_shop
    agent.save(update_fields=["name", "email", "role", "every_shop"])
    _settle(agent, place)
    after = _facts(agent)
    changed = [field for field in after if after[field] != before[field]]
    if changed:
        record(
            agent,
            "agent.edited",
            actor=actor,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
            role=place.role,
        )


@transaction.atomic
def deactivate(agent: Agent, *, actor: Actor) -> int:
    """Close an account; its sessions end at once (how many is returned). Raises LastOwner, NotAllowed."""
    if actor == Actor.of(agent):
        raise NotAllowed
    _keep_an_owner(agent, _lock_owners())
    if not Agent.objects.filter(pk=agent.pk, is_active=True).update(is_active=False):
        return 0
    agent.is_active = False
    ended = sessions.end_all(agent)
    record(agent, "agent.deactivated", actor=actor, sessions=ended)
    return ended


@transaction.atomic
def reactivate(agent: Agent, *, actor: Actor) -> None:
    """Open a closed account again, with the password that it had."""
    if Agent.objects.filter(pk=agent.pk, is_active=False).update(is_active=True):
        agent.is_active = True
        record(agent, "agent.reactivated", actor=actor)


@transaction.atomic
def create_owner(
    email: str, name: str, *, password: str = "", language: str, timezone_name: str = "", first: bool
) -> Agent:
    """Make an owner, by command or on the set-up page. `first` raises AlreadySetUp when anybody has an account."""
    if first:
        with connection.cursor() as cursor:  # two browsers on the set-up page at once
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('comptoir.setup'))")
        if Agent.objects.exists():
            raise AlreadySetUp
    agent = _make(email, name, Place(Role.OWNER), language)
    agent.timezone = timezone_name or agent.timezone
    if password:
        agent.set_password(password)
    agent.save(update_fields=["timezone", "password"])
    record(agent, "agent.created", actor=SYSTEM, after=_facts(agent), role=Role.OWNER)
    return agent


def _make(email: str, name: str, place: Place, language: str) -> Agent:
    agent = Agent(
        email=email.strip(),
        name=name.strip(),
        role=place.role,
        every_shop=place.every_shop,
        language=language,
        invited_at=timezone.now(),
    )
    agent.set_unusable_password()
    try:
        with transaction.atomic():
            agent.save()
    except IntegrityError as error:
        raise AddressTaken from error
    _settle(agent, place)
    return agent


def _settle(agent: Agent, place: Place) -> None:
    agent.shops.set([] if place.every_shop else place.shops)
    agent.teams.set(place.teams)


def _check(place: Place) -> None:
    if place.role == Role.STORE and not place.teams:
        raise PlaceMissing
    if place.role not in (Role.OWNER, Role.STORE) and not place.every_shop and not place.shops:
        raise PlaceMissing


def _lock_owners() -> list[int]:
    """The owners who can sign in, locked, so that two of them cannot remove each other at once."""
    able = Agent.objects.filter(role=Role.OWNER, is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return [owner.pk for owner in able.order_by("pk").select_for_update()]


def _keep_an_owner(agent: Agent, owners: Iterable[int]) -> None:
    if set(owners) == {agent.pk}:
        raise LastOwner


def _facts(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name,
        "email": agent.email,
        "role": agent.role,
        "every_shop": agent.every_shop,
        "shops": sorted(agent.shops.values_list("name", flat=True)),
        "teams": sorted(agent.teams.values_list("name", flat=True)),
    }
