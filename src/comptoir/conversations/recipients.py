"""Whom an answer goes to: nobody is added, nobody is dropped, and never we ourselves.

`routes` is what a mail's headers say about that besides From, To and Cc; it is kept with the message:
{"reply_to": [{email, name}], "ours": [addresses of ours that no inbox names], "list": "the list's address"}.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from comptoir.conversations.models import Conversation, Inbox, Message, MessageKind, Participant
from comptoir.conversations.ours import Ours, ours
from comptoir.customers.models import Identity, IdentityKind
from comptoir.lib.mail.mailboxes import domain, is_robot, is_shared
from comptoir.ports.channel import Address, IncomingMessage

STRANGER, COLLEAGUE = "unknown_sender", "colleague"
LOOKED_AT = 30  # messages; whoever wrote before them has long been answered
_MAILTO = re.compile(r"mailto:([^?>\s,]+@[^?>\s,]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+")

Party = dict[str, str]


def everyone(conversation: Conversation, messages: Sequence[Any] | None = None) -> tuple[list[Party], list[Party]]:
    """To and Cc of an answer to all: who wrote last and those in copy of that message.

    A message of a stranger, of a colleague or of a machine is passed over while there is another; after an answer of
    ours, one more goes to the same people. `messages` are the thread's, oldest first, when the caller has them.
    """
    return _of(conversation, _recent(conversation) if messages is None else messages)


def sender_only(conversation: Conversation, messages: Sequence[Any] | None = None) -> tuple[list[Party], list[Party]]:
    """To of an answer to whoever wrote last, nobody in copy."""
    return everyone(conversation, messages)[0], []


def routes_of(inbox: Inbox, incoming: IncomingMessage, own: Ours) -> dict[str, Any]:
    """What the headers of an incoming mail say about where an answer goes; only what is there."""
    listed = list_address(incoming)
    handed_over = _addresses(incoming.headers.get("resent-from", ""))[:1]
    more = {*_forwarded_from(incoming, own), *handed_over, *_same_house(inbox, incoming)}
    named = [a for a in incoming.reply_to if a.email not in own and a.email not in more and a.email != listed]
    if not named and (incoming.sender.email in own or incoming.sender.email == listed):
        named = [Address(email) for email in _addresses(incoming.headers.get("x-original-from", ""))[:1]]
    named = [address for address in named if address.email != incoming.sender.email or len(named) > 1]
    found: dict[str, Any] = {}
    if named:
        found["reply_to"] = [{"email": address.email, "name": address.name} for address in named[:50]]
    if more - {incoming.sender.email}:
        found["ours"] = sorted(more - {incoming.sender.email})[:20]
    if listed:
        found["list"] = listed
    return found


def list_address(incoming: IncomingMessage) -> str:
    """The address of the mailing list that a mail came by; "" without one."""
    posted = _MAILTO.search(incoming.headers.get("list-post", ""))
    if posted:
        return posted.group(1).lower()
    for address in (*incoming.to, *incoming.cc, *incoming.reply_to):
        if incoming.list_id and address.email.replace("@", ".") == incoming.list_id:
            return address.email
    return ""


def _of(conversation: Conversation, messages: Sequence[Any]) -> tuple[list[Party], list[Party]]:
    own = ours()
    said = [row for row in reversed(messages) if _counts(row)]
    for row in sorted(said, key=lambda row: row.automatic or _is_from_robot(row)):
        to = _answered(row, own)
        if to:
            return to, _copied(row, to, own)
    return _known_address(conversation), []


def _counts(row: Any) -> bool:
    if row.kind == MessageKind.REPLY:
        return bool(row.to) and "forward" not in row.flags
    return row.kind == MessageKind.CUSTOMER and STRANGER not in row.flags and COLLEAGUE not in row.flags


def _is_from_robot(row: Any) -> bool:
    return row.kind == MessageKind.CUSTOMER and not row.routes.get("reply_to") and is_robot(row.sender.get("email", ""))


def _answered(row: Any, own: Ours) -> list[Party]:
    """Whom an answer to that message is for."""
    if row.kind == MessageKind.REPLY:
        return _apart(row.to, set(), own)
    named = row.routes.get("reply_to") or ([_plain(row.sender)] if row.sender.get("email") else [])
    return _apart(named, set(row.routes.get("ours", ())), own)


def _copied(row: Any, to: list[Party], own: Ours) -> list[Party]:
    named = row.cc if row.kind == MessageKind.REPLY else [*row.to, *row.cc]
    without = {party["email"] for party in to} | set(row.routes.get("ours", ()))
    if row.kind == MessageKind.CUSTOMER:
        without.add(row.sender.get("email", "").lower())  # with a Reply-To, From asked not to be answered
    return _apart(named, without, own)


def _apart(parties: Iterable[Party], without: set[str], own: Ours) -> list[Party]:
    """The parties once each, whatever their case, but those in `without` and our own."""
    kept: dict[str, Party] = {}
    for party in parties:
        email = party.get("email", "").strip().lower()
        if email and email not in without and email not in own:
            held = kept.setdefault(email, {"email": email, "name": party.get("name", "")})
            held["name"] = held["name"] or party.get("name", "")
    return list(kept.values())


def _plain(party: Party) -> Party:
    return {"email": party["email"], "name": party.get("name", "")}


def _recent(conversation: Conversation) -> list[Message]:
    said = conversation.messages.filter(kind__in=[MessageKind.CUSTOMER, MessageKind.REPLY])
    needed = said.only("kind", "sender", "to", "cc", "flags", "routes", "automatic", "conversation")
    return list(needed.order_by("-created_at", "-pk")[:LOOKED_AT])[::-1]


def _known_address(conversation: Conversation) -> list[Party]:
    """The conversation's own customer, when no message names anybody."""
    if conversation.identity.kind == IdentityKind.EMAIL:
        return [{"email": conversation.identity.value, "name": conversation.customer_name}]
    claimed = conversation.participants.filter(role=Participant.Role.AUTHOR, identity__kind=IdentityKind.EMAIL)
    people = [row.identity for row in claimed.select_related("identity")]
    known = people or Identity.objects.filter(
        customer=conversation.identity.customer_id, kind=IdentityKind.EMAIL
    ).order_by("pk")
    return [{"email": identity.value, "name": conversation.customer_name} for identity in known][:1]


def _forwarded_from(incoming: IncomingMessage, own: Ours) -> set[str]:
    """Gmail writes "X-Forwarded-For: old@shop.example new@shop.example" when old forwards to new by itself."""
    pair = _addresses(incoming.headers.get("x-forwarded-for", ""))
    return set(pair[:-1]) if len(pair) > 1 and pair[-1] in own else set()


def _same_house(inbox: Inbox, incoming: IncomingMessage) -> set[str]:
    """Addresses at our own domain by which our server says that the mail came: aliases that no setting names."""
    if is_shared(inbox.address):
        return set()
    return {email for email in incoming.delivered_to if domain(email) == domain(inbox.address)}


def _addresses(text: str) -> list[str]:
    return [email.lower() for email in _ADDRESS.findall(text)]
