"""What this room records, as sentences of the journal."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "order.imported": _("La commande %(subject)s est arrivée"),
    "order.updated": _("La commande %(subject)s a changé"),
}
