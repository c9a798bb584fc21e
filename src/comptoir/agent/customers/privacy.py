"""What a person may ask for: all that we hold on them, or that it goes."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comptoir.agent.customers.find import in_use, sees_all_of
from comptoir.agent.door import ConsoleRequest, console
from comptoir.core import access
from comptoir.core.access import Denied, May
from comptoir.core.actors import Actor
from comptoir.customers import actions
from comptoir.customers.models import Customer


@require_POST
@console(May.ERASE)
def export(request: ConsoleRequest, key: int) -> HttpResponse:
    """All that is held on the person, as a file; refused when part of it belongs to another shop."""
    found = in_use(request, key)
    if not sees_all_of(request.agent, found):
        raise Denied(_("Cette personne a aussi affaire à une autre boutique : la demande revient au propriétaire."))
    data = actions.export(found, actor=Actor.of(request.agent))
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="comptoir-{found.pk}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.ERASE)
def erasure(request: ConsoleRequest, key: int) -> HttpResponse:
    """Say what goes and what stays; the person goes once their name was typed."""
    found = in_use(request, key)
    word = confirmation(found)
    everything = sees_all_of(request.agent, found)
    typed = request.POST.get("name", "")
    if request.method == "POST" and everything and _same(typed, word):
        actions.erase(found, actor=Actor.of(request.agent))
        messages.success(request, _("Cette personne est effacée. Ses commandes restent, sans rien qui la nomme."))
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("customer", args=[found.pk])})
    context = {
        "customer": found,
        "word": word,
        "everything": everything,
        "typed": typed,
        "refused": request.method == "POST",
        "orders": access.orders(request.agent).filter(identity__customer=found).count(),
        "conversations": access.conversations(request.agent).filter(identity__customer=found).count(),
        "action": reverse("customer-erasure", args=[found.pk]),
    }
    return render(request, "agent/customers/erasure.html", context, status=422 if request.method == "POST" else 200)


def confirmation(found: Customer) -> str:
    """What has to be typed: the name, or an address when there is none."""
    first = found.identities.order_by("pk").values_list("value", flat=True).first()
    return found.name or first or str(found.pk)


def _same(typed: str, word: str) -> bool:
    return " ".join(typed.split()).casefold() == " ".join(word.split()).casefold()
