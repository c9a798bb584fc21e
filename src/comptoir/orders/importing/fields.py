"""From a record's values to an order. What is wrong is said by BadOrder with the field's name, never its value."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from comptoir.lib.money import NotMoney, decimals, parse_minor
from comptoir.orders.data import BadOrder, check
from comptoir.orders.importing.columns import ORDER_STATE_CODES, PARCEL_STATE_CODES, key
from comptoir.ports.parcels import ShipmentData, TrackingData
from comptoir.ports.shop import LineData, OrderData, RefundData

_FRENCH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T](?:à )?(\d{1,2})[:h ]+(\d{2})(?::(\d{2}))?)?")
Record = dict[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file's values are read: the shop's zone for dates without one, its currency where none is said."""

    zone: ZoneInfo
    currency: str
    country: str

    def order(self, record: Record) -> OrderData:
        """The order that a nested record tells (the JSON form; `readers` bring CSV rows into it). Raises BadOrder."""
        number = text(record, "number")
        currency = (text(record, "currency") or self.currency).upper()
        try:
            decimals(currency)
        except NotMoney as problem:
            raise BadOrder(_("La devise n’est pas connue.")) from problem
        address = _object(record, "address")
        data = OrderData(
            external_id=text(record, "id") or number,
            number=number,
            email=text(record, "email"),
            name=text(record, "customer_name"),
            language=text(record, "language")[:10],
            placed_at=_required(self.moment(record, "placed_at"), "placed_at"),
            currency=currency,
            total=_required(money(record, "total", currency), "total"),
            shipping=money(record, "shipping", currency) or 0,
            discount=abs(money(record, "discount", currency) or 0),
            state=_code(record, "state", ORDER_STATE_CODES) or "paid",
            shipping_method=text(record, "shipping_method"),
            payment=text(record, "payment"),
            note=text(record, "note"),
            address=self._address(address),
            lines=tuple(self._line(item, currency) for item in _objects(record, "lines")),
            shipments=tuple(self._parcel(item) for item in _objects(record, "shipments")),
            refunds=tuple(
                self._refund(item, place, currency) for place, item in enumerate(_objects(record, "refunds"), 1)
            ),
        )
        check(data, complete=True)
        return data

    def _address(self, record: Record) -> dict[str, str]:
        fields = ("name", "street", "postcode", "city", "country", "phone")
        address = {name: text(record, name) for name in fields if text(record, name)}
        if address and "country" not in address:
            address["country"] = self.country
        return address

    def _line(self, record: Record, currency: str) -> LineData:
        return LineData(
            title=text(record, "title"),
            unit_price=_required(money(record, "unit_price", currency), "unit_price"),
            quantity=_whole(record, "quantity", 1),
            total=money(record, "total", currency),
            sku=text(record, "sku"),
            variant=text(record, "variant"),
            product=text(record, "product"),
        )

    def _parcel(self, record: Record) -> ShipmentData:
        return ShipmentData(
            carrier=text(record, "carrier"),
            number=text(record, "number"),
            external_id=text(record, "id"),
            url=text(record, "url"),
            state=_code(record, "state", PARCEL_STATE_CODES) or self._guess(record),
            shipped_at=self.moment(record, "shipped_at"),
            promised_on=self.day(record, "promised_on"),
            estimated_on=self.day(record, "estimated_on"),
            delivered_at=self.moment(record, "delivered_at"),
            relay={
                name: text(_object(record, "relay"), name) for name in ("name", "street", "postcode", "city", "until")
            },
            lines=tuple(_positions(record)),
            events=tuple(self._step(item) for item in _objects(record, "events")),
        )

    @staticmethod
    def _guess(record: Record) -> str:
        if text(record, "delivered_at"):
            return "delivered"
        return "in_transit" if text(record, "shipped_at") else "announced"

    def _step(self, record: Record) -> TrackingData:
        return TrackingData(
            occurred_at=_required(self.moment(record, "at"), "at"),
            text=text(record, "text"),
            state=_code(record, "state", PARCEL_STATE_CODES) or "unknown",
            code=text(record, "code"),
            place=text(record, "place"),
        )

    def _refund(self, record: Record, place: int, currency: str) -> RefundData:
        return RefundData(
            amount=abs(_required(money(record, "amount", currency), "amount")),
            refunded_at=_required(self.moment(record, "at"), "at"),
            external_id=text(record, "id") or str(place),
            reason=text(record, "reason"),
        )

    def moment(self, record: Record, name: str) -> datetime | None:
        """A date and time; one without a zone is the shop's own time, a day alone is its midnight."""
        written = text(record, name)
        if not written:
            return None
        try:
            moment = _french(written) or datetime.fromisoformat(_iso(written))
        except (ValueError, OverflowError) as problem:
            raise BadOrder(_("%(field)s n’est pas une date.") % {"field": name}) from problem
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def day(self, record: Record, name: str) -> date | None:
        """A day, in the shop's zone."""
        moment = self.moment(record, name)
        return moment.astimezone(self.zone).date() if moment else None


