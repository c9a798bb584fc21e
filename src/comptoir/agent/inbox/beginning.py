"""The first steps of an installation that has no message yet: what is done, what comes next."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comptoir.conversations.models import Conversation, Inbox, InboxKind
from comptoir.core import access
from comptoir.core.access import May
from comptoir.core.models import Agent, Shop
from comptoir.orders.models import Order


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or done; `next` marks the first that is left."""

    title: str
    detail: str
    done: bool
    url: str
    verb: str
    next: bool = False


def steps(agent: Agent) -> list[Step]:
    """The steps for those who may change settings, while nobody has written yet; else none."""
    if not access.can(agent, May.SETTINGS) or Conversation.objects.exists():
        return []
    shop = Shop.objects.order_by("pk").first()
    inboxes = {inbox.kind: inbox for inbox in Inbox.objects.filter(active=True).order_by("-pk")}
    team, orders = Agent.objects.filter(is_active=True).count(), Order.objects.count()
    found = [
        Step(
            _("Nommer votre boutique"),
            shop.name if shop else _("son nom, son adresse, ses couleurs"),
            shop is not None,
            _url("settings-shops"),
            _("Nommer la boutique"),
        ),
        _channel(
            inboxes.get(InboxKind.EMAIL),
            _("Relier votre boîte aux lettres"),
            _("les messages arrivent ici et les réponses partent de votre adresse"),
            _("Relier l’e-mail"),
        ),
        _channel(
            inboxes.get(InboxKind.CHAT),
            _("Ouvrir le chat de votre site"),
            _("une ligne à coller dans vos pages"),
            _("Ouvrir le chat"),
        ),
        Step(
            _("Inviter l’équipe et les magasins"),
            ngettext("vous seul pour l’instant", "%(count)s personnes", team) % {"count": team},
            team > 1,
            _url("settings-agents"),
            _("Inviter quelqu’un"),
        ),
        Step(
            _("Reprendre vos commandes"),
            ngettext("%(count)s commande", "%(count)s commandes", orders) % {"count": orders}
            if orders
            else "comptoir import orders commandes.csv",
            orders > 0,
            "",
            "",
        ),
    ]
    first = next((step for step in found if not step.done), None)
    return [step if step is not first else _following(step) for step in found]


def _channel(inbox: Inbox | None, title: str, detail: str, verb: str) -> Step:
    told = inbox.address or inbox.name if inbox else detail
    return Step(title, told, inbox is not None, _url("settings-channels"), verb)


def _following(step: Step) -> Step:
    return Step(step.title, step.detail, step.done, step.url, step.verb, next=True)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
