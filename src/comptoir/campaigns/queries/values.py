"""What the places of a text say about one order, one parcel, one shop (docs/proactive.md lists them)."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comptoir.core.models import Shop
from comptoir.customers.models import Customer
from comptoir.lib import names, phone
from comptoir.lib.dates.human import long_date, long_day
from comptoir.lib.money import format_minor
from comptoir.orders.days import expected_day, kept_until
from comptoir.orders.links import tracking_link
from comptoir.orders.models import Order, Refund, Shipment

VARIABLES = {
    "customer.first_name": _("prénom du client"),
    "customer.name": _("nom entier du client"),
    "order.number": _("numéro de commande"),
    "order.date": _("date de commande"),
    "order.total": _("montant de la commande"),
    "order.refund": _("montant remboursé"),
    "parcel.number": _("numéro de colis"),
    "parcel.carrier": _("transporteur"),
    "parcel.tracking_url": _("lien de suivi"),
    "parcel.expected_on": _("date de livraison prévue"),
    "parcel.promised_on": _("date promise au départ"),
    "parcel.delivered_on": _("date de livraison"),
    "parcel.relay": _("point relais"),
    "parcel.kept_until": _("dernier jour de garde"),
    "shop.name": _("nom de la boutique"),
    "shop.site_url": _("site de la boutique"),
    "shop.email": _("adresse e-mail de la boutique"),
    "shop.phone": _("téléphone de la boutique"),
    "offer.code": _("code de réduction"),
    "offer.words": _("ce que donne le code"),
    "offer.referral_url": _("lien de parrainage"),
    "cart.total": _("montant du panier"),
    "product.name": _("nom de l’article"),
    "product.price": _("prix de l’article"),
}


def values(
    order: Order, parcel: Shipment | None, refund: Refund | None, offer: Mapping[str, str], language: str
) -> dict[str, str]:
    """Every place with its value, empty where there is none."""
    shop, amount = order.shop, refund.amount if refund else 0
    return {
        "order.number": order.number,
        "order.date": long_date(order.placed_at, language, shop.timezone),
        "order.total": format_minor(order.total, order.currency, language),
        "order.refund": format_minor(amount, refund.currency, language) if refund else "",
        "parcel.tracking_url": tracking_link(order),
        "offer.code": offer.get("code", ""),
        "offer.words": offer.get("words", ""),
        "offer.referral_url": offer.get("referral_url", ""),
        **always(shop, order.identity.customer),
        **(_parcel(parcel, language) if parcel else {}),
    }


def always(shop: Shop, person: Customer) -> dict[str, str]:
    """The places that every message has."""
    return {
        "customer.first_name": names.first_name(person.name),
        "customer.name": person.name,
        "shop.name": shop.name,
        "shop.site_url": shop.site_url,
        "shop.email": shop.email,
        "shop.phone": phone.display(shop.phone),
    }


def _parcel(parcel: Shipment, language: str) -> dict[str, str]:
    relay = parcel.relay
    return {
        "parcel.number": parcel.number,
        "parcel.carrier": parcel.carrier,
        "parcel.expected_on": day(expected(parcel), language),
        "parcel.promised_on": day(parcel.promised_on, language),
        "parcel.delivered_on": long_date(parcel.delivered_at, language) if parcel.delivered_at else "",
        "parcel.relay": ", ".join(filter(None, (relay.get("name", ""), relay.get("city", "")))),
        "parcel.kept_until": day(kept_until(parcel), language),
    }


def expected(parcel: Shipment) -> date | None:
    """The day we tell; never one that is past."""
    latest = expected_day(parcel)
    return latest if latest and latest >= timezone.localdate() else None


def day(one: date | None, language: str) -> str:
    """« vendredi 27 novembre »: this year's without the year."""
    if one is None:
        return ""
    near = abs(one - timezone.localdate()) < timedelta(days=180)
    return long_day(one, language) if near else long_date(one, language, weekday=True)
