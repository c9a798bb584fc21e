"""One line before a message leaves: what was perhaps forgotten. The second send of the same text goes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from comptoir.agent.door import ConsoleRequest
from comptoir.automation.queries.choosing import left_open
from comptoir.automation.queries.letters import first_letter, letter
from comptoir.conversations.actions.answering import RECIPIENTS_LIMIT, Written
from comptoir.conversations.models import Conversation
from comptoir.core.models import Shop
from comptoir.lib.writing.beforehand import Letter, Warning, warnings


def held_back(request: ConsoleRequest, conversation: Conversation, written: Written) -> HttpResponse | None:
    """The warning above the editor, once for what it says; None when the message may go."""
    crowd = len(written.to) + len(written.cc) + len(written.bcc) > RECIPIENTS_LIMIT
    if crowd or left_open(written.html):  # the action refuses it, and says more
        return None
    return _told(request, letter(conversation, written), f"editor-{conversation.pk}-reply", written)


def held_back_first(request: ConsoleRequest, shop: Shop, written: Written) -> HttpResponse | None:
    """The same for a message that begins a conversation."""
    return _told(request, first_letter(shop, written), "editor-0-new", written)


def held_back_aside(request: ConsoleRequest, shop: Shop, written: Written, form: str) -> HttpResponse | None:
    """The same for a mail to a third party."""
    return None if left_open(written.html) else _told(request, first_letter(shop, written), form, written)


def _told(request: ConsoleRequest, about: Letter, form: str, written: Written) -> HttpResponse | None:
    found = warnings(about)
    if {_code(warning) for warning in found} <= set(request.POST.getlist("warned")):
        return None
    context = {
        "warned": [_code(warning) for warning in found],
        "sentences": [in_words(warning) for warning in found],
        "form": form,
        "then": written.then,
        "send_at": written.send_at,
    }
    return render(request, "agent/inbox/compose/warned.html", context, status=422)


def _code(warning: Warning) -> str:
    return f"{warning.code} {warning.detail}"[:200].strip()


def in_words(warning: Warning) -> str:
    """The warning as a sentence."""
    texts = {
        "name": _("Vous saluez « %(detail)s » : ce n’est pas le nom de la personne à qui vous écrivez."),
        "leftover": _("Il reste un passage à compléter : %(detail)s."),
        "attachment": _("Le texte annonce un fichier, aucun n’est joint."),
        "outsider": _("%(detail)s n’avait pas encore pris part à cette conversation."),
        "unproved": _("L’adresse de l’expéditeur n’est pas prouvée (DMARC) : ne lui confiez rien de personnel."),
        "owner": _("La commande %(detail)s est au nom de quelqu’un d’autre."),
        "promise": _("Une promesse que la boutique ne fait pas : %(detail)s."),
        "forbidden": _("Un mot que la boutique n’emploie pas : %(detail)s."),
    }
    return texts[warning.code] % {"detail": warning.detail}
