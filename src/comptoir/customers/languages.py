"""The languages of customers, and of what is written to them: pages, mails and chat speak LANGUAGES, all of them."""

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
OWN_NAMES = {
    "fr": "Français",
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português",
    "pl": "Polski",
    "sv": "Svenska",
}  # as shoppers read them
# Those in which somebody may write although we do not answer in them by ourselves.
HEARD = [
    *LANGUAGES,
    ("da", _("Danois")),
    ("no", _("Norvégien")),
    ("fi", _("Finnois")),
    ("cs", _("Tchèque")),
    ("sk", _("Slovaque")),
    ("sl", _("Slovène")),
    ("hr", _("Croate")),
    ("hu", _("Hongrois")),
    ("ro", _("Roumain")),
    ("bg", _("Bulgare")),
    ("el", _("Grec")),
    ("ru", _("Russe")),
    ("uk", _("Ukrainien")),
    ("tr", _("Turc")),
    ("lt", _("Lituanien")),
    ("lv", _("Letton")),
    ("et", _("Estonien")),
    ("ca", _("Catalan")),
    ("ar", _("Arabe")),
    ("he", _("Hébreu")),
    ("zh", _("Chinois")),
    ("ja", _("Japonais")),
    ("ko", _("Coréen")),
]
