"""Customers, as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from comptoir.api.v1.schemas.base import Given


class IdentityOut(Schema):
    id: int
    kind: str
    value: str
    verified: bool
    blocked: bool


class CustomerOut(Schema):
    id: int
    name: str
    language: str
    company: str
    street: str
    postcode: str
    city: str
    country: str
    since: date | None
    tags: list[str]
    identities: list[IdentityOut]
    fields: Annotated[dict[str, Any], Field(description="custom fields that are filled in, by their keys")]
    erased_at: datetime | None
    created_at: datetime
    url: str


class CustomerPage(Schema):
    data: list[CustomerOut]
    next: str | None


class CustomerChange(Given):
    name: Annotated[str, Field(max_length=200)] | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    company: Annotated[str, Field(max_length=200)] | None = None
    street: Annotated[str, Field(max_length=300)] | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=120)] | None = None
    country: Annotated[str, Field(max_length=2)] | None = None
    fields: Annotated[dict[str, Any], Field(description="custom fields by their keys; null empties one")] | None = None
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)] | None = None


class NewCustomer(CustomerChange):
    """A person, by mail address or phone number; one that is known already is found and changed."""

    email: Annotated[str, Field(max_length=320)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""


class NewCustomerNote(Given):
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
