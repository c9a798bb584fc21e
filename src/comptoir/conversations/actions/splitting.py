"""Taking messages out of a conversation into one of their own, with the same customer."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from comptoir.conversations.actions import belongings
from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.joining import AWAY, CannotJoin, merge
from comptoir.conversations.actions.linking import tie
from comptoir.conversations.actions.summary import recount
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import (
    Conversation,
    ConversationOrder,
    InboxKind,
    Joining,
    Message,
    Participant,
    State,
)
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.lib.text import one_line


class CannotSplit(ValueError):
    """The messages cannot stand alone; `code` says why: nothing, everything, away, no_mail_inbox."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def split(
    conversation: Conversation, keys: Sequence[int], *, actor: Actor, following: bool = False, subject: str = ""
) -> Conversation:
    """Move messages (with `following`, also all that came after the first of them) to a new conversation.

    Answers to those mails go there from now on, since a mail belongs to the conversation of the message that it answers.
    """
    row = held(conversation, "identity", "inbox")
    if row.state in AWAY:
        raise CannotSplit("away")
    chosen = _chosen(row, keys, following)
    inbox = leaving_inbox(row) if row.channel == InboxKind.CHAT else row.inbox
    if inbox is None:  # the window of a chat shows one conversation: what is taken out goes on by mail
        raise CannotSplit("no_mail_inbox")
    first = Message.objects.filter(pk__in=chosen).order_by("created_at", "pk")[0]
    made = Conversation.objects.create(
        shop_id=row.shop_id,
        inbox=inbox,
        identity=row.identity,
        channel=inbox.kind,
        subject=one_line(subject)[:300] or row.subject,
        customer_name=row.customer_name,
        topic=row.topic,
        language=row.language,
        state=State.OPEN if row.state != State.CLOSED else State.CLOSED,
        closed_at=row.closed_at,
        assignee_id=row.assignee_id,
        team_id=row.team_id,
        last_message_at=first.created_at,
        rank=row.rank,
        silent=row.silent,
        created_at=first.created_at,
    )
    Message.objects.filter(pk__in=chosen).update(conversation=made, came_from=None)
    _bring(row, made, chosen)
    for each in (row, made):
        recount(each)
        belongings.count(each)
    tie(row, made, actor=actor, split=True)
    _record(row, "conversation.split", actor, made)
    _record(made, "conversation.split_off", actor, row)
    return made


@transaction.atomic
def unsplit(made: Conversation, origin: Conversation, *, actor: Actor) -> Joining:
    """Put the messages back: the new conversation leads to the former one again."""
    joining = merge(made, origin, actor=actor)
    Message.objects.filter(conversation=origin, came_from=made.pk).update(came_from=None)
    Joining.objects.filter(pk=joining.pk).update(undone_at=joining.joined_at, held={})
    return joining


def _chosen(row: Conversation, keys: Sequence[int], following: bool) -> list[int]:
    messages = row.messages.order_by("created_at", "pk")
    wanted = messages.filter(pk__in=keys)
    first = wanted.first()
    if first is None:
        raise CannotSplit("nothing")
    if following:
        after = Q(created_at__gt=first.created_at) | Q(created_at=first.created_at, pk__gte=first.pk)
        wanted = messages.filter(after | Q(pk__in=keys))
    chosen = list(wanted.values_list("pk", flat=True))
    if not messages.exclude(pk__in=chosen).exists():
        raise CannotSplit("everything")
    return chosen


def _bring(row: Conversation, made: Conversation, chosen: list[int]) -> None:
    """Those who take part, and the orders that the messages name."""
    Participant.objects.bulk_create(
        Participant(conversation=made, identity_id=one.identity_id, role=one.role, flagged=one.flagged)
        for one in row.participants.all()
    )
    said = " ".join(
        text for pair in Message.objects.filter(pk__in=chosen).values_list("subject", "text") for text in pair
    )
    for link in row.order_links.select_related("order"):
        if link.order.number.upper() in said.upper():
            ConversationOrder.objects.create(
                conversation=made, order=link.order, found_in_text=link.found_in_text, proved=link.proved
            )


def _record(row: Conversation, verb: str, actor: Actor, other: Conversation) -> None:
    record(row, verb, actor=actor, customer=row.identity.customer_id, shop=row.shop_id, conversation=other.pk)


__all__ = ["CannotJoin", "CannotSplit", "split", "unsplit"]
