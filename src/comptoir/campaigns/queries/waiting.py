"""Who waits for which article."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from comptoir.campaigns.models import Kind, Setting, StockWish
from comptoir.campaigns.queries.settings import setting_of
from comptoir.core.models import Shop
from comptoir.customers.models import Customer
from comptoir.orders.models import Product

NAMED = 5  # people who are named beside an article


def open_wishes(shop: Shop | None = None) -> QuerySet[StockWish]:
    """The wishes that still stand, of one shop or of all."""
    rows = StockWish.objects.filter(ended_at=None, until__gt=timezone.now(), identity__customer__erased_at=None)
    return rows if shop is None else rows.filter(shop=shop)


def offered(shop: Shop) -> bool:
    """Whether the shop lets people ask: the message is not off, and nobody else says it."""
    setting = setting_of(shop, Kind.BACK_IN_STOCK)
    return setting.mode != Setting.Mode.OFF and not setting.said_by


def product_of(shop: Shop, name: str) -> Product | None:
    """The article of the shop by its key or its reference."""
    name = name.strip()[:120]
    if not name or "\0" in name:
        return None
    rows = Product.objects.filter(shop=shop)
    return rows.filter(external_id=name).first() or rows.filter(sku__iexact=name[:80]).order_by("pk").first()


@dataclass(frozen=True, slots=True)
class Awaited:
    """An article, the first who wait for it, and how many more do."""

    product: Product
    wishes: list[StockWish]
    more: int


def awaited(wishes: QuerySet[StockWish], most: int) -> list[Awaited]:
    """The articles that people wait for, the most wanted first."""
    counted = wishes.order_by().values("product").annotate(count=Count("pk"), since=Min("made_at"))
    rows = list(counted.order_by("-count", "since")[:most])
    first: dict[int, list[StockWish]] = {}
    place = Window(RowNumber(), partition_by="product", order_by=["made_at", "pk"])
    named = wishes.filter(product__in=[row["product"] for row in rows]).alias(place=place).filter(place__lte=NAMED)
    for wish in named.select_related("identity__customer").order_by("made_at", "pk"):
        first.setdefault(wish.product_id, []).append(wish)
    products = Product.objects.select_related("shop", "image").in_bulk([row["product"] for row in rows])
    return [Awaited(products[row["product"]], first[row["product"]], max(row["count"] - NAMED, 0)) for row in rows]


def of_customer(customer: Customer, shops: Iterable[Shop]) -> list[StockWish]:
    """What a customer waits for in these shops."""
    rows = open_wishes().filter(identity__customer=customer, shop__in=shops)
    return list(rows.select_related("product__image", "shop").order_by("-made_at")[:50])
