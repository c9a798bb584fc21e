"""Reads about people."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from comptoir.customers.models import Customer, Identity, Merge, Tag


def matching(customers: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Customers whose name, address or phone contains the text, whatever its case."""
    text = text.strip()
    digits = "".join(character for character in text if character.isdigit())
    value = Q(value__icontains=text)
    if len(digits) >= 6:
        value |= Q(value__contains=digits.lstrip("0"))
    named = Identity.objects.filter(value, customer=OuterRef("pk"))
    return customers.filter(Q(name__icontains=text) | Exists(named))


def last_merge(customer: Customer) -> Merge | None:
    """The merge into this file that can still be undone, the newest one."""
    return Merge.objects.filter(target=customer, undone_at=None, source__erased_at=None).order_by("-pk").first()


def tags_like(text: str, limit: int = 8) -> QuerySet[Tag]:
    """Tags whose name begins with the text."""
    return Tag.objects.annotate(upper=Upper("name")).filter(upper__startswith=text.strip().upper())[:limit]
