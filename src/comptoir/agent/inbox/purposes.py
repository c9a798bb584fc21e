"""Why a matter waits for nobody, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comptoir.conversations.models import Conversation, State
from comptoir.lib.mail import purpose

REASONS = {
    purpose.NEWSLETTER: gettext_lazy("lettre d’information ou envoi en nombre"),
    purpose.LIST: gettext_lazy("liste de diffusion"),
    purpose.ORDER: gettext_lazy("avis de commande"),
    purpose.INVOICE: gettext_lazy("facture d’un fournisseur"),
    purpose.CARRIER: gettext_lazy("avis d’un transporteur"),
    purpose.MARKETPLACE: gettext_lazy("avis d’une place de marché"),
    purpose.RECEIPT: gettext_lazy("reçu ou confirmation"),
    purpose.AWAY: gettext_lazy("réponse automatique"),
    purpose.ROBOT: gettext_lazy("adresse qui ne lit pas les réponses"),
    purpose.TAUGHT: gettext_lazy("l’équipe l’a décidé pour cet expéditeur"),
}


def why(opened: Conversation) -> str:
    """Why the matter waits for nobody, in words; "" when it does wait."""
    if opened.state != State.QUIET:
        return ""
    reason = REASONS.get(opened.quiet_reason, REASONS[purpose.TAUGHT])
    return _("Classé sans réponse attendue : %(reason)s.") % {"reason": reason}
