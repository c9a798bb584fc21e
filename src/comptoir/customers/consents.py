"""What people allow, by shop, channel and purpose: giving, withdrawing, and whether a message may go.

Silence is a no, but for the follow-up of an order by e-mail, which accompanies the purchase until somebody stops it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Origin, Shop
from comptoir.customers.models import Consent, ConsentChannel, ConsentPurpose, Customer, Identity

WITHOUT_ASKING = frozenset({(ConsentChannel.EMAIL.value, ConsentPurpose.ORDERS.value)})
Topic = tuple[str, str]  # channel, purpose


@dataclass(frozen=True, slots=True)
class Proof:
    """How a decision was taken: the form it came by, the words that stood there, and when (now when None)."""

    form: str
    text: str = ""
    version: str = ""
    at: datetime | None = None


@transaction.atomic
def give(
    identity: Identity,
    shop: Shop,
    topic: Topic,
    *,
    proof: Proof,
    actor: Actor,
    origin: str = Origin.LIVE,
) -> Consent | None:
    """Keep a person's yes; None when it stood already. `topic` is a channel and a purpose."""
    row = _decide(identity, shop, topic, given=True, proof=proof)
    return _told(row, verb="consent.given", actor=actor, origin=origin)


@transaction.atomic
def withdraw(
    identity: Identity,
    shop: Shop,
    topic: Topic,
    *,
    proof: Proof,
    actor: Actor,
    origin: str = Origin.LIVE,
) -> Consent | None:
    """Keep a person's no, which counts at once; None when it stood already (an explicit no is kept over silence)."""
    row = _decide(identity, shop, topic, given=False, proof=proof)
    return _told(row, verb="consent.withdrawn", actor=actor, origin=origin)


def _decide(identity: Identity, shop: Shop, topic: Topic, *, given: bool, proof: Proof) -> Consent | None:
    channel, purpose = ConsentChannel(topic[0]), ConsentPurpose(topic[1])
    Customer.objects.select_for_update().get(pk=identity.customer_id)  # two clicks at once are one decision
    last = standing(identity.customer_id, shop.pk).get((channel.value, purpose.value))
    at = proof.at or timezone.now()
    if last is not None and (last.given == given or last.decided_at > at):
        return None
    return Consent.objects.create(
        identity=identity,
        shop=shop,
        channel=channel,
        purpose=purpose,
        given=given,
        text=proof.text,
        version=proof.version[:40],
        form=proof.form[:40],
        decided_at=at,
    )


def _told(row: Consent | None, verb: str, *, actor: Actor, origin: str) -> Consent | None:
    if row is not None:
        record(
            row,
            verb,
            actor=actor,
            customer=row.identity.customer_id,
            shop=row.shop_id,
            origin=origin,
            audiences=[f"shop:{row.shop_id}"],
            channel=row.channel,
            purpose=row.purpose,
        )
    return row


def standing(customer_key: int, shop_key: int) -> Mapping[Topic, Consent]:
    """The newest decision of a person on each channel and purpose that they ever decided about."""
    rows = Consent.objects.filter(identity__customer=customer_key, shop=shop_key).order_by("decided_at", "pk")
    return {(row.channel, row.purpose): row for row in rows}


def agreed(customer_key: int, shop_key: int, channel: str, purpose: str) -> bool:
    """Whether that person may be written to by that channel, for that purpose, in that shop's name."""
    return customer_key in agreeing([customer_key], shop_key, channel, purpose)


def agreeing(customer_keys: Iterable[int], shop_key: int, channel: str, purpose: str) -> set[int]:
    """Those of many people who may be written to, in one query."""
    wanted = set(customer_keys)
    rows = (
        Consent.objects.filter(identity__customer__in=wanted, shop=shop_key, channel=channel, purpose=purpose)
        .order_by("decided_at", "pk")
        .values_list("identity__customer", "given")
    )
    last = dict(rows)
    silence = (channel, purpose) in WITHOUT_ASKING
    return {key for key in wanted if last.get(key, silence)}
