"""Two matters that are to be seen together; and a matter that goes to another inbox or shop."""

from django.db import transaction
from django.db.models import Q

from comptoir.conversations.actions.holding import held
from comptoir.conversations.channels import leaving_inbox
from comptoir.conversations.models import Conversation, ConversationLink, Inbox, InboxKind, State
from comptoir.core import access
from comptoir.core.actors import Actor
from comptoir.core.events import record
from comptoir.core.models import Agent

MOVABLE = {InboxKind.EMAIL, InboxKind.FORM, InboxKind.PHONE}


class CannotMove(ValueError):
    """It cannot go there; `code` says why: chat (a chat's window belongs to its shop), kind, away, paused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def link(conversation: Conversation, other: Conversation, *, actor: Actor) -> bool:
    """Show each beside the other; False when they are linked already or the same."""
    if conversation.pk == other.pk or not tie(conversation, other, actor=actor):
        return False
    for row, there in ((conversation, other), (other, conversation)):
        _record(row, "conversation.linked", actor, there)
    return True


def tie(one: Conversation, other: Conversation, *, actor: Actor, split: bool = False) -> bool:
    """The row alone, without a word in the journal."""
    first, second = sorted((one.pk, other.pk))
    agent = actor.id if actor.kind == "agent" else None
    defaults = {"agent_id": agent, "split": split}
    return ConversationLink.objects.get_or_create(one_id=first, other_id=second, defaults=defaults)[1]


@transaction.atomic
def unlink(conversation: Conversation, other: Conversation, *, actor: Actor) -> bool:
    """Take the link away; False when there was none."""
    both = Q(one=conversation, other=other) | Q(one=other, other=conversation)
    if not ConversationLink.objects.filter(both).delete()[0]:
        return False
    for row, there in ((conversation, other), (other, conversation)):
        _record(row, "conversation.unlinked", actor, there)
    return True


@transaction.atomic
def move(conversation: Conversation, inbox: Inbox, *, actor: Actor) -> bool:
    """Let another inbox, maybe another shop's, carry the matter from now on: answers leave from its address and with
    its signature. Messages stay as they came; the customer goes on in one thread. False when it is there already."""
    row = held(conversation, "identity", "inbox")
    if row.inbox_id == inbox.pk:
        return False
    if row.state in (State.SPAM, State.TRASH):
        raise CannotMove("away")
    if row.channel == InboxKind.CHAT:
        raise CannotMove("chat")
    if inbox.kind not in MOVABLE:
        raise CannotMove("kind")
    if not inbox.active:
        raise CannotMove("paused")
    former, before = row.inbox, row.live_audiences()
    row.inbox, row.shop_id, row.channel = inbox, inbox.shop_id, inbox.kind
    fields = ["inbox", "shop", "channel"]
    if former.shop_id != inbox.shop_id:
        row.team_id = inbox.team_id
        if row.assignee is not None and not sees(row.assignee, row.shop_id):
            row.assignee = None
        fields += ["team", "assignee"]
    row.save(update_fields=fields)
    Conversation.with_sides.filter(side__conversation=row).update(
        inbox=leaving_inbox(row) or row.inbox, shop=row.shop_id
    )
    record(
        row,
        "conversation.moved",
        actor=actor,
        customer=row.identity.customer_id,
        shop=row.shop_id,
        audiences=before,
        inbox=inbox.pk,
        former_inbox=former.pk,
    )
    return True


def sees(agent: Agent, shop_id: int) -> bool:
    """Whether the agent may be responsible for matters of that shop."""
    return access.shops(agent).filter(pk=shop_id).exists()


def _record(row: Conversation, verb: str, actor: Actor, other: Conversation) -> None:
    record(row, verb, actor=actor, customer=row.identity.customer_id, shop=row.shop_id, conversation=other.pk)
