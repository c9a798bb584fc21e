"""Why things are done, as each shop lists it."""

from django.utils.translation import gettext as _

from comptoir.core.models import Shop
from comptoir.orders.models import ReasonList

LONGEST, MOST = 80, 30


def reasons(shop: Shop) -> list[str]:
    """The shop's list, or the one that Comptoir brings."""
    kept = ReasonList.objects.filter(shop=shop).first()
    if kept is not None and kept.words:
        return list(kept.words)
    return [
        _("Colis perdu"),
        _("Retard"),
        _("Casse"),
        _("Erreur d’envoi"),
        _("Rétractation"),
        _("Geste commercial"),
    ]


def cleaned(words: list[str]) -> list[str]:
    """A list as it is kept: each once, short, without blanks around."""
    bare = (" ".join(word.split())[:LONGEST] for word in words)
    return list(dict.fromkeys(word for word in bare if word))[:MOST]
