"""The filter language: a tree of conditions, checked and made into one condition on conversations.

`{"all": [..]}`, `{"any": [..]}`, `{"not": ..}` and `{"field": "conversation.state", "op": "is", "value": ["open"]}`.
Conditions on orders and parcels that stand in one `all` speak of the same order, and of the same parcel of it.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

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


def where(tree: Tree, agent: Agent, *, probe: bool = False) -> Q:
    """The condition on conversations. Without a word about the state, spam, trash and merged ones stay out.

    What is said of customers, orders and words is found by keys, which is right when few match; with `probe` it is looked
    up row by row, which is right when a list that matches much is read in its order. Both match the same.
    A condition that no longer exists (a room that is gone) matches nothing, so that a view never shows more than it said.
    """
    states = any(leaf["field"] == "conversation.state" for leaf in leaves(tree))
    made = _Compiler(agent, probe).compiled(tree)
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


class _Compiler:
    """Puts conditions together for one reader."""

    def __init__(self, agent: Agent, probe: bool) -> None:
        self.agent, self.probe = agent, probe

    def compiled(self, tree: Tree) -> Q:
        """The condition of a tree."""
        if "field" in tree:
            return self._all([tree])
        if "not" in tree:
            return ~self.compiled(tree["not"])
        return self._all(tree["all"]) if "all" in tree else self._any(tree.get("any", []))

    def _all(self, children: list[Tree]) -> Q:
        """Every child; what is said of a customer, an order or a parcel is said of the same one."""
        made, said = Q(), {"customer": Q(), "order": Q(), "parcel": Q()}
        for child in children:
            field = fields().get(child["field"]) if "field" in child else None
            if "field" not in child:
                made &= self.compiled(child)
            elif field is None:
                made &= Q(pk__in=[])
            elif child["op"] in NEGATIVE:
                made &= ~self._lifted({field.subject: self._condition(field, child)})
            elif field.subject in said:
                said[field.subject] &= self._condition(field, child)
            else:
                made &= self._condition(field, child)
        for subjects in (("customer",), ("order", "parcel")):
            about = {name: said[name] for name in subjects if said[name]}
            made = made & self._lifted(about) if about else made
        return made

    def _any(self, children: list[Tree]) -> Q:
        """One child at least; children that are all found by keys are found one after the other."""
        if not children:
            return Q(pk__in=[])
        found = [self.compiled(child) for child in children]
        if self.probe or not all(_is_keyed(child) for child in children):
            return reduce(or_, found)
        rows = [Conversation.objects.filter(one).order_by().values("pk") for one in found]
        return Q(pk__in=rows[0].union(*rows[1:], all=True)) if len(rows) > 1 else found[0]

    def _condition(self, field: Field, leaf: Tree) -> Q:
        op = str(leaf["op"])
        found: Q = field.condition(NEGATIVE.get(op, op), leaf["value"], self.agent, probe=self.probe)
        return found

    def _lifted(self, said: Mapping[str, Q]) -> Q:
        """From conditions on a customer, an order or a parcel to one on conversations."""
        if "conversation" in said:
            return said["conversation"]
        if "customer" in said:
            customers = Customer.objects.filter(said["customer"]).order_by()
            if self.probe:
                return Q(Exists(customers.filter(identities=OuterRef("identity"))))
            theirs = Identity.objects.filter(customer__in=customers.values("pk")).order_by()
            return Q(identity__in=theirs.values("pk"))
        orders = Order.objects.filter(said.get("order") or Q()).order_by()
        if self.probe:
            return _probed(orders, said.get("parcel"))
        if said.get("parcel"):
            orders = orders.filter(pk__in=Shipment.objects.filter(said["parcel"]).order_by().values("order"))
        beside = ConversationOrder.objects.filter(order__in=orders.values("pk")).order_by().values("conversation")
        buyers = Identity.objects.filter(pk__in=orders.values("identity")).order_by().values("customer")
        theirs = Identity.objects.filter(customer__in=buyers).order_by()
        bought = Conversation.objects.filter(identity__in=theirs.values("pk")).order_by().values("pk")
        return Q(pk__in=beside.union(bought, all=True))


def _probed(orders: "QuerySet[Order]", parcel: Q | None) -> Q:
    """Whether one of the orders stands beside the conversation or was placed by its customer."""
    if parcel:
        orders = orders.filter(Exists(Shipment.objects.filter(parcel, order=OuterRef("pk")).order_by()))
    beside = orders.filter(conversation_links__conversation=OuterRef("pk"))
    customer = OuterRef("identity__customer")
    return Q(Exists(beside)) | Q(Exists(orders.filter(identity__customer=customer)))


def _is_keyed(child: Tree) -> bool:
    field = fields().get(child["field"]) if "field" in child else None
    return field is not None and child["op"] not in NEGATIVE and field.subject in ("customer", "order", "parcel")
