"""What a shop wishes and writes: the mode of a kind, its texts as versions, its manner."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from comptoir.campaigns.models import Manner, Setting, Text
from comptoir.campaigns.words import Wording
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Shop


@transaction.atomic
def choose(shop: Shop, kind: str, values: Mapping[str, Any], *, actor: Actor) -> Setting:
    """Keep what a shop wishes for a kind: mode, said_by, model, days, hours, offer."""
    row, _made = Setting.objects.update_or_create(shop=shop, kind=kind, defaults=dict(values))
    record(row, "proactive.chosen", actor=actor, shop=shop.pk, kind=kind, mode=row.mode)
    return row


@transaction.atomic
def set_manner(shop: Shop, values: Mapping[str, Any], *, actor: Actor) -> Manner:
    """Keep the quiet hours and whether opens and clicks are counted."""
    row, _made = Manner.objects.update_or_create(shop=shop, defaults=dict(values))
    record(row, "proactive.manner_set", actor=actor, shop=shop.pk, measures=row.measures)
    return row


@transaction.atomic
def write(shop: Shop, kind: str, model: str, language: str, said: Wording, *, agent: Agent) -> Text:
    """A new version of the shop's own text; the one that stood there stays behind it."""
    Shop.objects.select_for_update().get(pk=shop.pk)  # two versions at once have two numbers
    of = Text.objects.filter(shop=shop, kind=kind, model=model, language=language)
    last = of.aggregate(last=Max("version"))["last"] or 0
    row = Text.objects.create(
        shop=shop, kind=kind, model=model, language=language, version=last + 1, author=agent,
        subject=said.subject, title=said.title, body=said.body,
    )  # fmt: skip
    record(row, "proactive.written", actor=Actor.of(agent), shop=shop.pk, kind=kind, language=language)
    return row


@transaction.atomic
def withdraw(shop: Shop, kind: str, model: str, language: str, *, agent: Agent) -> Text | None:
    """Undo the newest version: the one before holds again, ours at last; None when there is none."""
    of = Text.objects.select_for_update().filter(shop=shop, kind=kind, model=model, language=language)
    row = of.filter(withdrawn_at=None).order_by("-version").first()
    if row is None:
        return None
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    record(row, "proactive.withdrawn", actor=Actor.of(agent), shop=shop.pk, kind=kind, language=language)
    return row