def text(record: Record, name: str) -> str:
    """A value as text, without spaces around it; numbers as they are written."""
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        raise BadOrder(_("%(field)s n’est pas un texte.") % {"field": name})
    return str(value).strip()


def money(record: Record, name: str, currency: str) -> int | None:
    """An amount in minor units, exactly; None when nothing is written."""
    value = record.get(name)
    written = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else text(record, name)
    if not written:
        return None
    if isinstance(value, Decimal | int):  # a JSON number: the point is the decimal mark, whatever stands after it
        scaled = Decimal(written).scaleb(decimals(currency))
        if scaled != scaled.to_integral_value() or abs(scaled) > 10**15:
            raise BadOrder(_("%(field)s a trop de décimales pour cette devise.") % {"field": name})
        return int(scaled)
    try:
        return parse_minor(written, currency)
    except NotMoney as problem:
        raise BadOrder(_("%(field)s n’est pas un montant sans équivoque.") % {"field": name}) from problem


def _french(written: str) -> datetime | None:
    found = _FRENCH.fullmatch(written)
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    return datetime(year, month, day, hour, minute, second)


def _iso(written: str) -> str:
    """Python's form of what platforms write: "2026-11-24 14:05:00 +0100" (Shopify) and a closing Z."""
    return re.sub(r" ([+-]\d{2}:?\d{2}|Z)$", r"\1", written.replace(" UTC", "Z"))


def _whole(record: Record, name: str, otherwise: int) -> int:
    written = text(record, name)
    if not written:
        return otherwise
    bare = re.sub(r"[.,]0+$", "", written)
    if not re.fullmatch(r"[0-9]{1,9}", bare):
        raise BadOrder(_("%(field)s n’est pas un nombre entier.") % {"field": name})
    return int(bare)


def _code(record: Record, name: str, codes: dict[str, str]) -> str:
    written = text(record, name)
    if not written:
        return ""
    code = codes.get(key(written))
    if code is None:
        raise BadOrder(_("%(field)s n’est pas un état connu.") % {"field": name})
    return code


def _required(value: Value | None, name: str) -> Value:
    if value is None:
        raise BadOrder(_("%(field)s manque.") % {"field": name})
    return value


def _object(record: Record, name: str) -> Record:
    value = record.get(name) or {}
    if not isinstance(value, dict):
        raise BadOrder(_("%(field)s n’est pas un objet.") % {"field": name})
    return value


def _objects(record: Record, name: str) -> list[Record]:
    value = record.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise BadOrder(_("%(field)s n’est pas une liste d’objets.") % {"field": name})
    return value


def _positions(record: Record) -> list[int]:
    value = record.get("lines") or []
    if not isinstance(value, list) or not all(isinstance(item, int) and not isinstance(item, bool) for item in value):
        raise BadOrder(_("%(field)s n’est pas une liste de positions.") % {"field": "lines"})
    return value
