"""An order as a file or a platform tells it (ports.shop.OrderData), checked before anything is written.

Money is integer minor units. What is wrong is said by BadOrder, in a sentence that repeats no personal value.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from comptoir.lib.money import MAX_MINOR
from comptoir.orders.models import Order, ParcelState
from comptoir.ports.parcels import ShipmentData
from comptoir.ports.shop import LineData, OrderData

MAX_LINES = 2_000
MAX_PARCELS = 200
MAX_TRACKING = 500
ADDRESS_FIELDS = ("name", "street", "postcode", "city", "country", "phone")
RELAY_FIELDS = ("name", "street", "postcode", "city", "until")


class BadOrder(ValueError):
    """An order cannot be taken; the text says why, in words, and holds no personal value."""


def check(order: OrderData, *, complete: bool = False) -> None:
    """Raise BadOrder for the first thing that makes no sense. A `complete` order has an address and articles, as files
    must tell; platforms hold orders without."""
    if complete:
        _refuse_unless(bool(order.email), _("L’adresse e-mail du client manque."))
        _refuse_unless(bool(order.lines), _("La commande n’a aucun article."))
    _check_heading(order)
    _check_lines(order)
    _check_parcels(order, complete)
    _check_refunds(order)


def tidied(order: OrderData) -> OrderData:
    """A platform's order as it can be kept: what it writes carelessly (an address that is none, a link without https,
    a refund of nothing, a line without a name) must not keep the order away."""
    return replace(
        order,
        number=order.number.strip()[:60] or order.external_id[:60],
        email=order.email.strip() if is_address(order.email.strip()) else "",
        lines=tuple(_tidied_line(line) for line in order.lines),
        shipments=tuple(_tidied_parcel(parcel, len(order.lines)) for parcel in order.shipments),
        refunds=tuple(refund for refund in order.refunds if refund.amount > 0),
        admin_url=_link(order.admin_url),
    )


def _tidied_line(line: LineData) -> LineData:
    return replace(line, title=line.title.strip() or line.sku or "—", image=_link(line.image))


def _tidied_parcel(parcel: ShipmentData, lines: int) -> ShipmentData:
    there = [position for position in parcel.lines if 0 <= position < lines]
    if len(there) != len(parcel.lines):
        return replace(parcel, url=_link(parcel.url), lines=tuple(there), quantities=())
    return replace(parcel, url=_link(parcel.url))


def _link(address: str) -> str:
    return address if address.startswith(("https://", "http://")) and len(address) <= 500 else ""


def is_address(text: str) -> bool:
    """Whether it is an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _refuse_unless(holds: bool, sentence: str, **words: object) -> None:
    if not holds:  # translated only now: files have many orders, and few are refused
        raise BadOrder(gettext(sentence) % {name: _said(word) for name, word in words.items()})


def _said(word: object) -> object:
    return gettext(word) if isinstance(word, str) else word


def _check_heading(order: OrderData) -> None:
    _refuse_unless(bool(order.number.strip()), _("Le numéro de commande manque."))
    _refuse_unless(bool(order.external_id.strip()), _("L’identifiant de la commande manque."))
    _refuse_unless(len(order.number) <= 60, _("Le numéro de commande dépasse 60 caractères."))
    _refuse_unless(len(order.external_id) <= 120, _("L’identifiant de la commande dépasse 120 caractères."))
    _refuse_unless(not order.email or is_address(order.email), _("L’adresse e-mail du client n’est pas valable."))
    _refuse_unless(len(order.email) <= 320, _("L’adresse e-mail du client dépasse 320 caractères."))
    _refuse_unless(order.state in Order.State.values, _("L’état de la commande n’est pas connu."))
    _moment(order.placed_at, _("la date de commande"))
    for amount, name in (
        (order.total, _("Le total")),
        (order.shipping, _("Le prix de la livraison")),
        (order.discount, _("La remise")),
    ):
        _refuse_unless(amount >= 0, _("%(amount)s est négatif."), amount=name)
        _refuse_unless(amount <= MAX_MINOR, _("%(amount)s est trop grand."), amount=name)
    _no_nul(order.number, order.external_id, order.name, order.note, order.payment, order.shipping_method)
    _no_nul(*order.address.values())


