"""A message as it would leave now: subject, text, HTML, headers, and what is still missing in it."""

from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.template.loader import render_to_string

from comptoir.campaigns import links, words
from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Kind, Model, Setting
from comptoir.campaigns.queries import parts
from comptoir.campaigns.queries.gate import EMAIL, purpose_of
from comptoir.campaigns.queries.settings import manner_of, setting_of, wording
from comptoir.campaigns.queries.values import values
from comptoir.campaigns.words import Wording
from comptoir.conversations.actions.opening import address_of
from comptoir.customers.consents import agreed
from comptoir.customers.models import ConsentPurpose, Identity
from comptoir.lib import colours, phone
from comptoir.lib.html import from_text
from comptoir.lib.html.text import to_text
from comptoir.lib.placeholders import fill
from comptoir.orders.links import order_link
from comptoir.orders.models import Order, Refund

NEWS, SURVEYS, MEASURE = ConsentPurpose.NEWS.value, ConsentPurpose.SURVEYS.value, ConsentPurpose.MEASURE.value
ACCENT, ACCENT_DARK = "#1d6b55", "#6cc4a5"  # of a shop whose own are no colours


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
    order, setting = row.order, setting_of(row.shop, row.kind)
    identity = address_of(order)
    model = draft.model if draft else model_of(setting, order)
    language = draft.language if draft else words.language_of(order.identity.customer.language, row.shop.language)
    said = draft.wording if draft else wording(row.shop, row.kind, "" if model == Model.PLAIN else model, language)
    frame = words.frame(language)
    known = values(order, row.shipment, _refund(row), setting.offer, language)
    filled = {
        name: fill(html, lambda place: known.get(place) or None)
        for name, html in (
            ("subject", said.subject), ("title", said.title), ("greeting", frame["greeting"]), ("body", from_text(said.body)),
        )
    }  # fmt: skip
    missing = tuple(dict.fromkeys(name for each in filled.values() for name in each.missing))
    subject, title = unescape(filled["subject"].html), unescape(filled["title"].html)
    about = _About(row, model, language, frame, identity)
    greeting, body = unescape(filled["greeting"].html), filled["body"].html
    context = about.context() | {"subject": subject, "title": title or subject, "greeting": greeting, "body": body}
    text = render_to_string("campaigns/letter.txt", context | {"body": to_text(body, links=True)})
    html = render_to_string("campaigns/letter.html", context)
    return Letter(subject, text, html, language, model, said.version, about.headers(), missing)


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


def _refund(row: Announcement) -> Refund | None:
    if row.kind != Kind.REFUNDED:
        return None
    known = row.order.refunds.all()
    return known.filter(pk=row.step).first() if row.step.isdecimal() else known.first()


class _About:
    """Everything of a message that is not its text."""

    def __init__(
        self, row: Announcement, model: str, language: str, frame: dict[str, Any], identity: Identity | None
    ) -> None:
        self.row, self.model, self.language, self.frame, self.identity = row, model, language, frame, identity
        self.measures = manner_of(row.shop).measures
        personal = self.measures and identity is not None and agreed(identity.customer_id, row.shop_id, EMAIL, MEASURE)
        self.counted = row.pk if personal else None

    @property
    def purpose(self) -> str:
        """What for: offers make a confirmation a message of the marketing purpose."""
        return NEWS if self.model in (Model.COUPON, Model.SIMILAR) else purpose_of(self.row.kind)

    @property
    def stop_url(self) -> str:
        return links.stop_url(self.row.shop, self.identity.pk, self.purpose) if self.identity else ""

    def headers(self) -> dict[str, str]:
        """One click unsubscribes (RFC 8058), where it was asked for as marketing."""
        if self.purpose not in (NEWS, SURVEYS) or not self.stop_url:
            return {}
        return {"List-Unsubscribe": f"<{self.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def link(self, url: str) -> str:
        return links.counted(self.row.shop, self.row.kind, url, self.counted) if self.measures else url

    def context(self) -> dict[str, Any]:
        row, order, parcel, frame, language = self.row, self.row.order, self.row.shipment, self.frame, self.language
        blocks = TRAITS[row.kind].blocks
        sent, still = parts.sent_and_still(order) if "sent" in blocks else ([], [])
        whole = parts.of_parcel(parcel, order) if "lines" in blocks else []
        given = {
            "steps": parts.steps(order, parcel, frame) if "steps" in blocks else [],
            "dates": parts.dates(parcel, frame, language) if "dates" in blocks else [],
            "facts": parts.facts(parcel, frame, language) if "parcel" in blocks or parcel else [],
            "relay": parts.relay(parcel, frame, language) if "relay" in blocks else {},
            "refund": parts.refunded(_refund(row), frame, language) if "refund" in blocks else [],
            "shelves": [
                (name, parts.lines(rows, order, frame, language))
                for name, rows in (
                    (frame["parcel_lines"] if parcel else frame["lines"], whole),
                    (frame["sent"], sent), (frame["still"], still),
                )
                if rows
            ],
            "totals": parts.totals(order, frame, language) if "totals" in blocks else [],
            "address": parts.address(order) if "address" in blocks else "",
        }  # fmt: skip
        return given | self._frame() | self._offers()

    def _frame(self) -> dict[str, Any]:
        shop, order, frame = self.row.shop, self.row.order, self.frame
        why = {NEWS: "news", SURVEYS: "survey"}.get(self.purpose, "order")
        stop = {NEWS: "stop_news", SURVEYS: "stop_surveys"}.get(self.purpose, "stop_orders")
        return {
            "shop": shop,
            "language": self.language,
            "words": frame,
            "colours": colours.accents(shop.accent, shop.accent_dark, default=ACCENT, default_dark=ACCENT_DARK),
            "follow_url": self.link(order_link(order)),
            "number": frame["order"].format(number=order.number),
            "phone": frame["phone"].format(phone=phone.display(shop.phone)) if shop.phone else "",
            "why": frame[f"why_{why}"].format(shop=shop.name, number=order.number),
            "stop": frame[stop],
            "stop_url": self.stop_url,
            "pixel": links.pixel(shop, self.row.kind, self.counted) if self.measures else "",
        }

    def _offers(self) -> dict[str, Any]:
        offer = setting_of(self.row.shop, self.row.kind).offer if self.model == Model.COUPON else {}
        goods = parts.similar(self.row.order, self.language) if self.model == Model.SIMILAR else []
        referral = offer.get("referral_url", "")
        return {
            "offer": offer,
            "referral_url": self.link(referral) if referral else "",
            "similar": [one | {"url": self.link(one["url"])} for one in goods],
        }
