"""What this room records, as sentences of the journal."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "mail.sent_again": _("%(actor)s a fait repartir un e-mail de Comptoir"),
    "mail.dropped": _("%(actor)s a abandonné un e-mail de Comptoir"),
}
