"""A message as it would leave now: subject, text, HTML, headers, and what is still missing in it."""

from dataclasses import dataclass, field
from html import unescape

from django.template.loader import render_to_string

from comptoir.campaigns import words
from comptoir.campaigns.models import Announcement, Kind, Model, Setting
from comptoir.campaigns.queries import parts
from comptoir.campaigns.queries.about import MEASURE, NEWS, OfOrder
from comptoir.campaigns.queries.gate import EMAIL
from comptoir.campaigns.queries.goods import OfCart, OfWish
from comptoir.campaigns.queries.settings import setting_of, wording
from comptoir.campaigns.words import Wording
from comptoir.customers.consents import agreed
from comptoir.lib.html import from_text
from comptoir.lib.html.text import to_text
from comptoir.lib.placeholders import fill
from comptoir.orders.models import Order

__all__ = ["MEASURE", "Draft", "Letter", "letter", "model_of"]


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves. `missing` are places without a value: such a message does not leave by itself."""

    subject: str
    text: str
    html: str
    language: str
    model: str = ""
    version: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is being written, instead of the one that holds."""

    wording: Wording
    language: str
    model: str = ""


def letter(row: Announcement, draft: Draft | None = None) -> Letter:
    """The message as it would leave now, in the customer's language when we speak it."""
    setting = setting_of(row.shop, row.kind)
    model = draft.model if draft else model_of(setting, row.order) if row.order else ""
    language = draft.language if draft else _language(row)
    said = draft.wording if draft else wording(row.shop, row.kind, "" if model == Model.PLAIN else model, language)
    about = _about(row, model, language)
    known = about.values()
    filled = {
        name: fill(html, lambda place: known.get(place) or None)
        for name, html in (
            ("subject", said.subject), ("title", said.title), ("greeting", about.frame["greeting"]), ("body", from_text(said.body)),
        )
    }  # fmt: skip
    missing = tuple(dict.fromkeys(name for each in filled.values() for name in each.missing))
    subject, title = unescape(filled["subject"].html), unescape(filled["title"].html)
    greeting, body = unescape(filled["greeting"].html), filled["body"].html
    context = about.context() | {"subject": subject, "title": title or subject, "greeting": greeting, "body": body}
    text = render_to_string("campaigns/letter.txt", context | {"body": to_text(body, links=True)})
    html = render_to_string("campaigns/letter.html", context)
    return Letter(subject, text, html, language, model, said.version, about.headers(), missing)


def _about(row: Announcement, model: str, language: str) -> OfOrder | OfCart | OfWish:
    if row.order is not None:
        return OfOrder(row, row.order, model, language)
    if row.wish is not None:
        return OfWish(row, row.wish.product, language)
    assert row.cart is not None  # a constraint of the table
    return OfCart(row, row.cart, language)


def _language(row: Announcement) -> str:
    """The customer's, unless they asked in another one."""
    asked = [row.wish.language] if row.wish else []
    return words.language_of(*asked, row.person.customer.language, row.shop.language)


def model_of(setting: Setting, order: Order) -> str:
    """The model of a confirmation that this customer gets: the wished one, or the plain one without what it needs."""
    if setting.kind != Kind.CONFIRMED:
        return ""
    wished = setting.model
    if wished == Model.WELCOME:
        earlier = Order.objects.filter(identity__customer=order.identity.customer_id, shop=order.shop_id)
        fits = not earlier.exclude(pk=order.pk).exists()
    elif wished in (Model.COUPON, Model.SIMILAR):
        fits = agreed(order.identity.customer_id, order.shop_id, EMAIL, NEWS) and (
            bool(setting.offer.get("code")) if wished == Model.COUPON else bool(parts.similar(order, "fr"))
        )
    else:
        fits = True
    return wished if fits else Model.PLAIN
