"""How Django reaches PostgreSQL: the embedded server's socket, or the address in DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from comptoir.config.environment import Environment

EMBEDDED_NAME = "comptoir"
EMBEDDED_USER = "comptoir"


def socket_directory(environment: Environment) -> Path:
    """Where the embedded server's socket lies (a Unix socket's path may have 107 bytes at most)."""
    return Path(environment.socket_directory) if environment.socket_directory else environment.home / "run"


def database_settings(environment: Environment) -> dict[str, Any]:
    """Django's DATABASES entry. Connections are pooled: as many as the process has threads."""
    base: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,  # a database that was restarted costs nobody a failed page
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": environment.threads + 2, "timeout": 15},
            "options": "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
        },
    }
    if environment.embedded:
        return base | {"NAME": EMBEDDED_NAME, "USER": EMBEDDED_USER, "HOST": str(socket_directory(environment))}
    return base | _from_url(environment.database_url, base["OPTIONS"])


def _from_url(url: str, options: dict[str, Any]) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", "") or unquote(parts.hostname or "")
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "OPTIONS": options | query,
    }
