"""What platforms ask about a person's data: told to the house as an event, for which a person decides.

A shop hands on a customer's wish to see or to lose their data, or says that the app was taken away. The law gives a
month and knows reasons to keep (invoices, a claim), so nothing is erased by a webhook alone.
"""

from comptoir.core.actors import SYSTEM
from comptoir.core.events import record
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.orders.models import Connection
from comptoir.orders.people import NOBODY, telephone
from comptoir.ports.shop import CustomerData, Notice

OF_A_SHOP = "shop_redact"


def ask(connection: Connection, notice: Notice) -> int | None:
    """Tell the house what is asked; the customer's key, None when nothing is held on them (or it is the shop's own)."""
    customer = customer_of(connection, notice.customer) if notice.customer else None
    if customer is None and notice.privacy != OF_A_SHOP:
        return None
    record(
        connection,
        "connection.privacy_asked",
        actor=SYSTEM,
        customer=customer.pk if customer else None,
        shop=connection.shop_id,
        wish=notice.privacy,
    )
    return customer.pk if customer else None


def customer_of(connection: Connection, told: CustomerData) -> Customer | None:
    """Whom the platform means, if we know them: by address, number or telephone."""
    wanted: list[tuple[str, str, int | None]] = [(IdentityKind.EMAIL, told.email.strip().lower(), None)]
    if told.external_id not in NOBODY:
        wanted.append((IdentityKind.SHOP, told.external_id, connection.shop_id))
    wanted.append((IdentityKind.PHONE, telephone(told.phone, connection.shop), None))
    for kind, value, shop in wanted:
        found = Identity.objects.filter(kind=kind, value=value, shop=shop).select_related("customer").first()
        if value and found:
            return found.customer
    return (
        Customer.objects.filter(
            identities__orders__connection=connection, identities__orders__platform_customer=told.external_id
        ).first()
        if told.external_id not in NOBODY
        else None
    )
