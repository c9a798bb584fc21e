"""The storefront: what a shopper finds at the shop's address. The demo's is a small shop with the chat on every page."""

from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.templatetags.static import static

from comptoir.campaigns.queries import waiting
from comptoir.core.models import Shop
from comptoir.orders.models import Product
from comptoir.portal.chat.door import inbox_of
from comptoir.portal.policy import storefront_policy
from comptoir.portal.shop import ShopRequest, page, shop_url, shopper

SHOWN = 200  # products


@shopper
def home(request: ShopRequest) -> HttpResponse:
    """The products by category, the fullest shelf first, or just the ways to reach a shop that has none here."""
    products = list(_products(request.shop).order_by("category", "pk")[:SHOWN])
    for product in products:
        product.picture = picture(product)  # type: ignore[attr-defined]  # for the template only
    shelves = [(name, list(rows)) for name, rows in groupby(products, key=lambda product: product.category)]
    shelves.sort(key=lambda shelf: -len(shelf[1]))
    return _with_chat(request, "portal/storefront/home.html", {"shelves": shelves})


@shopper
def product(request: ShopRequest, key: int) -> HttpResponse:
    """One product."""
    found = _products(request.shop).filter(pk=key).first()
    if found is None:
        raise Http404
    others = list(_products(request.shop).filter(category=found.category).exclude(pk=found.pk).order_by("pk")[:3])
    for other in others:
        other.picture = picture(other)  # type: ignore[attr-defined]
    awaitable = found.stock == 0 and waiting.offered(request.shop)
    context = {"product": found, "picture": picture(found), "others": others, "awaitable": awaitable}
    return _with_chat(request, "portal/storefront/product.html", context)


def picture(product: Product) -> str:
    """The address of a product's drawing: `bougie`, `bougie.svg` or a path under static."""
    name = product.drawing
    if not name:
        return ""
    path = name if "/" in name else f"ui/img/{name}"
    try:
        return static(path if path.rpartition(".")[2] in {"svg", "png", "jpg", "webp"} else f"{path}.svg")
    except ValueError:  # a drawing that this release does not have
        return ""


def _products(shop: Shop) -> QuerySet[Product]:
    return Product.objects.filter(shop=shop).exclude(price=None)


def _with_chat(request: ShopRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A page of the shop's own site, so to say: the chat comes by its one script tag, from Comptoir's public address."""
    own_host = getattr(request, "urlconf", None) == settings.SHOP_URLCONF
    address = shop_url(request, "chat-script") if own_host else f"{settings.PUBLIC_URL}/s/{request.shop.slug}/chat.js"
    shown = {"section": "shop", "chat_script": address if inbox_of(request.shop) else ""}
    response = page(request, template, shown | context)
    response.headers["Content-Security-Policy"] = storefront_policy(settings.PUBLIC_URL)
    return response
