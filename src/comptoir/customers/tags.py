"""Every write about tags themselves (putting one on somebody is customers.actions.tag)."""

from django.db import transaction

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.shops import changed_fields
from comptoir.customers.models import Tag


class TagExists(ValueError):
    """Another tag has that name."""


@transaction.atomic
def create_tag(name: str, tone: str, *, actor: Actor) -> Tag:
    """Make a tag. Raises TagExists."""
    if Tag.objects.filter(name__iexact=name).exists():
        raise TagExists
    tag = Tag.objects.create(name=name, tone=tone)
    record(tag, "tag.created", actor=actor, after={"name": name})
    return tag


@transaction.atomic
def edit_tag(tag: Tag, name: str, tone: str, *, actor: Actor) -> None:
    """Rename a tag or change its tone, wherever it is. Raises TagExists."""
    if Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).exists():
        raise TagExists
    before, after = changed_fields(tag, {"name": name, "tone": tone})
    if after:
        tag.save(update_fields=list(after))
        record(tag, "tag.edited", actor=actor, before=before, after=after)


@transaction.atomic
def delete_tag(tag: Tag, *, actor: Actor) -> None:
    """Take a tag off everything and away."""
    record(tag, "tag.deleted", actor=actor, before={"name": tag.name})
    tag.delete()
