"""What the two columns of a file show."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from comptoir.agent import links
from comptoir.agent.customers.forms import AddressForm, DetailsForm, NoteForm, name_of
from comptoir.agent.customers.worth import worth
from comptoir.agent.door import ConsoleRequest
from comptoir.campaigns.queries import waiting
from comptoir.conversations.queries import duties
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Role
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.customers.queries import last_merge
from comptoir.lib.phone import display
from comptoir.orders.queries import for_customer

ORDERS_SHOWN = 3
NOTES_SHOWN = 20
EDITS = ("details", "email", "phone", "tag")


def region(customer: Customer) -> str:
    """The country in which the customer's numbers are read."""
    return customer.country or "FR"


def card(request: ConsoleRequest, customer: Customer, *, edit: str = "", form: Any = None) -> dict[str, Any]:
    """The left column: who they are. `edit` is one of EDITS, with the form that was refused."""
    may_edit = access.can(request.agent, May.EDIT_CUSTOMERS) and not customer.erased_at
    edit = edit if may_edit and edit in EDITS else ""
    identities = list(customer.identities.select_related("shop").order_by("kind", "pk"))
    phones = [identity for identity in identities if identity.kind == IdentityKind.PHONE]
    return {
        "customer": customer,
        "title": title(customer, identities),
        "may_edit": may_edit,
        "edit": edit,
        "form": form or _form(customer, edit),
        "emails": [identity for identity in identities if identity.kind == IdentityKind.EMAIL],
        "phones": [(identity, display(identity.value, region(customer))) for identity in phones],
        "numbers": [identity for identity in identities if identity.kind == IdentityKind.SHOP],
        "language": name_of("languages", customer.language) if customer.language else "",
        "country": name_of("territories", customer.country) if customer.country else "",
        "shops": _shops(request, customer),
        "tags": sorted(customer.tags.all(), key=lambda tag: tag.name != "VIP"),
        "merge": last_merge(customer) if may_edit else None,
        "may_erase": access.can(request.agent, May.ERASE) and not customer.erased_at,
        "may_write": access.can(request.agent, May.ANSWER) and not customer.erased_at,
        "write_url": _write_url(customer),
    }


def title(customer: Customer, identities: list[Identity]) -> str:
    """The name, else an address or a number that says who it is, else what is known."""
    if customer.name or customer.erased_at:
        return str(customer)
    known = [identity.value for identity in identities if identity.kind in (IdentityKind.EMAIL, IdentityKind.PHONE)]
    return known[0] if known else _("Visiteur du site")


def _form(customer: Customer, edit: str) -> Any:
    if edit == "details":
        return DetailsForm(instance=customer)
    return AddressForm(edit, region(customer)) if edit in ("email", "phone") else None


def _shops(request: ConsoleRequest, customer: Customer) -> list[str]:
    """Where the customer bought or wrote, among the agent's shops."""
    keys = set(
        access.orders(request.agent).filter(identity__customer=customer).order_by().values_list("shop", flat=True)
    )
    theirs = access.conversations(request.agent).filter(identity__customer=customer, merged_into=None)
    keys |= set(theirs.order_by().values_list("shop", flat=True))
    return list(access.shops(request.agent).filter(pk__in=keys).values_list("name", flat=True)) if keys else []


def _write_url(customer: Customer) -> str:
    url = links.to("new-message") or links.to("agent:new-message")
    return f"{url}?customer={customer.pk}" if url else ""


def side(request: ConsoleRequest, customer: Customer, *, edit: str = "", form: Any = None) -> dict[str, Any]:
    """The right column: what they are worth, their orders, what to keep in mind."""
    orders = access.orders(request.agent)
    shown = list(for_customer(orders, customer)[:ORDERS_SHOWN])
    may_edit = access.can(request.agent, May.EDIT_CUSTOMERS) and not customer.erased_at
    noting = may_edit and edit == "note"
    return {
        "customer": customer,
        "may_edit": may_edit,
        "worth": worth(orders, customer),
        "orders": shown,
        "orders_total": orders.filter(identity__customer=customer).count()
        if len(shown) == ORDERS_SHOWN
        else len(shown),
        "notes": list(customer.notes.select_related("agent")[:NOTES_SHOWN]),
        "noting": noting,
        "wishes": waiting.of_customer(customer, access.shops(request.agent))
        if request.agent.role != Role.STORE
        else [],
        "tasks": duties.of_customer(request.agent, customer),
        "may_organise": access.can(request.agent, May.ORGANISE) and not customer.erased_at,
        "now": timezone.now(),
        "note_form": form or (NoteForm() if noting else None),
    }
