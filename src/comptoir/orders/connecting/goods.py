"""Products and customers as platforms tell them: made or brought up to date, many at once, never by an older telling."""

from collections.abc import Sequence

from django.db import transaction

from comptoir.core.models import Origin, Shop
from comptoir.customers import erased
from comptoir.customers.actions import identify
from comptoir.customers.models import Customer, Identity, IdentityKind
from comptoir.lib.money import MAX_MINOR
from comptoir.lib.text import clean_name
from comptoir.orders.connecting import consenting
from comptoir.orders.connecting.counts import Counts
from comptoir.orders.data import is_address
from comptoir.orders.models import Connection, Product
from comptoir.orders.payments import alter
from comptoir.orders.people import NOBODY, telephone
from comptoir.orders.writing import update_many
from comptoir.ports.shop import CustomerData, ProductData

FIELDS = (
    "sku", "title", "category", "description", "price", "currency", "stock", "url", "image_url", "told_at",
)  # fmt: skip
ADDRESS = {"street": 300, "postcode": 20, "city": 120, "country": 2}


@transaction.atomic
def take_products(shop: Shop, products: Sequence[ProductData]) -> Counts:
    """Take products; a picture or drawing that the house has of its own stays."""
    told = {product.external_id[:120]: product for product in products if product.external_id and product.title.strip()}
    rows = Product.objects.select_for_update().filter(shop=shop, external_id__in=list(told)).order_by("pk")
    known = {row.external_id: row for row in rows}
    new, altered = [], []
    for key, product in told.items():
        row = known.get(key)
        values = _product(product)
        if row is None:
            new.append(Product(shop=shop, external_id=key, **values))
        elif row.told_at and product.updated_at and product.updated_at < row.told_at:
            continue
        elif alter(row, values):
            altered.append(row)
    Product.objects.bulk_create(new, ignore_conflicts=True)
    update_many(altered, FIELDS)
    return Counts(len(new), len(altered), len(products) - len(told))


def _product(product: ProductData) -> dict[str, object]:
    priced = product.price is not None and 0 <= product.price <= MAX_MINOR
    return {
        "sku": product.sku[:80],
        "title": product.title.strip()[:300],
        "category": product.category[:120],
        "description": product.description[:20_000],
        "price": product.price if priced else None,
        "currency": product.currency[:3],
        "stock": product.stock,
        "url": product.url if len(product.url) <= 500 else "",
        "image_url": product.image if len(product.image) <= 500 else "",
        "told_at": product.updated_at,
    }


@transaction.atomic
def take_customers(account: Connection, customers: Sequence[CustomerData], *, origin: str = Origin.IMPORT) -> Counts:
    """Take customers: their address, number and telephone lead to one file. What the team wrote is never replaced,
    and who was erased does not come back."""
    shop, gone = account.shop, erased.digests()
    created = altered = refused = 0
    for told in customers:
        found = _known_by(shop, told)
        if found is None:
            refused += 1
        elif any(erased.is_erased(kind, value, gone) for kind, value in found):
            continue
        else:
            identity, made, changed = _take_customer(shop, told, found)
            changed = consenting.take(account, identity, told, origin=origin) or changed
            created += made
            altered += changed and not made
    return Counts(created, altered, refused)


def _known_by(shop: Shop, told: CustomerData) -> list[tuple[str, str]] | None:
    """By what the person is known, best first; None when the platform holds nothing."""
    found = []
    if is_address(told.email.strip()):
        found.append((str(IdentityKind.EMAIL), told.email.strip().lower()))
    if told.external_id not in NOBODY:
        found.append((str(IdentityKind.SHOP), told.external_id[:120]))
    if number := telephone(told.phone, shop):
        found.append((str(IdentityKind.PHONE), number))
    return found or None


def _take_customer(shop: Shop, told: CustomerData, found: list[tuple[str, str]]) -> tuple[Identity, bool, bool]:
    """Whose it is, whether a file was made, and whether one changed."""
    kind, value = found[0]
    there = Identity.objects.filter(kind=kind, value=value, shop=shop if kind == IdentityKind.SHOP else None).exists()
    identity = identify(
        kind,
        value,
        name=clean_name(told.name),
        language=told.language[:10],
        shop=shop if kind == IdentityKind.SHOP else None,
    )
    changed = _complete(identity.customer, told)
    for kind, value in found[1:]:  # numbers that nobody has yet are this person's too; others stay with whom they are
        made = Identity.objects.get_or_create(
            kind=kind,
            value=value,
            shop=shop if kind == IdentityKind.SHOP else None,
            defaults={"customer": identity.customer},
        )[1]
        changed = changed or made
    return identity, not there, changed


def _complete(customer: Customer, told: CustomerData) -> bool:
    """Fill in a postal address where there is none."""
    if not told.addresses or customer.street or customer.city:
        return False
    address = told.addresses[0]
    values = {name: address.get(name, "")[:longest] for name, longest in ADDRESS.items()}
    if not alter(customer, values):
        return False
    customer.save(update_fields=list(values))
    return True
