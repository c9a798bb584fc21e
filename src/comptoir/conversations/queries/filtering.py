"""From the filters of a view to the conversations that match them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptoir.conversations.models import Mention, ReadMark, State
from comptoir.core.models import Agent
from comptoir.customers.models import Tag

PUT_AWAY = (State.SPAM, State.TRASH, State.MERGED)
Filter = Callable[[Any, Agent], Any]


def matching(conversations: QuerySet[Any], filters: Mapping[str, Any], agent: Agent) -> QuerySet[Any]:
    """Those of the conversations that match all filters of a view (models.View names them); unknown keys say nothing.

    Without `states`, a view shows the open ones, and mentions show all but spam and trash.
    """
    wanted = [made for name, value in filters.items() if name in FILTERS for made in [FILTERS[name](value, agent)]]
    if "states" not in filters:
        wanted.insert(0, ~Q(state__in=PUT_AWAY) if filters.get("mentioned") else Q(state=State.OPEN))
    for one in wanted:
        conversations = conversations.filter(one)
    return conversations


def _states(value: Any, agent: Agent) -> Q:
    states = [state for state in value if state in State.values] if isinstance(value, list) else []
    return Q(state=states[0]) if len(states) == 1 else Q(state__in=states)


def _assignee(value: Any, agent: Agent) -> Q:
    if value == "none":
        return Q(assignee=None)
    return Q(assignee=agent.pk if value == "me" else _key(value))


def _tags(value: Any, agent: Agent) -> Any:
    names = [str(name) for name in value] if isinstance(value, list) else []
    return Exists(Tag.objects.filter(conversations=OuterRef("pk"), name__in=names))


def _customer_tags(value: Any, agent: Agent) -> Any:
    names = [str(name) for name in value] if isinstance(value, list) else []
    return Exists(Tag.objects.filter(customers__identities=OuterRef("identity"), name__in=names))


def _mentioned(value: Any, agent: Agent) -> Any:
    named = Mention.objects.filter(message__conversation=OuterRef("pk"), agent=agent.pk)
    return Exists(named.filter(read_at=None) if value == "unread" else named)


def _unread(value: Any, agent: Agent) -> Any:
    read = ReadMark.objects.filter(
        conversation=OuterRef("pk"), agent=agent.pk, message_id__gte=OuterRef("newest_message")
    )
    return ~Exists(read) & Q(newest_message__gt=0)


def _key(value: Any) -> int:
    return int(value) if str(value).isdigit() else 0


FILTERS: dict[str, Filter] = {
    "states": _states,
    "assignee": _assignee,
    "tags": _tags,
    "customer_tags": _customer_tags,
    "mentioned": _mentioned,
    "unread": _unread,
    "team": lambda value, agent: Q(team=_key(value)),
    "shop": lambda value, agent: Q(shop=_key(value)),
    "inbox": lambda value, agent: Q(inbox=_key(value)),
    "channel": lambda value, agent: Q(channel=str(value)),
    "topic": lambda value, agent: Q(topic=str(value)),
    "priority_at_least": lambda value, agent: Q(priority__gte=_key(value)),
    "waiting": lambda value, agent: Q(waiting_since__isnull=not value),
    "attachments": lambda value, agent: Q(attachment_count__gt=0),
}
