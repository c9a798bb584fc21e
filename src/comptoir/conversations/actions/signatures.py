"""Signatures written, changed and taken away: a shop's by who runs the house, an agent's own by the agent."""

import re

from django.db import transaction

from comptoir.conversations.models import Signature
from comptoir.conversations.queries.signatures import NAMES
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent, Shop
from comptoir.lib.html import clean_editor, to_text
from comptoir.lib.placeholders import Problem, problems

LONGEST = 20_000
_PICTURE = re.compile(r"<img\b[^>]*>")


class BadSignature(ValueError):
    """The text has places that nothing fills."""

    def __init__(self, found: list[Problem]) -> None:
        super().__init__(", ".join(problem.written for problem in found))
        self.found = found


@transaction.atomic
def save_signature(
    html: str, *, shop: Shop | None, owner: Agent | None, language: str, actor: Actor
) -> Signature | None:
    """Keep the words for that shop, agent and language; empty words take them away (None). Raises BadSignature."""
    clean = _PICTURE.sub("", clean_editor(html[:LONGEST]))  # a picture would not travel
    wrong = problems(clean, NAMES)
    if wrong:
        raise BadSignature(wrong)
    rows = Signature.objects.select_for_update(of=("self",)).order_by("pk")
    row = rows.filter(shop=shop, agent=owner, language=language).first()
    if not to_text(clean).strip():
        if row is not None:
            record(row, "signature.deleted", actor=actor, shop=row.shop_id, language=language)
            row.delete()
        return None
    if row is not None and row.html == clean:
        return row
    if row is None:
        row = Signature(shop=shop, agent=owner, language=language)
    row.html = clean
    row.save()
    record(row, "signature.saved", actor=actor, shop=row.shop_id, language=language)
    return row
