"""From the filters of a view to the conversations that match them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from comptoir.conversations.models import Mention, Priority, ReadMark, State
from comptoir.conversations.queries.conditions import PUT_AWAY, where
from comptoir.conversations.queries.topics import within
from comptoir.core.models import Agent
from comptoir.customers.models import Tag

__all__ = ["PUT_AWAY", "as_tree", "matching"]
Filter = Callable[[Any, Agent], Any]


def matching(conversations: QuerySet[Any], filters: Mapping[str, Any], agent: Agent) -> QuerySet[Any]:
    """Those of the conversations that match all filters of a view (models.View names them); unknown keys say nothing.

    Without `states`, a view shows the open ones, and mentions show all but spam and trash. `where` is a tree of
    conditions (conditions.where), which says all of it.
    """
    wanted = [made for name, value in filters.items() if name in FILTERS for made in [FILTERS[name](value, agent)]]
    if not filters.keys() & {"states", "where", "probe"}:
        wanted.insert(0, ~Q(state__in=PUT_AWAY) if filters.get("mentioned") else Q(state=State.OPEN))
    for one in wanted:
        conversations = conversations.filter(one)
    return conversations


def as_tree(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of a view as a tree of conditions, older and flat ones too."""
    if "where" in filters:
        rest = {name: value for name, value in filters.items() if name != "where"}
        more = [leaf for name, value in rest.items() for leaf in _leaf(name, value)]
        own = filters["where"]
        return {"all": [*own.get("all", [own]), *more]} if more else dict(own)
    if not filters.keys() & {"states", "mentioned"}:
        filters = {"states": [State.OPEN]} | dict(filters)
    return {"all": [leaf for name, value in filters.items() for leaf in _leaf(name, value)]}


def _leaf(name: str, value: Any) -> list[dict[str, Any]]:
    """One flat filter as conditions."""
    if name == "group":
        return _leaf(str(value[0]), value[1])
    if name == "priority_at_least":
        return [_is("conversation.priority", [str(one) for one in Priority.values if one >= _key(value)])]
    if name == "waiting":
        leaf = {"field": "conversation.waiting", "op": "over", "value": 0}
        return [leaf if value else {"not": leaf}]
    if name in _YES:
        return [{"field": _YES[name], "op": "is", "value": True}]
    if name not in _IS or not (value or value == 0):
        return []
    return [_is(_IS[name], [str(one) for one in value] if isinstance(value, list) else [str(value)])]


def _is(field: str, values: list[str]) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": values}


_YES = {
    "unread": "conversation.unread",
    "mentioned": "conversation.mentioned",
    "attachments": "conversation.attachment",
}
_IS = {
    "states": "conversation.state", "assignee": "conversation.assignee", "team": "conversation.team",
    "shop": "conversation.shop", "inbox": "conversation.inbox", "channel": "conversation.channel",
    "topic": "conversation.topic", "tags": "conversation.tag", "customer_tags": "customer.tag",
}  # fmt: skip


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


def _group(value: Any, agent: Agent) -> Q:
    """One part of a list that is split: (what by, a key or "none")."""
    by, key = value
    if by == "channel":
        return Q(channel=str(key))
    return Q(**{by: None}) if key == "none" else Q(**{by: _key(key)})


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
    "topic": lambda value, agent: within([str(value)]),
    "priority_at_least": lambda value, agent: Q(priority__gte=_key(value)),
    "waiting": lambda value, agent: Q(waiting_since__isnull=not value),
    "attachments": lambda value, agent: Q(attachment_count__gt=0),
    "group": _group,
    "where": where,
    "probe": lambda tree, agent: where(tree, agent, probe=True),
}
