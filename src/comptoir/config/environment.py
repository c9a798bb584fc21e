"""What the environment says, read once at start: the one table of settings (docs/operations.md shows it)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting cannot be understood; the text says which and how to write it."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of one process. `database_url` is empty when the embedded server is used."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    threads: int = 8
    database_url: str = ""
    keys: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    apart_smtp_url: str = ""
    apart_per_minute: int = 120
    files_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    log_format: str = "text"
    backup_directory: str = ""
    backup_keep: int = 7
    address_days: int = 90
    debug: bool = False
    socket_directory: str = ""
    mail_sign_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    dns_servers: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def embedded(self) -> bool:
        """Whether Comptoir runs its own PostgreSQL under `home`."""
        return not self.database_url

    @property
    def public_url(self) -> str:
        """The address that people use for the console, without a closing slash."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether people reach us by HTTPS: cookies are then sent over HTTPS only."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> "Environment":
        """Read the variables (the process's own by default); raises BadSetting with a plain sentence."""
        given = dict(os.environ if variables is None else variables)
        home = Path(given.get("COMPTOIR_HOME") or _default_home()).expanduser().absolute()
        url = given.get("COMPTOIR_URL", "").strip()
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise BadSetting(f"COMPTOIR_URL must begin with http:// or https://, not {url!r}.")
        database = given.get("DATABASE_URL", "").strip()
        if database and urlsplit(database).scheme not in {"postgres", "postgresql"}:
            raise BadSetting("DATABASE_URL must begin with postgresql://; Comptoir runs on PostgreSQL only.")
        return cls(
            home=home,
            host=given.get("COMPTOIR_HOST") or "127.0.0.1",
            port=_number(given, "COMPTOIR_PORT", 8000, 0, 65535),
            url=url,
            threads=_number(given, "COMPTOIR_THREADS", 8, 1, 256),
            database_url=database,
            keys=given.get("COMPTOIR_KEYS", "").strip(),
            smtp_url=given.get("COMPTOIR_SMTP_URL", "").strip(),
            mail_from=given.get("COMPTOIR_MAIL_FROM", "").strip(),
            apart_smtp_url=given.get("COMPTOIR_APART_SMTP_URL", "").strip(),
            apart_per_minute=_number(given, "COMPTOIR_APART_PER_MINUTE", 120, 1, 60_000),
            files_url=given.get("COMPTOIR_FILES", "").strip(),
            trusted_proxies=_networks(given, "COMPTOIR_TRUSTED_PROXIES"),
            metrics_from=_networks(given, "COMPTOIR_METRICS_FROM"),
            private_hosts=tuple(
                part.strip() for part in given.get("COMPTOIR_PRIVATE_HOSTS", "").split(",") if part.strip()
            ),
            log_format=_choice(given, "COMPTOIR_LOG", "text", ("text", "json")),
            backup_directory=given.get("COMPTOIR_BACKUPS", "").strip(),
            backup_keep=_number(given, "COMPTOIR_BACKUPS_KEEP", 7, 1, 3650),
            address_days=_number(given, "COMPTOIR_ADDRESS_DAYS", 90, 1, 3650),
            debug=given.get("COMPTOIR_DEBUG", "").lower() in {"1", "true", "yes"},
            socket_directory=given.get("COMPTOIR_PG_SOCKETS", "").strip(),
            mail_sign_in=_mail_sign_in(given),
            dns_servers=_servers(given, "COMPTOIR_DNS"),
            variables=given,
        )


def _default_home() -> Path:
    """`var/` in a checkout, else the user's data directory."""
    root = Path(__file__).resolve().parents[3]
    if (root / "pyproject.toml").exists():
        return root / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "comptoir"


def _number(given: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _networks(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in given.get(name, "").split(",") if part.strip())
    for text in texts:
        try:
            ip_network(text, strict=False)
        except ValueError:
            raise BadSetting(
                f"{name} must be addresses or networks with commas between (10.0.0.0/8, ::1), not {text!r}."
            ) from None
    return texts


def _mail_sign_in(given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Our registrations at Google and Microsoft, and other addresses of theirs (a national cloud, a test)."""
    tenant = given.get("COMPTOIR_MICROSOFT_TENANT", "").strip() or "common"
    if any(mark in tenant for mark in "/?# "):
        raise BadSetting(f"COMPTOIR_MICROSOFT_TENANT must be a tenant's id or domain, not {tenant!r}.")
    found = {
        "google": {
            "client_id": given.get("COMPTOIR_GOOGLE_CLIENT_ID", ""),
            "client_secret": given.get("COMPTOIR_GOOGLE_CLIENT_SECRET", ""),
            "endpoints": given.get("COMPTOIR_GOOGLE_ENDPOINTS", ""),
        },
        "microsoft": {
            "client_id": given.get("COMPTOIR_MICROSOFT_CLIENT_ID", ""),
            "client_secret": given.get("COMPTOIR_MICROSOFT_CLIENT_SECRET", ""),
            "endpoints": given.get("COMPTOIR_MICROSOFT_ENDPOINTS", ""),
            "tenant": tenant,
        },
    }
    for name, values in found.items():
        values |= {key: value.strip() for key, value in values.items()}
        pages = values["endpoints"].split()
        if pages and (len(pages) != 2 or any(urlsplit(page).scheme not in {"http", "https"} for page in pages)):
            raise BadSetting(
                f"COMPTOIR_{name.upper()}_ENDPOINTS must be two addresses with a space between: where people sign in, "
                "and where tokens are given."
            )
    return found


def _servers(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    texts = tuple(part.strip() for part in given.get(name, "").split(",") if part.strip())
    for text in texts:
        host, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "53")
        try:
            ip_network(host)
        except ValueError:
            host = ""
        if not host or not port.isdecimal() or "/" in text:
            raise BadSetting(f"{name} must be addresses of name servers with commas between (9.9.9.9), not {text!r}.")
    return texts


def _choice(given: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    text = given.get(name, "").strip() or default
    if text not in choices:
        raise BadSetting(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
    return text
