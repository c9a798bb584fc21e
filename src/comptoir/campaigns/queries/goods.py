"""What stands under a message that speaks of no order yet: the articles of a cart, or the one that is back."""

from typing import Any

from comptoir.campaigns.models import Announcement
from comptoir.campaigns.queries.about import About
from comptoir.campaigns.queries.parts import LINES, picture
from comptoir.campaigns.queries.values import always
from comptoir.lib.money import format_minor
from comptoir.orders.links import base
from comptoir.orders.models import Cart, Product

NOTHING: dict[str, Any] = {
    "steps": [], "dates": [], "facts": [], "relay": {}, "refund": [], "totals": [], "address": "", "number": "",
    "offer": {}, "referral_url": "", "similar": [],
}  # fmt: skip


class OfCart(About):
    """A message about a cart."""

    def __init__(self, row: Announcement, cart: Cart, language: str) -> None:
        super().__init__(row, "", language)
        self.cart = cart

    def values(self) -> dict[str, str]:
        """The places of the text."""
        total = format_minor(self.cart.total, self.cart.currency, self.language)
        return always(self.row.shop, self.row.person.customer) | {"cart.total": total}

    def context(self) -> dict[str, Any]:
        """The articles, the sum, the way back to the cart."""
        cart, frame = self.cart, self.frame
        rows = [
            {
                "title": each["title"],
                "about": ", ".join(filter(None, (each["variant"], frame["quantity"].format(count=each["quantity"])))),
                "price": format_minor(each["total"], cart.currency, self.language),
                "image": picture(each["image"]),
            }
            for each in cart.lines[:LINES]
        ]
        more = len(cart.lines) - LINES
        shelf = {"rows": rows, "more": frame["more"].format(count=more) if more > 0 else ""}
        return (
            NOTHING
            | self.frame_context()
            | {
                "shelves": [(frame["cart"], shelf)],
                "totals": [(frame["total"], format_minor(cart.total, cart.currency, self.language), True)],
                "words": frame | {"follow": frame["resume"]},
                "follow_url": self.link(cart.url or self.row.shop.site_url or base(self.row.shop)),
                "why": frame["why_news"].format(shop=self.row.shop.name),
                "stop": frame["stop_news"],
            }
        )


class OfWish(About):
    """A message about an article that somebody waited for."""

    def __init__(self, row: Announcement, product: Product, language: str) -> None:
        super().__init__(row, "", language)
        self.product = product

    @property
    def stop_url(self) -> str:
        """Nothing to stop: it is said once, because it was asked for."""
        return ""

    def values(self) -> dict[str, str]:
        """The places of the text."""
        return always(self.row.shop, self.row.person.customer) | {
            "product.name": self.product.title,
            "product.price": self._price(),
        }

    def _price(self) -> str:
        sold = self.product
        return "" if sold.price is None else format_minor(sold.price, sold.currency, self.language)

    def context(self) -> dict[str, Any]:
        """The article and the way to it."""
        sold, frame = self.product, self.frame
        row = {"title": sold.title, "about": "", "price": self._price(), "image": picture(sold.image_url)}
        return (
            NOTHING
            | self.frame_context()
            | {
                "shelves": [(frame["back"], {"rows": [row], "more": ""})],
                "words": frame | {"follow": frame["see"]},
                "follow_url": self.link(sold.url or self.row.shop.site_url or base(self.row.shop)),
                "why": frame["why_wish"].format(shop=self.row.shop.name),
                "stop": "",
            }
        )