def _check_lines(order: OrderData) -> None:
    _refuse_unless(len(order.lines) <= MAX_LINES, _("La commande a plus de 2\u202f000 articles."))
    for number, line in enumerate(order.lines, 1):
        _refuse_unless(bool(line.title.strip()), _("L’article %(number)s n’a pas de nom."), number=number)
        _refuse_unless(
            0 < line.quantity < 2**31, _("La quantité de l’article %(number)s n’est pas possible."), number=number
        )
        _refuse_unless(
            abs(line.unit_price) <= MAX_MINOR, _("Le prix de l’article %(number)s est trop grand."), number=number
        )
        _refuse_unless(
            abs(line.amount) <= MAX_MINOR, _("Le total de l’article %(number)s est trop grand."), number=number
        )
        _no_nul(line.title, line.sku, line.variant, line.product)


def _check_parcels(order: OrderData, complete: bool) -> None:
    _refuse_unless(len(order.shipments) <= MAX_PARCELS, _("La commande a plus de 200 colis."))
    for number, parcel in enumerate(order.shipments, 1):
        named = bool(parcel.carrier.strip()) or not complete
        _refuse_unless(named, _("Le transporteur du colis %(number)s manque."), number=number)
        _refuse_unless(
            parcel.state in ParcelState.values, _("L’état du colis %(number)s n’est pas connu."), number=number
        )
        _refuse_unless(
            len(parcel.events) <= MAX_TRACKING, _("Le colis %(number)s a plus de 500 étapes."), number=number
        )
        _refuse_unless(
            parcel.url == "" or parcel.url.startswith(("https://", "http://")),
            _("L’adresse de suivi du colis %(number)s ne commence pas par http."),
            number=number,
        )
        _refuse_unless(
            len(parcel.url) <= 500, _("L’adresse de suivi du colis %(number)s est trop longue."), number=number
        )
        _no_nul(parcel.carrier, parcel.number, parcel.external_id, *parcel.relay.values())
        for position in parcel.lines:
            _refuse_unless(
                0 <= position < len(order.lines),
                _("Le colis %(number)s nomme un article qui n’est pas dans la commande."),
                number=number,
            )
        for event in parcel.events:
            _refuse_unless(
                event.state in ParcelState.values, _("Une étape du colis %(number)s n’est pas connue."), number=number
            )
            _moment(event.occurred_at, _("la date d’une étape"))
            _no_nul(event.text, event.place, event.code)


def _check_refunds(order: OrderData) -> None:
    names = [refund.external_id for refund in order.refunds]
    _refuse_unless(len(set(names)) == len(names), _("Deux remboursements ont le même identifiant."))
    for refund in order.refunds:
        _refuse_unless(0 < refund.amount <= MAX_MINOR, _("Un remboursement n’a pas de montant possible."))
        _moment(refund.refunded_at, _("la date d’un remboursement"))
        _no_nul(refund.external_id, refund.reason)


def _moment(moment: datetime, name: str) -> None:
    _refuse_unless(moment.tzinfo is not None, _("Le fuseau manque\u202f: %(name)s."), name=name)
    _refuse_unless(moment.year >= 1990, _("Une date est trop ancienne\u202f: %(name)s."), name=name)
    late = moment > timezone.now() + timedelta(days=2)
    _refuse_unless(not late, _("Une date est dans l’avenir\u202f: %(name)s."), name=name)


def _no_nul(*texts: str) -> None:
    _refuse_unless(not any("\0" in text for text in texts), _("Un texte contient un caractère interdit (zéro)."))
