"""Twelve named filters over the data set, one of which matches three conversations: `python -m bench.inside.views`.

Prints {name: address of its list}; the owner of the data set sees them all.
"""

import json
import sys

from bench import inside

inside.start()

from django.db import connection  # noqa: E402

from comptoir.conversations.models import Conversation, View  # noqa: E402
from comptoir.customers.models import Tag  # noqa: E402
from comptoir.orders.models import Order, Shipment  # noqa: E402

OPEN = {"field": "conversation.state", "op": "is", "value": ["open"]}


def leaf(field: str, op: str, value: object) -> dict[str, object]:
    """One condition."""
    return {"field": field, "op": op, "value": value}


VIEWS: dict[str, dict[str, object]] = {
    "sparse": leaf("parcel.state", "is", ["lost"]),
    "rare topic": leaf("conversation.topic", "is", ["Rare"]),
    "rare tag": leaf("conversation.tag", "is", ["Rare"]),
    "open": {"all": [OPEN]},
    "tagged": {"all": [OPEN, leaf("conversation.tag", "is", ["sujet 1", "sujet 2"])]},
    "VIP": {"all": [OPEN, leaf("customer.vip", "is", True)]},
    "urgent or late": {"all": [OPEN, {"any": [leaf("conversation.priority", "is", ["2"]), leaf("conversation.waiting", "over", 48)]}]},
    "order shipped": {"all": [OPEN, leaf("order.state", "is", ["shipped"])]},
    "late parcels": {"all": [OPEN, leaf("parcel.late", "is", True)]},
    "spent": {"all": [OPEN, leaf("customer.spent", "at_least", 20_000)]},
    "words": {"all": [OPEN, leaf("message.text", "contains", "remboursement")]},
    "unread, not VIP": {"all": [OPEN, leaf("conversation.unread", "is", True), {"not": leaf("customer.vip", "is", True)}]},
}  # fmt: skip


def main() -> None:
    """Make three conversations rare, and the views."""
    keys = list(Conversation.objects.filter(state="open").order_by("pk").values_list("pk", flat=True)[:300:100])
    Conversation.objects.filter(pk__in=keys).update(topic="Rare")
    rare = Tag.objects.create(name="Rare")
    for conversation in Conversation.objects.filter(pk__in=keys).select_related("identity"):
        conversation.tags.add(rare)
        order = Order.objects.filter(identity=conversation.identity).first() or Order.objects.create(
            shop_id=conversation.shop_id, identity=conversation.identity, external_id=f"rare-{conversation.pk}",
            number=f"R-{conversation.pk}", placed_at=conversation.created_at, total=1,
        )  # fmt: skip
        Shipment.objects.create(order=order, carrier="DHL", state="lost")
    made = {name: View.objects.create(name=name, filters=tree).pk for name, tree in VIEWS.items()}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stdout.write(json.dumps({name: f"/inbox/view-{key}/rows/" for name, key in made.items()}) + "\n")


main()
