"""The room's events as sentences for people."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "macro.created": _("{actor} a écrit la macro {subject}"),
    "macro.edited": _("{actor} a modifié la macro {subject}"),
    "macro.deleted": _("{actor} a supprimé une macro"),
    "macro.translated": _("{actor} a traduit la macro {subject}"),
    "macro.translation_removed": _("{actor} a retiré une traduction de la macro {subject}"),
    "macro.used": _("{actor} a utilisé la macro {subject}"),
    "macro.taken_back": _("{actor} a annulé un envoi fait avec la macro {subject}"),
    "wording.edited": _("{actor} a modifié les mots de la boutique"),
    "run.started": _("{actor} a répondu à plusieurs conversations avec une macro"),
    "run.stopped": _("{actor} a arrêté un envoi groupé"),
}
FIELDS = {
    "folder": _("dossier"),
    "acts": _("actions à l’envoi"),
    "note": _("note interne"),
    "active": _("proposée"),
    "address": _("adresse"),
    "forbidden": _("mots à éviter"),
    "promises": _("promesses"),
    "spelled": _("mots bien écrits"),
    "cultures": _("usages par pays"),
}
