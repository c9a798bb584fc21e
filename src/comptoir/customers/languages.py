"""The languages of customers, and of what is written to them."""

from django.utils.translation import gettext_lazy as _

LANGUAGES = [
    ("fr", _("Français")),
    ("en", _("Anglais")),
    ("de", _("Allemand")),
    ("es", _("Espagnol")),
    ("it", _("Italien")),
    ("nl", _("Néerlandais")),
    ("pt", _("Portugais")),
    ("pl", _("Polonais")),
    ("sv", _("Suédois")),
]
