"""Many strangers at once: what `identify` does for one address, with few queries for thousands."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from comptoir.core.models import Shop
from comptoir.customers.models import Customer, Identity, IdentityKind


@dataclass(frozen=True, slots=True)
class Stranger:
    """What is known of someone besides their address."""

    name: str = ""
    language: str = ""


@transaction.atomic
def introduce(
    people: Mapping[str, Stranger], *, kind: str = IdentityKind.EMAIL, shop: Shop | None = None
) -> dict[str, Identity]:
    """The identities of values that nobody has yet (lower-case addresses, E.164 telephones, a shop's customer
    numbers), by value, each with a customer of its own.

    Safe when another process introduces one of them at the same moment: the first one's identity is given back.
    """
    today = timezone.localdate()
    customers = Customer.objects.bulk_create(
        Customer(name=stranger.name[:200], language=stranger.language[:10], since=today) for stranger in people.values()
    )
    Identity.objects.bulk_create(
        [
            Identity(kind=kind, value=value, name=customer.name, shop=shop, customer=customer)
            for value, customer in zip(people, customers, strict=True)
        ],
        ignore_conflicts=True,
    )
    kept = {
        identity.value: identity
        for identity in Identity.objects.select_related("customer").filter(kind=kind, value__in=list(people), shop=shop)
    }
    used = {identity.customer_id for identity in kept.values()}
    if unused := [customer.pk for customer in customers if customer.pk not in used]:
        Customer.objects.filter(pk__in=unused).delete()
    return kept
