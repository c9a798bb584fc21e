"""What agents decide about their own workspace."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from comptoir.core import files
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Afterwards, Agent, Sends


@dataclass(frozen=True, slots=True)
class Profile:
    """An agent's own choices."""

    name: str
    language: str
    timezone: str
    theme: str
    signature: str
    undo_seconds: int
    single_keys: bool
    sends: str = Sends.CLOSE
    afterwards: str = Afterwards.NEXT


def edit_profile(agent: Agent, profile: Profile) -> None:
    """Keep an agent's own choices; what stays the same is not recorded."""
    _edit(agent, asdict(profile))


def edit_keys(agent: Agent, keymap: dict[str, str]) -> None:
    """Keep the keys that an agent chose instead of ours: {"e": "y"}, "" switches one off; what is ours is left out."""
    _edit(agent, {"keymap": {ours: chosen for ours, chosen in sorted(keymap.items()) if chosen != ours}})


def edit_mail_notices(agent: Agent, *, assigned: bool, mentioned: bool, approvals: bool) -> None:
    """Keep of what an agent wants to hear by mail; what stays the same is not recorded."""
    _edit(agent, {"mail_assigned": assigned, "mail_mentioned": mentioned, "mail_approvals": approvals})


@transaction.atomic
def _edit(agent: Agent, values: dict[str, Any]) -> None:
    after = {field: value for field, value in values.items() if getattr(agent, field) != value}
    before = {field: getattr(agent, field) for field in after}
    if not after:
        return
    for field, value in after.items():
        setattr(agent, field, value)
    agent.save(update_fields=list(after))
    record(agent, "agent.profile_edited", actor=Actor.of(agent), before=before, after=after)


@transaction.atomic
def set_away(agent: Agent, away: bool) -> None:
    """Say whether new matters may come to this agent; colleagues see it."""
    if Agent.objects.filter(pk=agent.pk).exclude(away=away).update(away=away):
        agent.away = away
        record(agent, "agent.went_away" if away else "agent.came_back", actor=Actor.of(agent))


@transaction.atomic
def change_photo(agent: Agent, picture: bytes | None) -> None:
    """Put another photo (a square WebP without metadata) in an agent's place, or take it away; the old one is forgotten."""
    agent_row = Agent.objects.select_for_update(of=("self",)).select_related("photo").get(pk=agent.pk)
    former = agent_row.photo
    if former is None and picture is None:
        return
    photo = files.save(picture, name="photo.webp", content_type="image/webp") if picture is not None else None
    agent_row.photo = agent.photo = photo
    agent_row.save(update_fields=["photo"])
    if former is not None:
        files.forget([former])
    if photo is None:
        record(agent, "agent.photo_removed", actor=Actor.of(agent))
    else:
        record(agent, "agent.photo_changed", actor=Actor.of(agent))
