"""Writing the authority matrix and the lists of reasons."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.orders.gestures import authority, reasons
from comptoir.orders.models import Authority, ReasonList


@transaction.atomic
def save(row: Authority | None, values: Mapping[str, Any], *, actor: Actor) -> Authority:
    """Change a row of the matrix or add one. The rows that Comptoir brings become the house's own with the first change."""
    keep_defaults()
    before = _said(row) if row is not None else {}
    made = row or Authority()
    for name, value in values.items():
        setattr(made, name, value)
    made.save()
    after = _said(made)
    changed = {name for name in after if before.get(name) != after[name]}
    if changed:
        record(
            made,
            "authority.edited" if row is not None else "authority.created",
            actor=actor,
            before={name: before[name] for name in changed if name in before},
            after={name: after[name] for name in changed},
        )
    return made


@transaction.atomic
def delete(row: Authority, *, actor: Actor) -> None:
    """Take a row away."""
    record(row, "authority.deleted", actor=actor, before=_said(row))
    row.delete()


def keep_defaults() -> None:
    """Write the rows that hold without any, so that they can be changed."""
    if not Authority.objects.exists():
        Authority.objects.bulk_create(authority.defaults())


@transaction.atomic
def save_reasons(shop: Shop, words: list[str], *, actor: Actor) -> None:
    """Keep a shop's list of reasons; an empty one brings back Comptoir's own."""
    kept = reasons.cleaned(words)
    before = reasons.reasons(shop)
    ReasonList.objects.update_or_create(shop=shop, defaults={"words": kept})
    record(shop, "shop.reasons_edited", actor=actor, before={"reasons": before}, after={"reasons": kept})


def _said(row: Authority) -> dict[str, Any]:
    return {name: value for name, value in model_to_dict(row).items() if name != "id"}
