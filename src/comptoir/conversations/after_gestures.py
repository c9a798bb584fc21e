"""What a conversation does when something was done to an order from it; each runs as a job of its own."""

import logging

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.conversations.actions import answering, duties
from comptoir.conversations.actions.duties import Duty
from comptoir.conversations.actions.writing import CannotAnswer, Written
from comptoir.conversations.models import Conversation, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Event
from comptoir.lib.html import from_text
from comptoir.lib.money import format_minor
from comptoir.orders.gestures import authority
from comptoir.orders.models import Gesture
from comptoir.outbox.actions import send_mail

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


def tell_approvers(event: Event) -> None:
    """An act waits for an accord: those who may give it hear of it by mail, unless they chose not to.

    The absent do so only when all are absent.
    """
    row = Gesture.objects.select_related("order__shop", "identity", "agent").filter(pk=event.subject_id).first()
    if row is None or row.state != Gesture.State.WAITING:
        return
    able = [one for one in authority.approvers(authority.weighed(row), row.agent) if one.mail_approvals]
    for agent in [one for one in able if not one.away] or able:
        with override(agent.language):
            act = str(row.get_verb_display())
        send_mail(
            "approval",
            to=agent.email,
            context={
                "by": row.agent.name if row.agent else "Comptoir",
                "act": act,
                "amount": format_minor(row.amount, row.currency, agent.language) if row.amount else "",
                "reason": row.reason,
                "number": row.order.number,
                "link": f"{settings.PUBLIC_URL}/gestures/",
            },
            language=agent.language,
            agent=agent,
            identity=row.identity,
            shop=row.order.shop,
            automatic=True,
        )


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
