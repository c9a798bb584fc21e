"""What is decided about an act: confirmed, approved or not, withdrawn, taken back, settled, looked at."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.gestures import words
from comptoir.agent.tell import tell
from comptoir.core import access
from comptoir.core.access import May
from comptoir.orders.gestures import carrying, proposing
from comptoir.orders.gestures.proposing import NotAllowed, TooLate
from comptoir.orders.models import Gesture


def gesture_of(request: ConsoleRequest, key: int) -> Gesture:
    """A line that the agent may see; Http404."""
    rows = access.gestures(request.agent).select_related("identity__customer", "order__shop", "agent")
    found: Gesture | None = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@require_POST
@console(May.ACT_ON_ORDERS)
def confirmation(request: ConsoleRequest, key: int) -> HttpResponse:
    """What a macro or a program proposed shall be done."""
    row = gesture_of(request, key)
    return _told(lambda: words.outcome(proposing.confirm(row, agent=request.agent)))


@require_POST
@console(May.ACT_ON_ORDERS)
def approval(request: ConsoleRequest, key: int) -> HttpResponse:
    """A second person agrees."""
    row = gesture_of(request, key)

    def act() -> str:
        proposing.approve(row, agent=request.agent, answer=request.POST.get("answer", ""))
        return _("Accord donné : le geste part.")

    return _told(act)


@require_POST
@console(May.ACT_ON_ORDERS)
def refusal(request: ConsoleRequest, key: int) -> HttpResponse:
    """A second person does not agree."""
    row = gesture_of(request, key)

    def act() -> str:
        proposing.decline(row, agent=request.agent, answer=request.POST.get("answer", ""))
        return _("Le refus est noté ; rien n’est parti.")

    return _told(act)


@require_POST
@console(May.ACT_ON_ORDERS)
def withdrawal(request: ConsoleRequest, key: int) -> HttpResponse:
    """It is not wanted any more."""
    row = gesture_of(request, key)
    return _told(lambda: words.outcome(proposing.withdraw(row, agent=request.agent)))


@require_POST
@console(May.ACT_ON_ORDERS)
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Take it back where the platform allows."""
    row = gesture_of(request, key)
    if carrying.undo(row, agent=request.agent):
        return tell(HttpResponse(status=204), _("L’annulation est demandée à la boutique."))
    return tell(HttpResponse(status=204), _("Ce geste ne peut pas être annulé d’ici."), bad=True)


@require_POST
@console(May.ACT_ON_ORDERS)
def settlement(request: ConsoleRequest, key: int) -> HttpResponse:
    """A person looked in the shop: it was done (`done=1`), or not."""
    row = gesture_of(request, key)
    if carrying.settle(row, agent=request.agent, done=request.POST.get("done") == "1"):
        return tell(HttpResponse(status=204), _("C’est noté."))
    return tell(HttpResponse(status=204), _("L’issue est déjà connue : la page est à jour."))


@require_POST
@console(May.ACT_ON_ORDERS)
def sight(request: ConsoleRequest, key: int) -> HttpResponse:
    """Someone who approves looked at a watched act."""
    row = gesture_of(request, key)
    proposing.mark_seen(row, agent=request.agent)
    return tell(HttpResponse(status=204), "")


def _told(act: Callable[[], str]) -> HttpResponse:
    try:
        return tell(HttpResponse(status=204), act())
    except NotAllowed as refused:
        return tell(HttpResponse(status=204), words.forbidden(refused.verdict, nobody=refused.nobody), bad=True)
    except TooLate:
        return tell(HttpResponse(status=204), _("Quelqu’un en a déjà décidé : rien n’a changé."), bad=True)
