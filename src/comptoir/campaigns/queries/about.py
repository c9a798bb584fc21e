"""What stands around and under the text of a message: articles, amounts, parcel, why it came and how to stop it."""

from typing import Any

from comptoir.campaigns import links, words
from comptoir.campaigns.kinds import TRAITS
from comptoir.campaigns.models import Announcement, Kind, Model
from comptoir.campaigns.queries import parts
from comptoir.campaigns.queries.gate import EMAIL, addressee, purpose_of
from comptoir.campaigns.queries.settings import manner_of, setting_of
from comptoir.campaigns.queries.values import values
from comptoir.customers.consents import agreed
from comptoir.customers.models import ConsentPurpose
from comptoir.lib import colours, phone
from comptoir.orders.links import order_link
from comptoir.orders.models import Order, Refund

NEWS, SURVEYS, MEASURE = ConsentPurpose.NEWS.value, ConsentPurpose.SURVEYS.value, ConsentPurpose.MEASURE.value
ACCENT, ACCENT_DARK = "#1d6b55", "#6cc4a5"  # of a shop whose own are no colours


class About:
    """Everything of a message that is not its text: what is the same whatever it speaks of."""

    def __init__(self, row: Announcement, model: str, language: str) -> None:
        self.row, self.model, self.language = row, model, language
        self.frame, self.identity = words.frame(language), addressee(row)
        identity = self.identity
        self.measures = manner_of(row.shop).measures
        personal = self.measures and identity is not None and agreed(identity.customer_id, row.shop_id, EMAIL, MEASURE)
        self.counted = row.pk if personal else None

    @property
    def purpose(self) -> str:
        """What for: offers make a confirmation a message of the marketing purpose."""
        return NEWS if self.model in (Model.COUPON, Model.SIMILAR) else purpose_of(self.row.kind)

    @property
    def stop_url(self) -> str:
        """Where messages of this purpose are stopped."""
        return links.stop_url(self.row.shop, self.identity.pk, self.purpose) if self.identity else ""

    def headers(self) -> dict[str, str]:
        """One click unsubscribes (RFC 8058), where it was asked for as marketing."""
        if self.purpose not in (NEWS, SURVEYS) or not self.stop_url:
            return {}
        return {"List-Unsubscribe": f"<{self.stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def link(self, url: str) -> str:
        """The address, by way of the counter where the shop counts."""
        return links.counted(self.row.shop, self.row.kind, url, self.counted) if self.measures else url

    def frame_context(self) -> dict[str, Any]:
        """What stands around the text."""
        shop, frame = self.row.shop, self.frame
        return {
            "shop": shop,
            "language": self.language,
            "words": frame,
            "colours": colours.accents(shop.accent, shop.accent_dark, default=ACCENT, default_dark=ACCENT_DARK),
            "phone": frame["phone"].format(phone=phone.display(shop.phone)) if shop.phone else "",
            "stop_url": self.stop_url,
            "pixel": links.pixel(shop, self.row.kind, self.counted) if self.measures else "",
        }


class OfOrder(About):
    """A message about an order or a parcel of it."""

    def __init__(self, row: Announcement, order: Order, model: str, language: str) -> None:
        super().__init__(row, model, language)
        self.order = order

    def values(self) -> dict[str, str]:
        """The places of the text."""
        offer = setting_of(self.row.shop, self.row.kind).offer
        return values(self.order, self.row.shipment, self._refund(), offer, self.language)

    def context(self) -> dict[str, Any]:
        """Articles, amounts, parcel, offers: for the templates."""
        row, order, parcel, frame, language = self.row, self.order, self.row.shipment, self.frame, self.language
        blocks = TRAITS[row.kind].blocks
        sent, still = parts.sent_and_still(order) if "sent" in blocks else ([], [])
        whole = parts.of_parcel(parcel, order) if "lines" in blocks else []
        given = {
            "steps": parts.steps(order, parcel, frame) if "steps" in blocks else [],
            "dates": parts.dates(parcel, frame, language) if "dates" in blocks else [],
            "facts": parts.facts(parcel, frame, language) if "parcel" in blocks or parcel else [],
            "relay": parts.relay(parcel, frame, language) if "relay" in blocks else {},
            "refund": parts.refunded(self._refund(), frame, language) if "refund" in blocks else [],
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
        return given | self.frame_context() | self._order_frame() | self._offers()

    def _order_frame(self) -> dict[str, Any]:
        why = {NEWS: "news", SURVEYS: "survey"}.get(self.purpose, "order")
        stop = {NEWS: "stop_news", SURVEYS: "stop_surveys"}.get(self.purpose, "stop_orders")
        return {
            "follow_url": self.link(order_link(self.order)),
            "number": self.frame["order"].format(number=self.order.number),
            "why": self.frame[f"why_{why}"].format(shop=self.row.shop.name, number=self.order.number),
            "stop": self.frame[stop],
        }

    def _refund(self) -> Refund | None:
        if self.row.kind != Kind.REFUNDED:
            return None
        known, step = self.order.refunds.all(), self.row.step
        return known.filter(pk=step).first() if step.isdecimal() else known.first()

    def _offers(self) -> dict[str, Any]:
        offer = setting_of(self.row.shop, self.row.kind).offer if self.model == Model.COUPON else {}
        goods = parts.similar(self.order, self.language) if self.model == Model.SIMILAR else []
        referral = offer.get("referral_url", "")
        return {
            "offer": offer,
            "referral_url": self.link(referral) if referral else "",
            "similar": [one | {"url": self.link(one["url"])} for one in goods],
        }
