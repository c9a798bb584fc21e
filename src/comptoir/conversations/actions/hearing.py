"""In which language a customer writes: told by their words, weighed with what is known; the conversation follows."""

from dataclasses import dataclass

from django.db import transaction

from comptoir.conversations.actions.holding import held
from comptoir.conversations.models import Conversation
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.customers.models import Identity
from comptoir.lib.language import Reading, Told, read


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was read. `hint` is what its channel says (a header, the page it was written on)."""

    reading: Reading
    hint: str
    shop: str

    def of_stranger(self) -> str:
        """The language to know a new customer by: only what their words say clearly."""
        told = self.reading.told(("", "", self.hint, self.shop))
        return told.language if told.sure else ""

    def told(self, identity: Identity, conversation: Conversation | None = None) -> Told:
        """The language of the message in its conversation (None: it begins one)."""
        before = conversation.language if conversation is not None else ""
        return self.reading.told((before, identity.customer.language, self.hint, self.shop))


def hear(text: str, subject: str, *, hint: str, shop: str) -> Heard:
    """Read a customer's own words. Pure: no query."""
    return Heard(read(text, subject), hint, shop)


def follow(conversation: Conversation, identity: Identity, told: Told) -> None:
    """Let the conversation speak its customer's language from now on; the caller saves it."""
    ours = identity.pk == conversation.identity_id or identity.customer_id == conversation.identity.customer_id
    if told.sure and ours:
        conversation.language = told.language


@transaction.atomic
def set_language(conversation: Conversation, language: str, *, actor: Actor) -> bool:
    """Say in which language the customer is answered; what they write clearly in another one changes it again."""
    row = held(conversation)
    if row.language == language:
        return False
    before, row.language = row.language, language
    row.save(update_fields=["language"])
    record(
        row, "conversation.language", actor=actor, customer=row.identity.customer_id, shop=row.shop_id,
        before={"language": before}, after={"language": language},
    )  # fmt: skip
    return True
