"""Why a part of a search could not be used, in a sentence."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from comptoir.conversations.queries.search import Problem

RANK = ("too_slow", "too_common", "only_excluded")


def sentences(problems: Iterable[Problem]) -> list[str]:
    """Each once, in the order of the text; what stopped the search first."""
    ordered = sorted(problems, key=lambda one: one.code not in RANK)
    return list(dict.fromkeys(_sentence(one) for one in ordered))


def _sentence(problem: Problem) -> str:
    said = {"typed": problem.typed, "nearest": problem.nearest}
    if problem.nearest:
        more = {
            "unknown_filter": _(
                "« %(typed)s » n’est pas un filtre. Vouliez-vous dire « %(nearest)s » ? Le reste a été cherché."
            ),
            "unknown_value": _(
                "« %(typed)s » ne désigne rien. Le plus proche : « %(nearest)s ». Le reste a été cherché."
            ),
        }
        return more[problem.code] % said
    texts = {
        "unknown_value": _("« %(typed)s » ne désigne rien. Le reste a été cherché."),
        "no_value": _("« %(typed)s » attend une valeur. Le reste a été cherché."),
        "no_date": _("« %(typed)s » n’est pas une date : essayez 24/11/2026, 2026-11, hier ou 7j. Le reste a été cherché."),
        "no_order": _("« %(typed)s » : aucune commande ni aucun colis de ce numéro. Le reste a été cherché."),
        "too_many": _("La recherche est longue : les premiers mots et filtres ont suffi."),
        "too_common": _("Ces mots sont dans presque tous les messages : ajoutez-en un plus précis."),
        "only_excluded": _("Dites aussi ce que vous cherchez : un mot, ou un filtre."),
        "too_slow": _("La recherche a pris trop de temps et s’est arrêtée. Ajoutez un mot plus rare ou un filtre."),
    }  # fmt: skip
    return texts[problem.code] % said
