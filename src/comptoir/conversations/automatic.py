"""Whether an automatic mail of a conversation may leave: the facts of the database for the guard (lib.mail.loops)."""

from datetime import timedelta

from django.utils import timezone

from comptoir.conversations.models import Conversation, Message, MessageKind, State
from comptoir.conversations.ours import ours
from comptoir.lib.mail.loops import Occasion, refusal


def refused(
    conversation: Conversation, to: list[str], *, answers: Message | None = None, but: Message | None = None
) -> str:
    """Why no automatic mail of that conversation may go to these addresses, as a code; "" when it may.

    `answers` is the message that it answers; `but` is the mail itself when it is written already.
    """
    if conversation.silent or conversation.state in (State.SPAM, State.TRASH, State.QUIET):
        return "state"
    if conversation.identity.blocked_at is not None:
        return "blocked"
    occasion = None
    if answers is not None:
        occasion = Occasion(answers.automatic, answers.flags, answers.routes.get("list", ""))
    return refusal(to, is_ours=ours().__contains__, sent_today=_sent_to(to, but), occasion=occasion)


def refused_copy(to: list[str]) -> str:
    """Why what an agent has said in a chat must not follow by mail to these addresses; "" when it may."""
    return refusal(to, is_ours=ours().__contains__, sent_today=0)


def _sent_to(to: list[str], but: Message | None) -> int:
    """How many automatic mails the address has had of us in a day (by the person's own conversations, which are few)."""
    since = timezone.now() - timedelta(days=1)
    left = Message.objects.filter(automatic=True, kind=MessageKind.SYSTEM, created_at__gt=since)
    left = left.filter(conversation__identity__value__in=to)
    return (left.exclude(pk=but.pk) if but is not None else left).count()
