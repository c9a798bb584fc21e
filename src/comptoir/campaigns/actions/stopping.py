"""One click at the foot of a message: its address gets no more of that kind."""

from comptoir.core.actors import Actor
from comptoir.core.models import Shop
from comptoir.customers import consents
from comptoir.customers.models import Consent, ConsentChannel, Identity


def stop(identity: Identity, shop: Shop, purpose: str, *, words: str, actor: Actor) -> Consent | None:
    """Withdraw the consent for mails of that purpose; None when it was withdrawn before."""
    proof = consents.Proof(form="unsubscribe", text=words)
    return consents.withdraw(identity, shop, (ConsentChannel.EMAIL.value, purpose), proof=proof, actor=actor)
