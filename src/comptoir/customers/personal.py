"""The room's customer-data hook: what it holds on a person, and how that goes."""

from typing import Any

from django.utils import timezone

from comptoir.core import keys
from comptoir.core.custom import values
from comptoir.customers.models import Consent, Customer, CustomerNote, CustomerValue, Identity


def export(customer_key: int) -> dict[str, Any]:
    """The file, its identities, tags, notes and consents."""
    customer = Customer.objects.get(pk=customer_key)
    fields = ("name", "language", "company", "street", "postcode", "city", "country")
    return {
        "customer": {field: getattr(customer, field) for field in fields} | {"since": str(customer.since or "")},
        "identities": [
            {"kind": identity.kind, "value": identity.value, "since": identity.created_at.isoformat()}
            for identity in customer.identities.all()
        ],
        "tags": [tag.name for tag in customer.tags.all()],
        "fields": values.exported(CustomerValue, customer_key),
        "notes": [{"text": note.text, "at": note.created_at.isoformat()} for note in customer.notes.all()],
        "consents": [
            {
                "shop": row.shop.name,
                "channel": row.channel,
                "purpose": row.purpose,
                "given": row.given,
                "text": row.text,
                "version": row.version,
                "form": row.form,
                "at": row.decided_at.isoformat(),
            }
            for row in Consent.objects.select_related("shop").filter(identity__customer=customer)
        ],
    }


def erase(customer_key: int) -> None:
    """Blank the file; identities keep their key with a digest, so that orders and figures still add up."""
    for identity in Identity.objects.select_for_update().filter(customer=customer_key):
        if not identity.value.startswith("erased:"):
            identity.value = (
                f"erased:{keys.digest(f'{identity.kind}:{identity.value}', purpose='erased')[:40]}:{identity.pk}"
            )
        identity.name = ""
        identity.save(update_fields=["value", "name"])
    CustomerNote.objects.filter(customer=customer_key).delete()
    Consent.objects.filter(identity__customer=customer_key).delete()
    CustomerValue.objects.filter(owner=customer_key).delete()
    customer = Customer.objects.get(pk=customer_key)
    customer.tags.clear()
    Customer.objects.filter(pk=customer_key).update(
        name="", language="", company="", street="", postcode="", city="", country="", erased_at=timezone.now()
    )


def merge(source_key: int, target_key: int) -> None:
    """Identities, notes and values of custom fields were moved by the action itself."""
