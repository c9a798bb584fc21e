"""What a mail is, as an agent corrects it: whether an answer is expected, and whose words were forwarded."""

from django.http import Http404
from django.utils.translation import gettext as _

from comptoir.agent.door import ConsoleRequest
from comptoir.agent.inbox.organising import changing
from comptoir.conversations.actions import expecting, originals
from comptoir.conversations.models import Conversation
from comptoir.core.actors import Actor


@changing
def expectation(request: ConsoleRequest, conversation: Conversation) -> str | None:
    """Somebody waits for an answer (`expects`), or nobody does; the sender's next mail is judged the same way."""
    actor = Actor.of(request.agent)
    if request.POST.get("expects"):
        done = expecting.expect_answer(conversation, actor=actor)
        return _("Une réponse est attendue. Ses prochains messages aussi.") if done else None
    done = expecting.expect_nothing(conversation, actor=actor)
    return _("Aucune réponse attendue. Ses prochains messages iront au même endroit.") if done else None


@changing
def original(request: ConsoleRequest, conversation: Conversation, message: int) -> str | None:
    """The author of a forwarded mail becomes the customer (`use`), or it goes back to who forwarded it."""
    row = conversation.messages.filter(pk=message).first()
    if row is None:
        raise Http404
    actor = Actor.of(request.agent)
    if request.POST.get("use"):
        done = originals.use_original(row, actor=actor)
        return _("Le client est %(email)s.") % {"email": row.forwarded["email"]} if done else None
    return _("Le message est rendu à son expéditeur.") if originals.leave_original(row, actor=actor) else None
