"""Raw webhooks as personal data: forgotten with the person, and in any case after their days."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from comptoir.customers.models import Customer, Identity
from comptoir.orders.models import Order, RawNotice

KEPT = timedelta(days=30)  # long enough to look at what went wrong, and to take it again after an upgrade
BATCH = 5_000


def forget_notices(customer_key: int) -> None:
    """Blank what platforms told of a person: by the key that taking it left, and where it was never understood by the
    person's own strings."""
    waiting = RawNotice.objects.exclude(body=b"").filter(customer_key=None)
    named = [
        notice.pk for notice in waiting.iterator(chunk_size=100) if _names(bytes(notice.body), _strings(customer_key))
    ]
    _blank(RawNotice.objects.filter(Q(customer_key=customer_key) | Q(pk__in=named)))


def _strings(customer_key: int) -> list[bytes]:
    """What may name the person in bytes that nobody has understood."""
    values = list(Identity.objects.filter(customer=customer_key).values_list("value", flat=True))
    name = Customer.objects.filter(pk=customer_key).values_list("name", flat=True).first() or ""
    numbers = Order.objects.filter(identity__customer=customer_key).values_list("external_id", flat=True)
    return [text.encode() for text in [*values, name, *numbers] if len(text) > 4]


def _names(body: bytes, strings: list[bytes]) -> bool:
    bare = body.lower()
    return any(string.lower() in bare for string in strings)


def forget_old() -> int:
    """Blank the bodies that are older than KEPT, but of what still waits; how many."""
    old = RawNotice.objects.filter(received_at__lt=timezone.now() - KEPT).exclude(body=b"")
    keys = list(old.exclude(state=RawNotice.State.WAITING).values_list("pk", flat=True)[:BATCH])
    return _blank(RawNotice.objects.filter(pk__in=keys))


def _blank(notices: QuerySet[RawNotice]) -> int:
    """Bytes go; the delivery's key stays, so that the same one is not taken again."""
    notices.exclude(state=RawNotice.State.DONE).update(state=RawNotice.State.IGNORED)
    return notices.update(body=b"", problem="", customer_key=None)
