"""What the page of a connection shows."""

from typing import Any

from comptoir.agent.settings.connections import vendors
from comptoir.agent.settings.connections.forms import MAPPING
from comptoir.agent.settings.messengers import of_connection
from comptoir.orders.connecting import accounts
from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.connecting.reading import THINGS
from comptoir.orders.models import Connection, RawNotice, Reading
from comptoir.ports import registry
from comptoir.ports.carrier import CarrierCapabilities
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact, ShopCapabilities

LINES = 20
READ = frozenset(THINGS.values())  # what can be read through, page by page
SWEEPS = 5


def state_of(row: Connection) -> dict[str, Any]:
    """All of it but the forms."""
    problem = ""
    try:
        capabilities: Any = shop_of(row).capabilities if row.port == Connection.Port.SHOP else _class_of(row)
    except PortError as error:
        capabilities, problem = None, error.message
    notices = RawNotice.objects.filter(connection=row)
    readings = Reading.objects.filter(connection=row)
    running = readings.filter(finished_at=None)
    return {
        "connection": row,
        "label": vendors.label(row.vendor),
        "problems": [line for line in (problem or row.problem).splitlines() if line],
        "address": accounts.address_of(row),
        "takes_webhooks": _takes_webhooks(capabilities),
        "reads": isinstance(capabilities, ShopCapabilities) and bool(READ & capabilities.facts),
        "failed": notices.filter(state=RawNotice.State.FAILED).defer("body")[:LINES],
        "failed_count": notices.filter(state=RawNotice.State.FAILED).count(),
        "waiting_count": notices.filter(state=RawNotice.State.WAITING).count(),
        "latest": notices.defer("body")[:LINES],
        "running": running.order_by("pk"),
        "paused": running.filter(paused=True).exists(),
        "imports": readings.filter(kind=Reading.Kind.IMPORT).exclude(finished_at=None).order_by("-pk")[:3],
        "sweeps": readings.filter(kind=Reading.Kind.SWEEP).exclude(finished_at=None)[:SWEEPS],
        "own_secret": any(field.name == accounts.OWN_SECRET for field in _fields(row)),
        "maps": any(field.name == MAPPING for field in _fields(row)),
        "orders": row.orders.count(),
        **of_connection(row),
    } | _words(row.port, capabilities)


def abilities_of(port: str, vendor: str) -> dict[str, Any]:
    """What a platform or carrier can do, before it is connected."""
    return _words(port, registry.get(port, vendor).capabilities)


def _words(port: str, capabilities: "ShopCapabilities | CarrierCapabilities | None") -> dict[str, Any]:
    if isinstance(capabilities, ShopCapabilities):
        return {"abilities": vendors.abilities(capabilities)}
    return {"carrier_words": vendors.carrier_words(capabilities)} if capabilities is not None else {}


def _takes_webhooks(capabilities: "ShopCapabilities | CarrierCapabilities | None") -> bool:
    if isinstance(capabilities, ShopCapabilities):
        return Fact.WEBHOOKS in capabilities.facts
    return capabilities is not None and capabilities.webhooks


def _class_of(row: Connection) -> Any:
    try:
        return registry.get(row.port, row.vendor).capabilities
    except registry.UnknownAdapter:
        return None


def _fields(row: Connection) -> tuple[Any, ...]:
    try:
        fields: tuple[Any, ...] = registry.get(row.port, row.vendor).fields
    except registry.UnknownAdapter:
        return ()
    return fields
