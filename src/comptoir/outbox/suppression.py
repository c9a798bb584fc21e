"""Addresses that bounce or complained: nothing of the road apart goes there any more."""

from django.db import transaction
from django.utils import timezone

from comptoir.core import keys
from comptoir.outbox.models import Mail, Suppression


def suppress(address: str, reason: str) -> None:
    """Write to this address no more; said twice, the first reason stays."""
    Suppression.objects.get_or_create(digest=_digest(address), defaults={"reason": reason})


def suppressed(address: str) -> bool:
    """Whether nothing leaves to this address by the road apart."""
    return Suppression.objects.filter(digest=_digest(address)).exists()


@transaction.atomic
def bounced(message_ids: list[str], *, permanent: bool, complaint: bool = False) -> Mail | None:
    """A report about a mail of the road apart, found by its Message-ID: marked, its address suppressed; None: not ours."""
    mail = Mail.objects.filter(message_id__in=message_ids, road=Mail.Road.APART).first()
    if mail is None or not permanent:
        return mail
    Mail.objects.filter(pk=mail.pk, bounced_at=None).update(bounced_at=timezone.now())
    suppress(mail.to, Suppression.Reason.COMPLAINT if complaint else Suppression.Reason.BOUNCE)
    return mail


def _digest(address: str) -> str:
    return keys.digest(address.strip().lower(), purpose="suppression")
