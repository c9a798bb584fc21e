"""The room's customer-data hook: the mails that we sent to a person in our own name."""

from typing import Any

from comptoir.customers.models import Identity
from comptoir.outbox.models import Mail


def export(customer_key: int) -> dict[str, Any]:
    """What was sent, when and to which address."""
    mails = Mail.objects.filter(identity__customer=customer_key, agent=None).order_by("pk")
    return {
        "mails": [
            {
                "kind": mail.kind,
                "to": mail.to,
                "subject": mail.subject,
                "text": mail.text,
                "at": mail.created_at.isoformat(),
            }
            for mail in mails
        ]
    }


def erase(customer_key: int) -> None:
    """Delete them: they are nothing but words to this person, also those written before we knew whose address it was."""
    addresses = Identity.objects.filter(customer=customer_key, kind="email").values("value")
    Mail.objects.filter(identity__customer=customer_key).delete()
    Mail.objects.filter(agent=None, to__in=addresses).delete()


def merge(source_key: int, target_key: int) -> None:
    """Mails hang on the identity, which the merge moves."""
