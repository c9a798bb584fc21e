"""From an order to the platform that it came from, and what that platform can do."""

import json
from typing import cast

from django.conf import settings
from django.utils.translation import gettext as _

from comptoir.core import keys
from comptoir.orders.models import Connection, Order
from comptoir.ports import registry
from comptoir.ports.errors import PortError
from comptoir.ports.registry import UnknownAdapter
from comptoir.ports.shop import ShopCapabilities, ShopPort, Verb

# what a person can do elsewhere and note here, where no platform is connected
BY_HAND = frozenset(Verb)


def connection_of(order: Order) -> Connection | None:
    """The working connection through which the order came; None for orders of files."""
    found = order.connection
    return found if found is not None and found.active and found.port == Connection.Port.SHOP else None


def port_for(connection: Connection) -> ShopPort:
    """Its adapter with its secrets; raises PortError, permanent, when it cannot be had."""
    try:
        secrets = json.loads(keys.decrypt(connection.secrets) or "{}")
        adapter = registry.get("shop", connection.vendor)
    except (UnknownAdapter, keys.CannotDecrypt) as error:
        text = _("La connexion « %(name)s » ne fonctionne plus : voyez les réglages.") % {"name": connection.name}
        raise PortError(text, permanent=True, code="connection") from error
    open_values = {name: str(value) for name, value in connection.settings.items()}
    return cast(ShopPort, adapter({"home": str(settings.ENVIRONMENT.home), **open_values, **secrets}))


def port_of(order: Order) -> ShopPort | None:
    """The order's platform; None where there is none. Raises PortError."""
    connection = connection_of(order)
    return port_for(connection) if connection is not None else None


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
