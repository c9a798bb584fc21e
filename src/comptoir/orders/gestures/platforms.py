"""From an order to the platform that it came from, and what that platform can do."""

from comptoir.orders.connecting.adapters import shop_of
from comptoir.orders.models import Connection, Order
from comptoir.ports.errors import PortError
from comptoir.ports.shop import ShopCapabilities, ShopPort


def connection_of(order: Order) -> Connection | None:
    """The working connection through which the order came; None for orders of files."""
    found = order.connection
    return found if found is not None and found.active and found.port == Connection.Port.SHOP else None


def port_of(order: Order) -> ShopPort | None:
    """The order's platform; None where there is none. Raises PortError."""
    connection = connection_of(order)
    return shop_of(connection) if connection is not None else None


def capabilities_of(order: Order) -> ShopCapabilities | None:
    """What its platform can do; None where there is none or its adapter is gone."""
    try:
        port = port_of(order)
    except PortError:
        return None
    return port.capabilities if port is not None else None


def platform_name(order: Order) -> str:
    """How people call it: « Shopify »; "" without one."""
    connection = connection_of(order)
    return connection.name if connection else ""
