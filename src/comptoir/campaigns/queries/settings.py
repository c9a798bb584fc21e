"""What a shop wishes for each kind, its manner, and its texts."""

from comptoir.campaigns.models import Kind, Manner, Setting, Text
from comptoir.campaigns.words import Wording, ours
from comptoir.core.models import Shop


def settings_of(shop: Shop) -> dict[str, Setting]:
    """The setting of every kind; what has no row is off."""
    own = {row.kind: row for row in Setting.objects.filter(shop=shop)}
    return {kind: own.get(kind) or Setting(shop=shop, kind=kind) for kind in Kind.values}


def setting_of(shop: Shop, kind: str) -> Setting:
    """The setting of one kind."""
    return Setting.objects.filter(shop=shop, kind=kind).first() or Setting(shop=shop, kind=kind)


def manner_of(shop: Shop) -> Manner:
    """How the shop's messages leave."""
    return Manner.objects.filter(shop=shop).first() or Manner(shop=shop)


def own_text(shop: Shop, kind: str, model: str, language: str) -> Text | None:
    """The shop's own text that holds, if there is one."""
    rows = Text.objects.filter(shop=shop, kind=kind, model=model, language=language, withdrawn_at=None)
    return rows.order_by("-version").first()


def wording(shop: Shop, kind: str, model: str, language: str) -> Wording:
    """The text that holds: the shop's, else ours."""
    own = own_text(shop, kind, model, language)
    return Wording(own.subject, own.title, own.body, own.version) if own else ours(kind, model, language)


def languages_of(shop: Shop, kind: str, model: str) -> set[str]:
    """The languages in which the shop has a text of its own."""
    rows = Text.objects.filter(shop=shop, kind=kind, model=model, withdrawn_at=None)
    return set(rows.values_list("language", flat=True))
