"""Customers as other programs read them: plain values, the same in the API and in webhooks."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from comptoir.core.custom.values import told
from comptoir.core.models import FieldSubject
from comptoir.customers.models import Customer


def with_all(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """The customers with what their representation reads."""
    return customers.prefetch_related("tags", "identities", "custom_values")


def customer(row: Customer) -> dict[str, Any]:
    """One customer's file (see `with_all`)."""
    return {
        "id": row.pk,
        "name": row.name,
        "language": row.language,
        "company": row.company,
        "street": row.street,
        "postcode": row.postcode,
        "city": row.city,
        "country": row.country,
        "since": row.since,
        "tags": sorted(tag.name for tag in row.tags.all()),
        "identities": [
            {
                "id": identity.pk,
                "kind": identity.kind,
                "value": identity.value,
                "verified": identity.verified_at is not None,
                "blocked": identity.blocked_at is not None,
            }
            for identity in sorted(row.identities.all(), key=lambda one: one.pk)
        ],
        "fields": told(FieldSubject.CUSTOMER, row.custom_values),
        "erased_at": row.erased_at,
        "created_at": row.created_at,
        "url": f"{settings.PUBLIC_URL}/customers/{row.pk}/",
    }
