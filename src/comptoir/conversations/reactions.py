"""What conversations do when something happened; each runs as a job of its own."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from comptoir.conversations.actions import noticing
from comptoir.conversations.actions.duties import Duty, add_task
from comptoir.conversations.actions.organising import assign
from comptoir.conversations.actions.settling import settle, with_threads
from comptoir.conversations.models import Conversation, Mention, State
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Agent, Event, Role
from comptoir.customers.models import Customer

PRIVACY_DAYS = 25  # the law gives a month; some days are left for whoever is away


def tell_assigned(event: Event) -> None:
    """A colleague gave the matter to an agent who wants to know it by mail."""
    agent = Agent.objects.filter(pk=event.codes.get("assignee") or 0, is_active=True, mail_assigned=True).first()
    conversation = Conversation.objects.filter(pk=event.subject_id).first()
    mine = event.actor_kind == "agent" and agent is not None and event.actor_id == agent.pk
    if agent is None or conversation is None or mine or conversation.assignee_id != agent.pk:
        return
    noticing.tell(agent, conversation, "assigned", by=_name(event))


def tell_mentioned(event: Event) -> None:
    """A note names agents who want to know it by mail and have not read it yet."""
    mentions = Mention.objects.filter(message=event.codes.get("message") or 0, read_at=None, agent__mail_mentioned=True)
    for mention in mentions.filter(agent__is_active=True).select_related("agent", "message__conversation"):
        note = mention.message
        noticing.tell(mention.agent, note.conversation, "mentioned", by=_name(event), note=note.text)


def _name(event: Event) -> str:
    agent = Agent.objects.filter(pk=event.actor_id or 0).first() if event.actor_kind == "agent" else None
    return agent.name if agent else "Comptoir"


def give_back(event: Event) -> None:
    """A colleague's account was closed: what they had open belongs to nobody, so that somebody takes it."""
    theirs = Conversation.objects.filter(
        assignee=event.subject_id, state__in=[State.OPEN, State.PENDING, State.SNOOZED]
    )
    if Agent.objects.filter(pk=event.subject_id, is_active=False).exists():
        for conversation in theirs:
            assign(conversation, None, actor=SYSTEM)


def task_of_privacy(event: Event) -> None:
    """A shop hands on a wish about personal data: the house's owner gets it as a task with its deadline.

    Nothing is handed out or erased by itself: a person looks, since the law also knows reasons to keep.
    """
    owner = Agent.objects.filter(role=Role.OWNER, is_active=True).order_by("pk").first()
    customer = Customer.objects.filter(pk=event.customer_key or 0, erased_at=None).first()
    if customer is None and event.codes.get("wish") != "shop_redact":
        return
    with override(owner.language if owner and owner.language else "fr"):
        titles = {
            "data_request": _("Donner ses données à cette personne\u202f: elle les a demandées à la boutique"),
            "customer_redact": _("Effacer cette personne, sauf ce que la loi fait garder\u202f: elle l’a demandé"),
            "shop_redact": _(
                "La boutique a retiré Comptoir\u202f: déconnectez-la, et effacez ce qui n’a plus à être gardé"
            ),
        }
        title = titles.get(str(event.codes.get("wish")), "")
    if title:
        due = timezone.now() + timedelta(days=PRIVACY_DAYS)
        add_task(Duty(title, assignee=owner, due_at=due), actor=SYSTEM, customer=customer)


def tell_shop(event: Event) -> None:
    """A matter was closed or opened again: the shop whose own thread it is hears of it."""
    settle.defer(once=f"settle:{event.subject_id}", conversation_id=event.subject_id)


tell_shop.among = with_threads  # type: ignore[attr-defined]
