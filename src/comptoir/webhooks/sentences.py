"""What the room's events say, in words."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "endpoint.created": _("{actor} a créé le webhook {subject}"),
    "endpoint.edited": _("{actor} a modifié le webhook {subject}"),
    "endpoint.secret_renewed": _("{actor} a renouvelé le secret du webhook {subject}"),
    "endpoint.paused": _("{actor} a mis le webhook {subject} en pause"),
    "endpoint.resumed": _("{actor} a repris le webhook {subject}"),
    "endpoint.stopped": _("Le webhook {subject} est arrêté : son adresse ne répond plus"),
    "endpoint.deleted": _("{actor} a supprimé un webhook"),
}
FIELDS = {"url": _("adresse"), "verbs": _("événements"), "content": _("contenu joint")}
