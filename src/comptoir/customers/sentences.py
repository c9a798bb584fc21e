"""The room's events as sentences for people."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "customer.field_set": _("%(actor)s a changé « %(customfield)s » du client"),
    "customer.edited": _("%(actor)s a modifié la fiche"),
    "customer.identity_added": _("%(actor)s a ajouté une adresse"),
    "customer.proved": _("%(actor)s a prouvé son adresse par un code"),
    "customer.tagged": _("%(actor)s a ajouté l’étiquette %(tag)s"),
    "customer.untagged": _("%(actor)s a retiré l’étiquette %(tag)s"),
    "customer.noted": _("%(actor)s a noté quelque chose à retenir"),
    "customer.note_removed": _("%(actor)s a retiré une note"),
    "customer.blocked": _("%(actor)s a bloqué une adresse"),
    "customer.unblocked": _("%(actor)s a débloqué une adresse"),
    "customer.merged": _("%(actor)s a fusionné deux fiches"),
    "customer.unmerged": _("%(actor)s a défait une fusion"),
    "customer.exported": _("%(actor)s a remis à cette personne ses données"),
    "customer.erased": _("%(actor)s a effacé cette personne"),
    "consent.given": _("%(actor)s a donné son accord : %(subject)s"),
    "consent.withdrawn": _("%(actor)s a retiré son accord : %(subject)s"),
    "shop.signin_key_renewed": _("%(actor)s a renouvelé la clé de connexion du site"),
    "shop.signin_key_removed": _("%(actor)s a retiré la clé de connexion du site"),
    "tag.created": _("%(actor)s a créé l’étiquette %(subject)s"),
    "tag.edited": _("%(actor)s a modifié l’étiquette %(subject)s"),
    "tag.deleted": _("%(actor)s a supprimé une étiquette"),
}
