"""One change to the chosen cases, and taking it back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.inbox.threads import triggering
from comptoir.care.actions import changes
from comptoir.care.actions.cases import open_case
from comptoir.care.models import CaseChange, CaseKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor

RIGHTS = {"write": May.ANSWER, "call": May.ANSWER}


@require_POST
@console(May.ORGANISE)
def change(request: ConsoleRequest) -> HttpResponse:
    """Write to, take, call, claim or close the chosen cases."""
    name = request.POST.get("change", "")
    if name not in changes.CHANGES:
        raise Http404
    access.require(request.agent, RIGHTS.get(name, May.ORGANISE))
    keys = [
        int(text) for text in request.POST.getlist("case") if text.isascii() and text.isdecimal() and len(text) < 19
    ]
    rows = access.cases(request.agent).filter(pk__in=keys[: changes.MOST], closed_at=None)
    rows = rows.select_related("order__identity__customer", "order__shop", "shop", "shipment", "conversation")
    made = changes.change(request.agent, name, list(rows))
    toast: dict[str, Any] = {"text": words(made, len(keys))}
    if made.before:
        toast |= {"undo": f"/parcels/changes/{made.pk}/undo/", "label": _("Annuler"), "seconds": "12"}
    return triggering(HttpResponse(status=204), {"toast": toast, "parcelschanged": {}})


@require_POST
@console(May.ORGANISE)
def undo(request: ConsoleRequest, key: int) -> HttpResponse:
    """Give each case back what it had."""
    made = get_object_or_404(CaseChange, pk=key, agent=request.agent)
    back = changes.undo(made, agent=request.agent)
    text = ngettext("%(count)s cas remis comme avant.", "%(count)s cas remis comme avant.", back) % {"count": back}
    if back < len(made.before):
        text += " " + _("Ce qui a changé depuis, ou qui est parti, reste ainsi.")
    return triggering(HttpResponse(status=204), {"toast": {"text": text}, "parcelschanged": {}})


@require_POST
@console(May.ORGANISE)
def contest(request: ConsoleRequest, key: int) -> HttpResponse:
    """The customer says that a delivered parcel did not arrive: a case for it."""
    rows = access.parcels(request.agent).select_related("order__shop", "order__identity__customer")
    parcel = get_object_or_404(rows, pk=key)
    case = open_case(parcel, CaseKind.CONTESTED, actor=Actor.of(request.agent))
    text = _("Le cas est ouvert.") if case is not None else _("Cette personne a été effacée\u202f: rien n’est ouvert.")
    return triggering(HttpResponse(status=204), {"toast": {"text": text}, "parcelschanged": {}})


def words(made: CaseChange, wanted: int) -> str:
    """What became of it, counted."""
    count = len(made.before)
    done = {
        "write": ngettext("%(count)s client prévenu.", "%(count)s clients prévenus.", count),
        "take": ngettext("%(count)s cas est à vous.", "%(count)s cas sont à vous.", count),
        "close": ngettext("%(count)s cas clos.", "%(count)s cas clos.", count),
        "claim": ngettext("%(count)s réclamation notée.", "%(count)s réclamations notées.", count),
        "call": ngettext("%(count)s rappel créé.", "%(count)s rappels créés.", count),
    }[made.change] % {"count": count}
    left = wanted - count
    why = {
        "write": _("Les autres le savent déjà ou n’ont pas d’adresse."),
        "take": _("Les autres l’étaient déjà."),
        "close": _("Les autres l’étaient déjà."),
        "claim": _("Les autres l’étaient déjà."),
        "call": "",
    }
    return f"{done} {why[made.change]}".strip() if left > 0 else done
