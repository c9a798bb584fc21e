"""Two files that are one person: the other one is searched, what moves is shown, then they become one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comptoir.agent.customers.find import in_use
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.tell import tell
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.customers import actions
from comptoir.customers.models import Customer, Merge
from comptoir.customers.queries import matching

CANDIDATES = 8


@require_safe
@console(May.EDIT_CUSTOMERS)
def search(request: ConsoleRequest, key: int) -> HttpResponse:
    """The dialog that asks for the other file; with `q`, those that match."""
    found = in_use(request, key)
    text = request.GET.get("q", "").strip()[:200]
    others = access.customers(request.agent).filter(erased_at=None).exclude(pk=found.pk)
    likely = matching(others, text or found.name) if text or found.name else others.none()
    context = {"customer": found, "text": text, "candidates": likely.prefetch_related("identities")[:CANDIDATES]}
    template = "candidates" if "q" in request.GET else "merge"
    return render(request, f"agent/customers/{template}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(May.EDIT_CUSTOMERS)
def merge(request: ConsoleRequest, key: int, other: int) -> HttpResponse:
    """Show side by side what stays and what moves; a POST makes the files one."""
    target, source = in_use(request, key), in_use(request, other)
    if target.pk == source.pk:
        raise Http404
    if request.method == "POST":
        try:
            actions.merge(source, target, actor=Actor.of(request.agent))
        except actions.CannotMerge:
            words = _(
                "Ces fiches ne peuvent pas être fusionnées : l’une d’elles vient de changer. Rien n’a été touché."
            )
            return tell(HttpResponse(status=204), words, bad=True)
        messages.success(request, _("Les deux fiches n’en font plus qu’une."))
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("customer", args=[target.pk])})
    context = {"customer": target, "kept": _sums(request, target), "moving": _sums(request, source)}
    return render(request, "agent/customers/merge_preview.html", context)


@require_POST
@console(May.EDIT_CUSTOMERS)
def unmerge(request: ConsoleRequest, key: int, merge: int) -> HttpResponse:
    """Two files again."""
    found = in_use(request, key)
    done = get_object_or_404(Merge, pk=merge, target=found)
    try:
        actions.unmerge(done, actor=Actor.of(request.agent))
    except actions.CannotMerge:
        return tell(
            HttpResponse(status=204), _("Cette fusion ne peut plus être défaite. Rien n’a été touché."), bad=True
        )
    messages.success(request, _("La fusion est défaite : chaque fiche a retrouvé ce qui est à elle."))
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("customer", args=[found.pk])})


def _sums(request: ConsoleRequest, customer: Customer) -> dict[str, Any]:
    return {
        "customer": customer,
        "identities": list(customer.identities.order_by("kind", "pk")),
        "orders": access.orders(request.agent).filter(identity__customer=customer).count(),
        "conversations": access.conversations(request.agent).filter(identity__customer=customer).count(),
        "notes": customer.notes.count(),
        "tags": list(customer.tags.all()),
    }
