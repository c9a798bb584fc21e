"""The filter language: a tree of conditions, checked and made into one condition on conversations.

`{"all": [..]}`, `{"any": [..]}`, `{"not": ..}` and `{"field": "conversation.state", "op": "is", "value": ["open"]}`.
Conditions on orders and parcels that stand in one `all` speak of the same order, and of the same parcel of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from comptoir.conversations.models import Conversation, ConversationOrder, State
from comptoir.core.filters import NEGATIVE, BadCondition, Field, clean, fields
from comptoir.core.models import Agent
from comptoir.customers.models import Customer, Identity
from comptoir.orders.models import Order, Shipment

DEEPEST = 4
MOST = 40
PUT_AWAY = (State.SPAM, State.TRASH, State.MERGED)
Tree = Mapping[str, Any]


def checked(tree: Any) -> dict[str, Any]:
    """The tree with cleaned values; raises BadCondition with what is wrong first."""
    made = _checked(tree, 1)
    if sum(1 for _leaf in leaves(made)) > MOST:
        raise BadCondition("too_many")
    return made


def leaves(tree: Tree) -> Iterator[Tree]:
    """All conditions of a tree."""
    if "field" in tree:
        yield tree
    elif "not" in tree:
        yield from leaves(tree["not"])
    else:
        for child in tree.get("all") or tree.get("any") or ():
            yield from leaves(child)


def asks_each(tree: Tree) -> list[str]:
    """The labels of conditions whose answer differs from reader to reader."""
    found = []
    for leaf in leaves(tree):
        field = fields().get(leaf["field"])
        relative = isinstance(leaf["value"], list) and {"me", "mine"} & {str(value) for value in leaf["value"]}
        if field is not None and (field.each or relative):
            found.append(str(field.label))
    return found


def where(tree: Tree, agent: Agent) -> Q:
    """The condition on conversations. Without a word about the state, spam, trash and merged ones stay out.

    A condition that no longer exists (a room that is gone) matches nothing, so that a view never shows more than it said.
    """
    states = any(leaf["field"] == "conversation.state" for leaf in leaves(tree))
    made = _compiled(tree, agent)
    return made & ~Q(state=State.MERGED) if states else made & ~Q(state__in=PUT_AWAY)


def is_light(tree: Tree) -> bool:
    """Whether its conversations can be counted with the page: own columns of those that are not closed."""
    known = fields()
    cheap = all(leaf["field"] in known and known[leaf["field"]].cheap for leaf in leaves(tree))
    return cheap and any(_is_limit(child) for child in ([tree] if "field" in tree else tree.get("all", ())))


def _is_limit(child: Tree) -> bool:
    if child.get("field") == "conversation.waiting":
        return True
    return child.get("field") == "conversation.state" and child["op"] == "is" and State.CLOSED not in child["value"]


def _checked(tree: Any, depth: int) -> dict[str, Any]:
    if not isinstance(tree, Mapping):
        raise BadCondition("malformed")
    if depth > DEEPEST + 1:
        raise BadCondition("too_deep")
    if "field" in tree:
        field = fields().get(str(tree["field"]))
        if field is None:
            raise BadCondition("unknown_field", str(tree["field"])[:60])
        op = str(tree.get("op", field.operators[0]))
        return {"field": field.name, "op": op, "value": clean(field, op, tree.get("value"))}
    if "not" in tree:
        return {"not": _checked(tree["not"], depth)}
    for kind in ("all", "any"):
        if kind in tree:
            children = tree[kind]
            if not isinstance(children, list) or (not children and depth > 1):
                raise BadCondition("empty_group")
            if len(children) > MOST:
                raise BadCondition("too_many")
            return {kind: [_checked(child, depth + 1) for child in children]}
    raise BadCondition("malformed")


def _compiled(tree: Tree, agent: Agent) -> Q:
    if "field" in tree:
        return _all([tree], agent)
    if "not" in tree:
        return ~_compiled(tree["not"], agent)
    if "all" in tree:
        return _all(tree["all"], agent)
    return _any(tree.get("any", []), agent)


def _all(children: list[Tree], agent: Agent) -> Q:
    """Every child; what is said of a customer, an order or a parcel is said of the same one."""
    made, said = Q(), {"customer": Q(), "order": Q(), "parcel": Q()}
    for child in children:
        field = fields().get(child["field"]) if "field" in child else None
        if "field" not in child:
            made &= _compiled(child, agent)
        elif field is None:
            made &= Q(pk__in=[])
        elif child["op"] in NEGATIVE:
            made &= ~_lifted(field, {field.subject: _condition(field, child, agent)})
        elif field.subject in said:
            said[field.subject] &= _condition(field, child, agent)
        else:
            made &= _condition(field, child, agent)
    if said["customer"]:
        made &= _lifted(None, {"customer": said["customer"]})
    if said["order"] or said["parcel"]:
        made &= _lifted(None, {"order": said["order"], "parcel": said["parcel"]})
    return made


def _any(children: list[Tree], agent: Agent) -> Q:
    made = Q(pk__in=[])
    for child in children:
        made |= _compiled(child, agent)
    return made


def _condition(field: Field, leaf: Tree, agent: Agent) -> Q:
    op = str(leaf["op"])
    found: Q = field.condition(NEGATIVE.get(op, op), leaf["value"], agent)
    return found


def _lifted(field: Field | None, said: Mapping[str, Q]) -> Q:
    """From conditions on a customer, an order or a parcel to one on conversations, by keys."""
    if field is not None and field.subject == "conversation":
        return said["conversation"]
    if "customer" in said:
        customers = Customer.objects.filter(said["customer"]).order_by().values("pk")
        return Q(identity__in=Identity.objects.filter(customer__in=customers).order_by().values("pk"))
    orders = Order.objects.filter(said.get("order") or Q()).order_by()
    if said.get("parcel"):
        parcels = Shipment.objects.filter(said["parcel"]).order_by()
        orders = orders.filter(pk__in=parcels.values("order"))
    beside = ConversationOrder.objects.filter(order__in=orders.values("pk")).order_by().values("conversation")
    buyers = Identity.objects.filter(pk__in=orders.values("identity")).order_by().values("customer")
    theirs = Conversation.objects.filter(identity__in=Identity.objects.filter(customer__in=buyers).order_by())
    return Q(pk__in=beside.union(theirs.order_by().values("pk"), all=True))
