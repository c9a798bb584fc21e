"""What a mail is, as an agent corrects it: whether an answer is expected, and whose words were forwarded."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox import threads
from comptoir.agent.inbox.found import conversation_of
from comptoir.agent.inbox.organising import changing
from comptoir.conversations.actions import expecting, originals
from comptoir.conversations.models import Conversation
from comptoir.core.access import May
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


@require_POST
@console(May.ORGANISE)
def original(request: ConsoleRequest, key: int, message: int) -> HttpResponse:
    """The author of a forwarded mail becomes the customer (`use`), or it goes back to who forwarded it.

    The page is shown anew: whom an answer goes to has changed.
    """
    row = conversation_of(request, key).messages.filter(pk=message).first()
    if row is None:
        raise Http404
    actor = Actor.of(request.agent)
    response = HttpResponse(status=204)
    if request.POST.get("use"):
        done = originals.use_original(row, actor=actor)
        text = _("Le client est %(email)s.") % {"email": row.forwarded.get("email", "")}
    else:
        done = originals.leave_original(row, actor=actor)
        text = _("Le message est rendu à son expéditeur.")
    response.headers["HX-Location"] = threads.location(request, key)
    return threads.triggering(response, {"toast": {"text": text}} if done else {})
