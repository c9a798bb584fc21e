"""How a shop speaks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from comptoir.automation.cultures import OWN
from comptoir.automation.models import Wording
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Shop
from comptoir.core.shops import changed_fields

MOST = 200  # phrases of a kind
WORDS = 2_000
LONGEST = 60  # letters of a word


@transaction.atomic
def set_wording(
    shop: Shop,
    address: str,
    forbidden: Sequence[dict[str, str]],
    promises: Sequence[dict[str, str]],
    *,
    spelled: Sequence[str] | None = None,
    actor: Actor,
) -> None:
    """Keep how customers are addressed, the words to avoid, the promises not to make ([{words, instead}]) and, unless
    None, the words that spelling lets pass."""
    row = _row(shop)
    changes: dict[str, Any] = {
        "address": Wording.Address(address).value,
        "forbidden": list(forbidden)[:MOST],
        "promises": list(promises)[:MOST],
    }
    if spelled is not None:
        changes["spelled"] = list(dict.fromkeys(spelled))[:WORDS]
    _keep(row, changes, actor)


@transaction.atomic
def add_word(shop: Shop, word: str, *, actor: Actor) -> None:
    """Let one more word pass; the oldest ones go when there are too many."""
    row = _row(shop)
    if word and word not in row.spelled:
        _keep(row, {"spelled": [*row.spelled, word[:LONGEST]][-WORDS:]}, actor)


@transaction.atomic
def set_culture(shop: Shop, country: str, own: Mapping[str, str], *, actor: Actor) -> None:
    """Keep what the shop says of a country (automation.cultures.OWN); nothing said gives the usual back."""
    row = _row(shop)
    said = {name: own[name].strip() for name in OWN if own.get(name, "").strip()}
    others = {code: words for code, words in row.cultures.items() if code != country}
    _keep(row, {"cultures": others | ({country: said} if said else {})}, actor)


def _row(shop: Shop) -> Wording:
    return Wording.objects.select_for_update().filter(shop=shop).first() or Wording(shop=shop)


def _keep(row: Wording, changes: Mapping[str, Any], actor: Actor) -> None:
    before, after = changed_fields(row, changes)
    if after:
        row.save()
        record(row, "wording.edited", actor=actor, shop=row.shop_id, before=before, after=after)
