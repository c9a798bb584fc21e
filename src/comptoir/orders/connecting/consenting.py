"""What customers allowed on their platform: taken where it is news, never against what they decided here."""

from comptoir.core.actors import IMPORT, SYSTEM
from comptoir.core.models import Origin
from comptoir.customers import consents
from comptoir.customers.consents import Proof
from comptoir.customers.models import Consent, ConsentChannel, ConsentPurpose, Identity
from comptoir.orders.models import Connection
from comptoir.ports.shop import CustomerData

NEWS = ConsentPurpose.NEWS.value  # what platforms call marketing or the newsletter


def take(account: Connection, identity: Identity, told: CustomerData, *, origin: str) -> bool:
    """Keep what the platform tells of a person's consents; whether anything was news.

    Platforms tell how it stands with every change of the person, not when it was decided. So a first word is taken
    where it is a yes and nobody decided here; a later one where it differs from the platform's own word before.
    """
    agreed = {channel: yes for channel, yes in told.consents.items() if channel in ConsentChannel.values}
    if not agreed:
        return False
    decided, before = set(), {}
    rows = Consent.objects.filter(identity__customer=identity.customer_id, shop=account.shop, purpose=NEWS)
    for row in rows.order_by("decided_at", "pk"):
        decided.add(row.channel)
        if row.form == account.vendor:
            before[row.channel] = row.given
    proof = Proof(account.vendor, at=told.updated_at)
    actor = SYSTEM if origin == Origin.LIVE else IMPORT
    changed = False
    for channel, yes in agreed.items():
        known = before[channel] == yes if channel in before else channel in decided or not yes
        if known:
            continue
        decide = consents.give if yes else consents.withdraw
        done = decide(identity, account.shop, (channel, NEWS), proof=proof, actor=actor, origin=origin)
        changed = changed or done is not None
    return changed
