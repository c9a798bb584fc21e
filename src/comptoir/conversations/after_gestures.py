"""What a conversation does when something was done to an order from it; each runs as a job of its own."""

import logging

from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.conversations.actions import answering, duties
from comptoir.conversations.actions.duties import Duty
from comptoir.conversations.actions.writing import CannotAnswer, Written
from comptoir.conversations.models import Conversation, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.lib.html import from_text
from comptoir.orders.models import Gesture

log = logging.getLogger(__name__)
SHUT = (State.SPAM, State.TRASH, State.MERGED)


def tell_customer(event: Event) -> None:
    """An act is done: the letter that its agent wrote with it leaves as their answer, once."""
    row = Gesture.objects.select_related("agent").filter(pk=event.subject_id).exclude(letter="").first()
    conversation = _conversation(row)
    if row is None or conversation is None or row.agent is None or row.agent.is_active is False:
        return
    written = Written(html=from_text(row.letter), client_key=f"gesture:{row.public_id.hex}")
    try:
        answering.reply(conversation, written, agent=row.agent)
    except CannotAnswer as refused:
        log.warning("A customer could not be told of an act", extra={"gesture": row.pk, "why": refused.code})
        _remind(row, conversation, _("Prévenir le client\u202f: le message n’a pas pu partir"))


def remind(event: Event) -> None:
    """An act is to be done by hand: a task says so."""
    row = Gesture.objects.select_related("agent", "order").filter(pk=event.subject_id).first()
    conversation = _conversation(row)
    if row is None or row.state != Gesture.State.BY_HAND:
        return
    with override(row.agent.language if row.agent else "fr"):
        title = _("%(act)s de la commande %(number)s, à faire dans la boutique") % {
            "act": row.get_verb_display(),
            "number": row.order.number,
        }
    _remind(row, conversation, title)


def _remind(row: Gesture, conversation: Conversation | None, title: str) -> None:
    customer = None if conversation is not None else row.identity.customer
    duties.add_task(Duty(title, assignee=row.agent), actor=SYSTEM, conversation=conversation, customer=customer)


def _conversation(row: Gesture | None) -> Conversation | None:
    if row is None or not row.conversation_key:
        return None
    return (
        Conversation.objects.select_related("identity").filter(pk=row.conversation_key).exclude(state__in=SHUT).first()
    )
