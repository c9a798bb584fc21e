"""What this room records, as sentences of the journal."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "announcement.left": _("Un message est parti vers le client\u202f: %(subject)s"),
    "announcement.confirmed": _("%(actor)s a laissé partir %(count)s messages proposés"),
    "announcement.dropped": _("%(actor)s a abandonné %(count)s messages proposés"),
    "announcement.taken_back": _("%(actor)s a repris %(count)s messages avant leur départ"),
    "stock_wish.made": _("%(actor)s veut savoir quand un article sera de retour"),
    "stock_wish.ended": _("%(actor)s n’attend plus un article"),
    "proactive.chosen": _("%(actor)s a réglé un message automatique aux clients"),
    "proactive.manner_set": _("%(actor)s a réglé les heures et la mesure des messages automatiques"),
    "proactive.written": _("%(actor)s a réécrit un message automatique aux clients"),
    "proactive.withdrawn": _("%(actor)s est revenu à la version précédente d’un message automatique"),
}
