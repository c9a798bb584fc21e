"""Whether who writes is whose order it is: asked before anything personal is said, changed or paid back."""

from django.utils.translation import gettext as _

from comptoir.conversations.models import Conversation, MessageKind
from comptoir.orders.models import Order

# flags of a message that say its sender is not proved, the weightiest first
DOUBTFUL = ("unknown_sender", "contact_form", "original_author", "unproved_sender")


def doubts(conversation: Conversation, order: Order) -> list[str]:
    """Codes of why the newest message proves nothing for this order: other_person, or a flag of DOUBTFUL."""
    found = []
    if conversation.identity.customer_id != order.identity.customer_id:
        found.append("other_person")
    last = conversation.messages.filter(kind=MessageKind.CUSTOMER, automatic=False).order_by("-pk").first()
    if last is None:
        return found
    if last.identity_id and last.identity is not None and last.identity.customer_id != order.identity.customer_id:
        found.append("other_person")
    found += [flag for flag in DOUBTFUL if flag in last.flags][:1]
    return list(dict.fromkeys(found))


def sentence(code: str) -> str:
    """A doubt in words."""
    return {
        "other_person": _("La commande est au nom de quelqu’un d’autre que la personne qui écrit."),
        "unknown_sender": _("La personne qui écrit n’avait pas encore pris part à la conversation."),
        "contact_form": _("Écrit par un formulaire : rien ne prouve l’adresse que la personne a donnée."),
        "original_author": _("L’auteur vient d’un message transféré : rien ne prouve son adresse."),
        "unproved_sender": _("L’adresse de l’expéditeur n’est pas prouvée (DMARC)."),
    }.get(code, code)
