"""The list of customers, and one customer's file."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comptoir.agent.customers.card import card as card_context
from comptoir.agent.customers.card import side as side_context
from comptoir.agent.customers.find import customer as find
from comptoir.agent.customers.history import FILTERS, LONGEST, PAGE, History, Place
from comptoir.agent.customers.listing import listing
from comptoir.agent.customers.told import groups
from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.page import page
from comptoir.agent.recent import remember
from comptoir.core import access
from comptoir.customers.models import Customer

CHIPS = (
    ("", _("Tout")),
    ("conversations", _("Conversations")),
    ("orders", _("Commandes")),
    ("parcels", _("Colis")),
    ("notes", _("Notes")),
    ("file", _("Fiche")),
)


@require_safe
@console()
def customers(request: ConsoleRequest) -> HttpResponse:
    """The list, newest first, or those who match `q`."""
    context = listing(request.agent, request.GET.get("q", "").strip()[:200], request.GET.get("before", ""))
    if "before" in request.GET and "HX-Request" in request.headers:
        return render(request, "agent/customers/rows.html", context)
    return page(request, "agent/customers/list.html", context)


@require_safe
@console()
def customer(request: ConsoleRequest, key: int) -> HttpResponse:
    """The whole file; one that was merged leads to the file which took it in."""
    merged = Customer.objects.filter(pk=key).exclude(merged_into=None).values_list("merged_into", flat=True).first()
    if merged and access.customers(request.agent).filter(pk=merged).exists():
        return HttpResponseRedirect(reverse("customer", args=[merged]))
    found = find(request, key)
    remember(request, "customer", found.pk)
    context = card_context(request, found) | side_context(request, found) | _history(request, found)
    return page(request, "agent/customers/customer.html", context)


@require_safe
@console()
def card(request: ConsoleRequest, key: int) -> HttpResponse:
    """The left column, with a form open when `edit` names one."""
    context = card_context(request, find(request, key), edit=request.GET.get("edit", ""))
    return render(request, "agent/customers/card_fragment.html", context)


@require_safe
@console()
def side(request: ConsoleRequest, key: int) -> HttpResponse:
    """The right column, with the form of a note when `edit` asks for it."""
    context = side_context(request, find(request, key), edit=request.GET.get("edit", ""))
    return render(request, "agent/customers/side.html", context)


@require_safe
@console()
def history(request: ConsoleRequest, key: int) -> HttpResponse:
    """The history of one kind, or what comes after a place of it."""
    found = find(request, key)
    template = "entries" if "after" in request.GET else "history"
    return render(request, f"agent/customers/{template}.html", _history(request, found))


def _history(request: ConsoleRequest, found: Customer) -> dict[str, object]:
    which = request.GET.get("kind", "")
    which = which if which in FILTERS else ""
    after = Place.read(request.GET.get("after", ""))
    past = History(request.agent, found)
    shown = request.GET.get("shown", "")
    size = min(max(int(shown), PAGE), LONGEST) if shown.isascii() and shown.isdecimal() else PAGE
    part = past.page(which, after=after, size=size)
    context: dict[str, object] = {"customer": found, "which": which, "more": part.more}
    if after is None:
        counts = past.counts()
        context["chips"] = [(name, label, counts[name]) for name, label in CHIPS if counts[name] or name in ("", which)]
    return context | {"groups": groups(part.entries, after=after)}
