"""The room's events as sentences for people."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "customer.edited": _("{actor} a modifié la fiche"),
    "customer.identity_added": _("{actor} a ajouté une adresse"),
    "customer.tagged": _("{actor} a ajouté l’étiquette {tag}"),
    "customer.untagged": _("{actor} a retiré l’étiquette {tag}"),
    "customer.noted": _("{actor} a noté quelque chose à retenir"),
    "customer.note_removed": _("{actor} a retiré une note"),
    "customer.blocked": _("{actor} a bloqué une adresse"),
    "customer.unblocked": _("{actor} a débloqué une adresse"),
    "customer.merged": _("{actor} a fusionné deux fiches"),
    "customer.unmerged": _("{actor} a défait une fusion"),
    "customer.erased": _("{actor} a effacé cette personne"),
}
