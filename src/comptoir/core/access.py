"""Who sees and does what. Every query in a door starts from one of these functions; what one may not see is a 404.

The rows of higher rooms are reached by name, so that this stays the one place to read.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from comptoir.core.models import Agent, Role, Shop, Team


class Denied(Exception):
    """The agent's role does not allow it; the text says what is missing, in words."""


class May(StrEnum):
    """What a role can be allowed."""

    ANSWER = "answer"
    ORGANISE = "organise"
    EDIT_CUSTOMERS = "edit_customers"
    ACT_ON_ORDERS = "act_on_orders"
    ERASE = "erase"
    SHARE_VIEWS = "share_views"
    SHARE_MACROS = "share_macros"
    SETTINGS = "settings"
    AGENTS = "agents"


_WORK = {May.ANSWER, May.ORGANISE, May.EDIT_CUSTOMERS, May.ACT_ON_ORDERS}
ALLOWED: dict[str, set[May]] = {
    Role.OWNER: set(May),
    Role.LEAD: {*_WORK, May.ERASE, May.SHARE_VIEWS, May.SHARE_MACROS},
    Role.AGENT: _WORK,
    Role.STORE: {May.ANSWER, May.ORGANISE, May.ACT_ON_ORDERS},
    Role.READER: set(),
}


def can(agent: Agent, what: May) -> bool:
    """Whether the agent's role allows it."""
    return agent.is_active and what in ALLOWED[agent.role]


def require(agent: Agent, what: May) -> None:
    """Raise Denied when the agent's role does not allow it."""
    if not can(agent, what):
        raise Denied(what)


def shops(agent: Agent) -> QuerySet[Shop]:
    """The shops whose matters the agent sees."""
    everything = Shop.objects.order_by("name")
    return everything if sees_every_shop(agent) else everything.filter(agents=agent)


def teams(agent: Agent) -> QuerySet[Team]:
    """The teams whose queues the agent sees."""
    if agent.role == Role.STORE:
        return Team.objects.filter(agents=agent)
    return Team.objects.all() if sees_every_shop(agent) else Team.objects.filter(Q(shop=None) | Q(shop__agents=agent))


def inboxes(agent: Agent) -> QuerySet[Any]:
    """The inboxes of the agent's shops."""
    rows = apps.get_model("conversations", "Inbox")._default_manager.all()
    return rows if sees_every_shop(agent) else rows.filter(shop__in=_shop_keys(agent))


def conversations(agent: Agent) -> QuerySet[Any]:
    """The conversations that the agent may open: all of their shops; a store manager's are the store's own."""
    return apps.get_model("conversations", "Conversation")._default_manager.filter(matters(agent))


def threads(agent: Agent) -> QuerySet[Any]:
    """The conversations that the agent may open, and the threads aside of these: only pages that say so show them."""
    rows = apps.get_model("conversations", "Conversation").with_sides
    # One condition on the row itself and one on what it lies beside: subqueries joined by OR would each be read whole.
    own, beside = matters(agent), matters(agent, "side__conversation__")
    return rows.filter((~Q(state="side") & own) | (Q(side__isnull=False) & beside))


def matters(agent: Agent, prefix: str = "") -> Q:
    """Which conversations an agent may open, as a condition on rows that reach them by `prefix`; threads aside are not told apart."""
    if agent.role == Role.STORE:
        return Q(**{f"{prefix}team__in": list(_team_keys(agent))}) | Q(**{f"{prefix}assignee": agent})
    return Q() if sees_every_shop(agent) else Q(**{f"{prefix}shop__in": _shop_keys(agent)})


def orders(agent: Agent) -> QuerySet[Any]:
    """The orders of the agent's shops; a store manager's are those beside a conversation of theirs."""
    rows = apps.get_model("orders", "Order")._default_manager.all()
    if agent.role == Role.STORE:
        return rows.filter(conversations__in=conversations(agent)).distinct()
    return rows if sees_every_shop(agent) else rows.filter(shop__in=_shop_keys(agent))


def parcels(agent: Agent) -> QuerySet[Any]:
    """The parcels of the orders that the agent sees."""
    rows = apps.get_model("orders", "Shipment")._default_manager.all()
    return rows if sees_every_shop(agent) else rows.filter(order__in=orders(agent).order_by().values("pk"))


def cases(agent: Agent) -> QuerySet[Any]:
    """What goes wrong with these parcels."""
    rows = apps.get_model("care", "Case")._default_manager.all()
    return rows if sees_every_shop(agent) else rows.filter(order__in=orders(agent).order_by().values("pk"))


def incidents(agent: Agent) -> QuerySet[Any]:
    """The incidents of the agent's shops; none for who keeps a store."""
    rows = apps.get_model("care", "Incident")._default_manager.all()
    if agent.role == Role.STORE:
        return rows.none()
    return rows if sees_every_shop(agent) else rows.filter(shop__in=_shop_keys(agent))


def announcements(agent: Agent) -> QuerySet[Any]:
    """The messages that were or shall be written to customers of the agent's shops; none for who keeps a store."""
    rows = apps.get_model("campaigns", "Announcement")._default_manager.all()
    if agent.role == Role.STORE:
        return rows.none()
    return rows if sees_every_shop(agent) else rows.filter(shop__in=_shop_keys(agent))


def gestures(agent: Agent) -> QuerySet[Any]:
    """What was done to the orders that the agent sees."""
    rows = apps.get_model("orders", "Gesture")._default_manager.all()
    if agent.role == Role.STORE:
        return rows.filter(order__in=orders(agent))
    return rows if sees_every_shop(agent) else rows.filter(shop__in=_shop_keys(agent))


def customers(agent: Agent) -> QuerySet[Any]:
    """The customers who wrote to or bought from the agent's shops; all of them for who sees every shop."""
    rows = apps.get_model("customers", "Customer")._default_manager.filter(merged_into=None)
    if sees_every_shop(agent):
        return rows
    mine = conversations(agent).filter(identity__customer=OuterRef("pk"))
    bought = orders(agent).filter(identity__customer=OuterRef("pk"))
    return rows.filter(Exists(mine) | Exists(bought))


def agents(agent: Agent) -> QuerySet[Agent]:
    """The colleagues whom the agent can see and assign to: those who share a shop."""
    rows = Agent.objects.filter(is_active=True)
    if sees_every_shop(agent):
        return rows
    return rows.filter(Q(every_shop=True) | Q(shops__in=_shop_keys(agent)) | Q(pk=agent.pk)).distinct()


def accounts(agent: Agent) -> QuerySet[Agent]:
    """The accounts that the agent may change, closed and invited ones too."""
    return Agent.objects.all() if can(agent, May.AGENTS) else Agent.objects.none()


def audiences(agent: Agent) -> frozenset[str]:
    """The audiences of live signals that an agent's stream belongs to."""
    own = {f"agent:{agent.pk}"}
    if agent.role == Role.STORE:
        return frozenset(own | {f"team:{key}" for key in _team_keys(agent)})
    return frozenset(own | {f"shop:{key}" for key in shops(agent).values_list("pk", flat=True)})


def sees_every_shop(agent: Agent) -> bool:
    """Whether the agent's work knows no limit of shops."""
    return agent.role == Role.OWNER or (agent.every_shop and agent.role != Role.STORE)


def _shop_keys(agent: Agent) -> Iterable[Any]:
    return agent.shops.values("pk")


def _team_keys(agent: Agent) -> Any:
    return agent.teams.values_list("pk", flat=True)
