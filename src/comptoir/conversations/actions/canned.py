"""Every write about canned texts: shared ones belong to a shop or to all, personal ones to their agent."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from comptoir.conversations.models import CannedText
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.core.shops import changed_fields
from comptoir.lib import html


@transaction.atomic
def create_canned(values: Mapping[str, Any], *, owner: Agent | None, actor: Actor) -> CannedText:
    """Write a canned text (its HTML is cleaned here); `owner` is its agent, None when the team shares it."""
    text = CannedText.objects.create(**{**values, "html": html.clean_editor(values["html"])}, agent=owner)
    record(text, "canned.created", actor=actor, shop=text.shop_id, after={"name": text.name})
    return text


@transaction.atomic
def edit_canned(text: CannedText, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Change a canned text; drafts that hold it already stay as they are."""
    before, after = changed_fields(text, {**changes, "html": html.clean_editor(changes["html"])})
    if after:
        text.save(update_fields=list(after))
        record(text, "canned.edited", actor=actor, shop=text.shop_id, before=before, after=after)


@transaction.atomic
def delete_canned(text: CannedText, *, actor: Actor) -> None:
    """Take a canned text away."""
    record(text, "canned.deleted", actor=actor, shop=text.shop_id, before={"name": text.name, "html": text.html})
    text.delete()


def used_canned(text: CannedText) -> None:
    """Count that somebody put it into an answer: no event, nothing of what a person did is kept."""
    CannedText.objects.filter(pk=text.pk).update(used=F("used") + 1)
