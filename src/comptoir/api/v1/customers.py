"""Customers: found, made, changed, exported, erased."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from ninja import Query, Router

from comptoir.api.v1 import pages, results
from comptoir.api.v1.door import ProgramRequest, acting, needs, writes
from comptoir.api.v1.filling import fill
from comptoir.api.v1.filters import CustomerFilters
from comptoir.api.v1.pages import Sort
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.customers import CustomerChange, CustomerOut, CustomerPage, NewCustomer, NewCustomerNote
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.actors import Actor
from comptoir.core.programs import Scope
from comptoir.customers import actions, representation
from comptoir.customers.models import Customer, IdentityKind
from comptoir.customers.queries import matching
from comptoir.lib import phone as phones

router = Router(tags=["Customers"])
BY_KEY = Sort("id", "pk")


@router.get("/customers", response=CustomerPage, **needs(Scope.READ_CUSTOMERS))
def customers(request: ProgramRequest, given: Query[CustomerFilters]) -> dict[str, Any]:
    """Customers that the token's agent may see."""
    rows = access.customers(request.agent).filter(erased_at=None)
    if given.email:
        rows = rows.filter(identities__kind=IdentityKind.EMAIL, identities__value=given.email.strip().lower())
    if given.phone:
        rows = rows.filter(identities__kind=IdentityKind.PHONE, identities__value=_number(given.phone))
    if given.q.strip():
        rows = matching(rows, given.q.replace("\0", ""))
    if given.tag:
        rows = rows.filter(tags__name__iexact=given.tag)
    found = access.customers(request.agent).filter(pk__in=rows.order_by().values("pk"))
    return pages.page(representation.with_all(found), BY_KEY, given, representation.customer)


@router.get("/customers/{int:key}", response=CustomerOut, **needs(Scope.READ_CUSTOMERS))
def customer(request: ProgramRequest, key: int) -> Any:
    """One customer's file."""
    return results.shown(request.agent, "customer", key)


@router.post("/customers", response={201: CustomerOut}, **needs(Scope.WRITE_CUSTOMERS))
@writes("customer", May.EDIT_CUSTOMERS)
def put_customer(request: ProgramRequest, payload: NewCustomer) -> tuple[int, int]:
    """Find a person by address or number, or make their file, and fill it in."""
    if bool(payload.email) == bool(payload.phone):
        raise Problem(422, "identity", "Give `email` or `phone`, one of the two.")
    if payload.email:
        kind, value = IdentityKind.EMAIL, payload.email.strip().lower()
        if value.count("@") != 1 or value.startswith("@") or value.endswith("@") or " " in value:
            raise Problem(422, "bad_address", "This is not a mail address.")
    else:
        kind, value = IdentityKind.PHONE, _number(payload.phone)
    identity = actions.identify(kind, value, name=payload.name or "", language=payload.language or "")
    if not access.customers(request.agent).filter(pk=identity.customer_id).exists():
        raise Problem(
            409,
            "elsewhere",
            "The token's agent sees the customers of some shops, and this person has neither written to nor bought "
            "from one of them. Use a token of an agent who sees every shop.",
        )
    _change(identity.customer, payload, request)
    return identity.customer_id, 201


@router.patch("/customers/{int:key}", response=CustomerOut, **needs(Scope.WRITE_CUSTOMERS))
@writes("customer", May.EDIT_CUSTOMERS)
def change(request: ProgramRequest, key: int, payload: CustomerChange) -> int:
    """Change what is given; `tags` replaces all of them."""
    row = _of(request, key)
    _change(row, payload, request)
    return row.pk


@router.post("/customers/{int:key}/notes", response={201: CustomerOut}, **needs(Scope.WRITE_CUSTOMERS))
@writes("customer", May.EDIT_CUSTOMERS)
def note(request: ProgramRequest, key: int, payload: NewCustomerNote) -> tuple[int, int]:
    """Keep something in mind about a customer, for the team."""
    row = _of(request, key)
    actions.add_note(row, payload.text, agent=request.agent)
    return row.pk, 201


@router.post("/customers/{int:key}/export", response={200: dict[str, Any]}, **needs(Scope.READ_CUSTOMERS))
def export(request: ProgramRequest, key: int) -> HttpResponse:
    """All that is held on a person, by room; that it was handed out is recorded."""
    access.require(request.agent, May.EDIT_CUSTOMERS)
    with acting(request.auth):
        return JsonResponse(actions.export(_of(request, key), actor=Actor.of(request.agent)))


@router.delete("/customers/{int:key}", response={204: None}, **needs(Scope.WRITE_CUSTOMERS))
@writes(results.NOTHING, May.ERASE)
def erase(request: ProgramRequest, key: int) -> tuple[None, int]:
    """Erase a person everywhere, for good."""
    actions.erase(_of(request, key), actor=Actor.of(request.agent))
    return None, 204


def _of(request: ProgramRequest, key: int) -> Customer:
    found: Customer | None = access.customers(request.agent).filter(pk=key, erased_at=None).first()
    if found is None:
        raise Http404
    return found


def _change(row: Customer, payload: CustomerChange, request: ProgramRequest) -> None:
    actor = Actor.of(request.agent)
    given = {name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None}
    actions.edit(row, {name: given[name] for name in actions.EDITABLE if name in given}, actor=actor)
    fill("customer", given.get("fields"), actions.set_field, row, actor=actor)
    if "tags" in given:
        wanted = {name.strip().lower() for name in given["tags"]}
        for tag in row.tags.all():
            if tag.name.lower() not in wanted:
                actions.untag(row, tag, actor=actor)
        for name in given["tags"]:
            actions.tag(row, name, actor=actor)


def _number(text: str) -> str:
    try:
        return phones.normalise(text)
    except phones.NotAPhoneNumber:
        raise Problem(422, "bad_phone", "This is not a phone number; write it as +33 6 12 34 56 78.") from None
