"""How a shop speaks."""

from collections.abc import Sequence

from django.db import transaction

from comptoir.automation.models import Wording
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.core.shops import changed_fields

MOST = 200  # phrases of a kind


@transaction.atomic
def set_wording(
    shop: Shop, address: str, forbidden: Sequence[dict[str, str]], promises: Sequence[dict[str, str]], *, actor: Actor
) -> None:
    """Keep how customers are addressed, the words to avoid and the promises not to make: [{words, instead}]."""
    row = Wording.objects.select_for_update().filter(shop=shop).first() or Wording(shop=shop)
    changes = {
        "address": Wording.Address(address).value,
        "forbidden": list(forbidden)[:MOST],
        "promises": list(promises)[:MOST],
    }
    before, after = changed_fields(row, changes)
    if after:
        row.save()
        record(row, "wording.edited", actor=actor, shop=shop.pk, before=before, after=after)
