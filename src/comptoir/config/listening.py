"""The hub's ear: LISTEN on a connection of its own (a pooler in transaction mode cannot carry it)."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
from django.db import connections

CHANNEL = "comptoir_live"


def parameters() -> dict[str, Any]:
    """libpq's parameters of Django's live connection settings, so that tests listen to the test database."""
    settings = connections["default"].settings_dict
    options = {
        name: value
        for name, value in settings["OPTIONS"].items()
        if name not in {"pool", "options", "server_side_binding", "isolation_level", "assume_role"}
    }
    named = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return options | {name: str(value) for name, value in named.items() if value}


async def signals(where: dict[str, Any], listening: Callable[[], None]) -> AsyncIterator[str]:
    """Each payload as it comes; `listening` is called once the ear is open. Raises when the connection breaks."""
    keepalives = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    connection = await psycopg.AsyncConnection.connect(
        **(keepalives | where), autocommit=True, connect_timeout=10, application_name="comptoir-hub"
    )
    async with connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        listening()
        async for notification in connection.notifies():
            yield notification.payload
