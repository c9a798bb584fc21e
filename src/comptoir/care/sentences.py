"""What this room records, as sentences of the journal."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "case.opened": _("Un colis pose problème : %(subject)s"),
    "case.changed": _("Le problème d’un colis a changé : %(subject)s"),
    "case.assigned": _("%(actor)s a confié le cas %(subject)s"),
    "case.closed": _("%(actor)s a clos le cas %(subject)s"),
    "case.reopened": _("%(actor)s a rouvert le cas %(subject)s"),
    "case.claimed": _("%(actor)s a réclamé au transporteur : %(subject)s"),
    "case.unclaimed": _("%(actor)s a retiré la réclamation : %(subject)s"),
    "case.told": _("Le client est prévenu : %(subject)s"),
    "case.untold": _("Le message au client n’est pas parti : %(subject)s"),
    "case.wish_edited": _("%(actor)s a changé ce qui se passe quand un colis pose problème"),
    "incident.opened": _("%(actor)s a ouvert l’incident %(subject)s"),
    "incident.joined": _("%(count)s colis rejoignent l’incident %(subject)s"),
    "incident.edited": _("%(actor)s a modifié l’incident %(subject)s"),
    "incident.telling": _("%(actor)s fait prévenir les clients de l’incident %(subject)s"),
    "incident.closed": _("%(actor)s a clos l’incident %(subject)s"),
}
