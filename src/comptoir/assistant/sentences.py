"""What the room's events say, in words."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {"engine.edited": _("{actor} a changé le modèle de langue relié")}
FIELDS = {
    "base_url": _("adresse du service"),
    "uses": _("usages permis"),
    "daily_requests": _("demandes par jour"),
    "daily_tokens": _("jetons par jour"),
}
