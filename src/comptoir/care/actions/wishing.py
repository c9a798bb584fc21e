"""What a shop wishes for a kind of case, written down."""

from django.db import transaction

from comptoir.care.models import Wish
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Shop


@transaction.atomic
def wish_for(
    shop: Shop, kind: str, *, mode: str, days: int, owner: Agent | None, texts: dict[str, dict[str, str]], agent: Agent
) -> Wish:
    """Keep the wish of a shop for a kind."""
    made, _ = Wish.objects.update_or_create(
        shop=shop, kind=kind, defaults={"mode": mode, "days": days, "owner": owner, "texts": texts}
    )
    record(made, "case.wish_edited", actor=Actor.of(agent), shop=shop.pk, kind=kind, mode=mode)
    return made
