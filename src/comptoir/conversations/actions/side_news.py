"""What a conversation aside does to the matter beside which it stands: an answer wakes it, a mail that fails brings it back."""

from comptoir.conversations.actions.holding import held
from comptoir.conversations.actions.summary import REOPENED_BY_CUSTOMER, answered, arrived, rank
from comptoir.conversations.models import Conversation, Message, SideConversation, State
from comptoir.conversations.threading import behind
from comptoir.core.actors import SYSTEM, Actor
from comptoir.core.events import record
from comptoir.core.models import Origin
from comptoir.customers.models import Identity
from comptoir.lib.mail.mailboxes import domain, is_shared

Side = SideConversation.State


def matter_of(conversation: Conversation) -> Conversation:
    """The matter that a thread aside belongs to; any other conversation itself."""
    return conversation.side.conversation if conversation.state == State.SIDE else conversation


def customers_of(matter: Conversation) -> set[int]:
    """The keys of the customers who must never hear of what is said aside: the matter's, and those of what was merged in."""
    rows = Conversation.objects.filter(pk__in=behind([matter.pk]))
    return {matter.identity.customer_id, *rows.values_list("identity__customer", flat=True)}


def meant(found: Conversation, identity: Identity) -> Conversation:
    """Where a mail belongs that quotes a thread aside: what the customer writes is never aside."""
    if found.state != State.SIDE:
        return found
    matter = matter_of(found)
    return matter if identity.customer_id in customers_of(matter) else found


def of_one_house(thread: Conversation, identity: Identity) -> bool:
    """Whether the sender aside is a colleague of whom we wrote to: one domain that is not everybody's."""
    same = domain(identity.value) == domain(thread.identity.value)
    return thread.state == State.SIDE and same and not is_shared(identity.value)


def answered_aside(thread: Conversation, message: Message, *, wakes: bool, files: int, silent: bool) -> Message:
    """A third party's mail was added to the locked thread. When it `wakes`, the matter is open and unread again."""
    arrived(thread, message, wakes=False, files=files)
    side = SideConversation.objects.get(thread=thread)
    matter = held(side.conversation_id)
    if wakes:
        side.state = Side.ANSWERED
        side.save(update_fields=["state"])
        _wake(matter, message)
    record(
        matter,
        "conversation.side_answered" if wakes else "conversation.side_received",
        actor=SYSTEM,
        customer=matter.identity.customer_id,
        shop=matter.shop_id,
        origin=Origin.IMPORT if silent else Origin.LIVE,
        topics=[f"conversation:{thread.pk}"],
        side=thread.pk,
        message=message.pk,
    )
    return message


def went_on_aside(thread: Conversation, message: Message) -> Message:
    """An answer to the third party was written in the mailbox itself."""
    answered(thread, message)
    SideConversation.objects.filter(thread=thread).update(state=Side.WAITING)
    actor = Actor.of(message.agent) if message.agent else SYSTEM
    record_aside(held(thread.side.conversation_id), thread, "conversation.side_replied", actor, message)
    return message


def failed_aside(thread: Conversation, message: Message) -> None:
    """A mail aside did not arrive, or maybe not: the card says so and the matter is open again."""
    side = SideConversation.objects.get(thread=thread)
    side.state = Side.FAILED
    side.save(update_fields=["state"])
    matter = held(side.conversation_id)
    if _reopen(matter):
        matter.save(update_fields=["state", "closed_at", "snoozed_until"])
    record_aside(matter, thread, "conversation.side_failed", SYSTEM, message)


def left_aside(thread: Conversation) -> None:
    """A mail aside that had failed has left after all: it waits for its answer."""
    SideConversation.objects.filter(thread=thread, state=Side.FAILED).update(state=Side.WAITING)


def record_aside(
    matter: Conversation, thread: Conversation, verb: str, actor: Actor, message: Message | None = None
) -> None:
    """The matter's journal and pages, and the thread's own page."""
    record(
        matter,
        verb,
        actor=actor,
        customer=matter.identity.customer_id,
        shop=matter.shop_id,
        topics=[f"conversation:{thread.pk}"],
        side=thread.pk,
        message=message.pk if message else None,
    )


def _wake(matter: Conversation, message: Message) -> None:
    if matter.state in (State.SPAM, State.TRASH):
        return
    _reopen(matter)
    matter.newest_message = max(matter.newest_message, message.pk)
    matter.last_message_at = max(matter.last_message_at, message.created_at)
    rank(matter)
    matter.save()


def _reopen(matter: Conversation) -> bool:
    if matter.state not in REOPENED_BY_CUSTOMER:
        return False
    matter.state, matter.closed_at, matter.snoozed_until = State.OPEN, None, None
    return True
