"""Writing macros and their translations."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from comptoir.automation.acts import read_all
from comptoir.automation.models import Macro, Translation
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent
from comptoir.core.shops import changed_fields
from comptoir.lib.html import clean_editor


class MacroIsEmpty(ValueError):
    """Neither a text nor an action nor a note: it would do nothing."""


@transaction.atomic
def create_macro(values: Mapping[str, Any], *, owner: Agent | None, actor: Actor) -> Macro:
    """Write a macro (its HTML is cleaned, its acts are read); `owner` is its agent, None when the team shares it."""
    macro = Macro.objects.create(**_checked(values), agent=owner)
    record(macro, "macro.created", actor=actor, shop=macro.shop_id, after={"name": macro.name})
    return macro


@transaction.atomic
def edit_macro(macro: Macro, changes: Mapping[str, Any], *, actor: Actor) -> None:
    """Change a macro; what was written with it stays. Translations of a changed master count as stale by themselves."""
    before, after = changed_fields(macro, _checked(changes))
    if after:
        macro.save(update_fields=[*after, "updated_at"])
        record(macro, "macro.edited", actor=actor, shop=macro.shop_id, before=before, after=after)


@transaction.atomic
def delete_macro(macro: Macro, *, actor: Actor) -> None:
    """Take a macro away, translations too; its figures stay in the journal."""
    record(macro, "macro.deleted", actor=actor, shop=macro.shop_id, before={"name": macro.name, "html": macro.html})
    macro.delete()


@transaction.atomic
def translate(macro: Macro, language: str, html: str, *, actor: Actor) -> None:
    """Write the text in another language; an empty text takes it away. It is up to date from now on."""
    html = clean_editor(html).strip()
    row = macro.translations.filter(language=language).first()
    if not html or language == macro.language:
        if row is not None:
            row.delete()
            record(macro, "macro.translation_removed", actor=actor, shop=macro.shop_id, language=language)
        return
    if row is not None and row.html == html and row.master == macro.html:
        return
    values = {"html": html, "master": macro.html}
    Translation.objects.update_or_create(macro=macro, language=language, defaults=values)
    record(macro, "macro.translated", actor=actor, shop=macro.shop_id, language=language)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they may be kept; raises BadAct, MacroIsEmpty."""
    kept = dict(values)
    for field in ("html", "note"):
        if field in kept:
            kept[field] = clean_editor(kept[field]).strip()
    if "acts" in kept:
        kept["acts"] = [act.code for act in read_all(kept["acts"])]
    if not any(kept.get(field) for field in ("html", "note", "acts")):
        raise MacroIsEmpty
    return kept
