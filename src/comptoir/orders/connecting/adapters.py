"""From a connection to the adapter that carries it: settings and secrets put together, the adapter found by name."""

import json
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from comptoir.core import keys
from comptoir.orders.models import Connection
from comptoir.ports import registry
from comptoir.ports.carrier import CarrierPort
from comptoir.ports.errors import PortError
from comptoir.ports.registry import UnknownAdapter
from comptoir.ports.shop import ShopPort


def shop_of(connection: Connection) -> ShopPort:
    """The connection's platform; raises PortError, permanent, when it cannot be had."""
    return cast(ShopPort, _adapter(connection))


def carrier_of(connection: Connection) -> CarrierPort:
    """The connection's carrier; raises PortError, permanent, when it cannot be had."""
    return cast(CarrierPort, _adapter(connection))


def held_secrets(connection: Connection) -> dict[str, str]:
    """Its secrets; raises CannotDecrypt."""
    secrets: dict[str, str] = json.loads(keys.decrypt(connection.secrets) or "{}")
    return secrets


def _adapter(connection: Connection) -> Any:
    try:
        secrets = held_secrets(connection)
        adapter = registry.get(connection.port, connection.vendor)
    except (UnknownAdapter, keys.CannotDecrypt) as error:
        text = _("La connexion «\u202f%(name)s\u202f» ne fonctionne plus\u202f: voyez les réglages.") % {
            "name": connection.name
        }
        raise PortError(text, permanent=True, code="connection") from error
    return adapter(given() | {name: str(value) for name, value in connection.settings.items()} | secrets)


def given() -> dict[str, str]:
    """What the installation itself says to every adapter."""
    return {"home": str(settings.ENVIRONMENT.home), "private_hosts": " ".join(settings.ENVIRONMENT.private_hosts)}
