"""Facts about what is sold, ordered, sent and paid."""

from comptoir.orders.models.carts import Cart
from comptoir.orders.models.connections import Connection, RawNotice, Reading
from comptoir.orders.models.gestures import CHARGED, Authority, Gesture, GestureVerb, ReasonList
from comptoir.orders.models.imports import ImportRun, RefusedRow
from comptoir.orders.models.money import Payment, Refund
from comptoir.orders.models.orders import ADDRESS, LINE_WORDS, Order, OrderLine, Product
from comptoir.orders.models.parcels import ParcelState, Shipment, TrackingEvent
from comptoir.orders.models.totals import CustomerTotal
from comptoir.orders.models.tracking import CarrierCode, Following, TransitTime
from comptoir.orders.models.values import OrderValue

__all__ = [
    "ADDRESS",
    "CHARGED",
    "LINE_WORDS",
    "Authority",
    "CarrierCode",
    "Cart",
    "Connection",
    "CustomerTotal",
    "Following",
    "Gesture",
    "GestureVerb",
    "ImportRun",
    "Order",
    "OrderLine",
    "OrderValue",
    "ParcelState",
    "Payment",
    "Product",
    "RawNotice",
    "Reading",
    "ReasonList",
    "Refund",
    "RefusedRow",
    "Shipment",
    "TrackingEvent",
    "TransitTime",
]
