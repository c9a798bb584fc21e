"""What a module of the shop posts, or Adobe I/O Events: objects of the REST API, by themselves or in an envelope. Pure.

https://developer.adobe.com/commerce/extensibility/events/
"""

from collections.abc import Mapping
from typing import Any

from comptoir.adapters.magento.goods import customer, product
from comptoir.adapters.magento.orders import Site, order, parcels, refund
from comptoir.lib import webhook
from comptoir.lib.payload import currency, key, mapping, moment, text
from comptoir.ports.shop import Notice

_MEMO = ("creditmemo_status", "adjustment_positive", "base_adjustment_positive")


def understood(topic: str, body: bytes, site: Site) -> Notice:
    """What a payload says; never raises."""
    return webhook.understood(topic, body, lambda named, told: _read(*_unwrapped(named, told), site))


def _unwrapped(topic: str, told: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The object and its topic: {"type", "data"}, or an event of Adobe {"event": {"type", "data": {"value"}}}."""
    event = mapping(told.get("event")) or told
    inner = mapping(event.get("data"))
    named = topic or text(event.get("type") or event.get("@type"), webhook.LONGEST_TOPIC).lower()
    return (named, mapping(inner.get("value")) or inner) if inner else (topic, told)


def _read(topic: str, told: Mapping[str, Any], site: Site) -> Notice:
    """By its shape: the names of topics are the module's own."""
    name = key(told.get("entity_id")) or key(told.get("id"))
    of = key(told.get("order_id"))
    changed = moment(told.get("updated_at"))
    gone = "delete" in topic
    if of and "tracks" in told:
        sent = tuple(parcels(told, {}))
        return Notice("shipment", name, topic, order_id=of, shipments=sent, updated_at=changed)
    if of and any(part in told for part in _MEMO):
        code = currency(told.get("order_currency_code"))
        return Notice("refund", name, topic, order_id=of, refund=refund(told, code), updated_at=changed, currency=code)
    if of:  # an invoice, a track, a comment: the order has to be read again
        return Notice("order", of, topic, order_id=of, updated_at=changed)
    if "increment_id" in told and ("grand_total" in told or "state" in told):
        return _order(topic, told, site)
    if "sku" in told and ("type_id" in told or "attribute_set_id" in told):
        sold = None if gone else product(told, site)
        return Notice("product", name, topic, product=sold, gone=gone, updated_at=changed)
    if "email" in told and any(part in told for part in ("group_id", "website_id")):
        who = None if gone else customer(told, site)
        return Notice("customer", name, topic, customer=who, gone=gone, updated_at=changed)
    return Notice("ping" if topic.startswith("ping") else "other", name, topic, updated_at=changed)


def _order(topic: str, told: Mapping[str, Any], site: Site) -> Notice:
    """The order; one without lines only names itself."""
    name = key(told.get("entity_id"))
    if not isinstance(told.get("items"), list):
        return Notice("order", name, topic, order_id=name, updated_at=moment(told.get("updated_at")))
    found = order(told, site, [], [])
    return Notice(
        "order", name, topic, order=found, order_id=name, updated_at=found.updated_at, currency=found.currency
    )
