"""Whether anybody waits for an answer: an agent decides, and the next mail of that sender is judged the same way."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from comptoir.conversations.actions.summary import rank, recount
from comptoir.conversations.models import Conversation, Inbox, MessageKind, SenderLesson, State
from comptoir.core.actors import Actor, ActorKind
from comptoir.core.events import record
from comptoir.lib.mail import purpose
from comptoir.lib.mail.mailboxes import domain, is_shared


@transaction.atomic
def expect_nothing(conversation: Conversation, *, actor: Actor, teach: bool = True) -> bool:
    """Nobody waits for an answer: out of the waiting list, and so is the sender's next mail, unless nothing is to be
    taught (a filter decides anew each time); False when it is so."""
    row = Conversation.objects.select_for_update().select_related("inbox").get(pk=conversation.pk)
    if row.state == State.QUIET:
        return False
    row.state, row.waiting_since, row.snoozed_until, row.closed_at = State.QUIET, None, None, None
    row.quiet_reason = row.quiet_reason or purpose.TAUGHT
    rank(row)
    row.save()
    if teach:
        _teach(row, actor, expects=False)
    _record(row, "conversation.quieted", actor)
    return True


@transaction.atomic
def expect_answer(conversation: Conversation, *, actor: Actor) -> bool:
    """Somebody waits: back to the waiting list, as long as they have been waiting, and so is the sender's next mail."""
    row = Conversation.objects.select_for_update().select_related("inbox").get(pk=conversation.pk)
    if row.state != State.QUIET:
        return False
    row.state = State.OPEN
    recount(row)
    if row.waiting_since is None:
        row.waiting_since = _asked_at(row)
        rank(row)
        row.save(update_fields=["waiting_since", "rank"])
    _teach(row, actor, expects=True)
    _record(row, "conversation.expected", actor)
    return True


@transaction.atomic
def forget_lesson(inbox: Inbox, key: int, *, actor: Actor) -> bool:
    """Judge that sender by the mail itself again."""
    lesson = SenderLesson.objects.filter(inbox=inbox, pk=key).first()
    if lesson is None:
        return False
    lesson.delete()
    record(inbox, "inbox.lesson_forgotten", actor=actor, shop=inbox.shop_id, before={"sender": lesson.sender})
    return True


def _asked_at(row: Conversation) -> datetime | None:
    """When the oldest message came that nobody has answered, a machine's too: an agent says that somebody waits."""
    said = row.messages.filter(kind=MessageKind.CUSTOMER)
    answer = row.messages.filter(kind=MessageKind.REPLY).order_by("-created_at").first()
    if answer is not None:
        said = said.filter(created_at__gt=answer.created_at)
    return said.order_by("created_at").values_list("created_at", flat=True).first()


def _teach(row: Conversation, actor: Actor, *, expects: bool) -> None:
    """Remember the address, and of a machine also the domain with the kind of its mail: machines change addresses."""
    first = row.messages.filter(kind=MessageKind.CUSTOMER).order_by("created_at", "pk").first()
    sender = (first.sender.get("email") or "").lower() if first else ""
    if "@" not in sender or (first is not None and "contact_form" in first.flags):
        return
    lessons = [(sender, "")]
    if row.quiet_reason not in ("", purpose.TAUGHT) and not is_shared(sender):
        lessons.append((domain(sender), row.quiet_reason))
    agent = actor.id if actor.kind == ActorKind.AGENT else None
    for value, kind in lessons:
        SenderLesson.objects.update_or_create(
            inbox=row.inbox,
            sender=value[:320],
            kind=kind,
            defaults={"expects": expects, "agent_id": agent, "taught_at": timezone.now()},
        )


def _record(row: Conversation, verb: str, actor: Actor) -> None:
    record(row, verb, actor=actor, customer=row.identity.customer_id, shop=row.shop_id, reason=row.quiet_reason)
