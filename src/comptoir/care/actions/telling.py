"""What is recorded of a case."""

from typing import Any

from comptoir.care.models import Case
from comptoir.core.actors import Actor
from comptoir.core.events import record


def record_on(case: Case, verb: str, actor: Actor, **codes: Any) -> None:
    """Record that something happened to a case: its customer, shop, kind and order, and these codes."""
    record(
        case,
        verb,
        actor=actor,
        customer=case.order.identity.customer_id,
        shop=case.shop_id,
        kind=case.kind,
        order=case.order_id,
        **codes,
    )
