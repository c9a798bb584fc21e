"""What is known of a message that is about to leave, for lib.writing.beforehand."""

from collections.abc import Sequence

from comptoir.automation.models import Wording
from comptoir.conversations.actions.answering import Written
from comptoir.conversations.models import Conversation, InboxKind, MessageKind
from comptoir.core.models import Shop
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.html import to_text
from comptoir.lib.writing.beforehand import Letter
from comptoir.lib.writing.phrases import Phrase

READ = 200  # newest messages in which people are looked for


def letter(conversation: Conversation, written: Written) -> Letter:
    """An answer to a conversation, before it leaves."""
    text = to_text(written.html)
    parties = [*written.to, *written.cc, *written.bcc]
    forbidden, promises = wording(conversation.shop)
    return Letter(
        text=text,
        files=len(written.files),
        people=_people(conversation, parties),
        outsiders=_outsiders(conversation, [party.get("email", "").lower() for party in parties]),
        unproved=_unproved(conversation),
        others_order=_others_order(conversation, f"{text} {written.html}"),
        forbidden=forbidden,
        promises=promises,
    )


def first_letter(shop: Shop, written: Written) -> Letter:
    """A message that begins a conversation."""
    forbidden, promises = wording(shop)
    names = [party["name"] for party in written.to if party.get("name")]
    return Letter(to_text(written.html), len(written.files), names, forbidden=forbidden, promises=promises)


def wording(shop: Shop) -> tuple[list[Phrase], list[Phrase]]:
    """What the shop does not write, and what it does not promise."""
    row = Wording.objects.filter(shop=shop).first()
    if row is None:
        return [], []
    return phrases(row.forbidden), phrases(row.promises)


def phrases(rows: Sequence[dict[str, str]]) -> list[Phrase]:
    """The rows of a Wording."""
    return [Phrase(row.get("words", ""), row.get("instead", "")) for row in rows]


def _people(conversation: Conversation, parties: Sequence[dict[str, str]]) -> list[str]:
    identity = conversation.identity
    names = {conversation.customer_name, identity.customer.name, identity.name}
    addresses = {value for party in parties for value in (party.get("name", ""), party.get("email", ""))}
    if identity.kind == IdentityKind.EMAIL and not parties:
        addresses.add(identity.value)
    return sorted(text for text in names | addresses if text)


def _outsiders(conversation: Conversation, recipients: Sequence[str]) -> list[str]:
    """Of several recipients, those who had no part: they never wrote here, nobody who did put them in copy, we never
    answered them, and they are not the customer's."""
    if len(recipients) < 2:
        return []
    fields = ("kind", "sender", "to", "cc", "bcc", "flags")
    known = set(
        Identity.objects.filter(customer=conversation.identity.customer_id, kind=IdentityKind.EMAIL).values_list(
            "value", flat=True
        )
    )
    for kind, sender, to, cc, bcc, flags in conversation.messages.order_by("-pk").values_list(*fields)[:READ]:
        if kind == MessageKind.CUSTOMER:
            known.add(sender.get("email", ""))
        if kind == MessageKind.REPLY or (kind == MessageKind.CUSTOMER and "unknown_sender" not in flags):
            known |= {party.get("email", "") for party in [*to, *cc, *bcc]}
    found = [email for email in recipients if email and email not in known]
    return found if len(found) < len(recipients) else []  # strangers only: they were meant


def _unproved(conversation: Conversation) -> bool:
    """Whether the last mail's sender is not who they say, as our own mail server told."""
    mails = conversation.messages.filter(kind=MessageKind.CUSTOMER, inbox__kind=InboxKind.EMAIL)
    flags = mails.order_by("-pk").values_list("flags", flat=True).first()
    return "unproved_sender" in (flags or [])


def _others_order(conversation: Conversation, text: str) -> str:
    """The number of an order of somebody else that the text gives away."""
    links = conversation.order_links.filter(proved=False).select_related("order")
    for link in links.prefetch_related("order__shipments")[:10]:
        told = [link.order.number, *(parcel.number for parcel in link.order.shipments.all())]
        if any(number and number in text for number in told):
            return link.order.number
    return ""
