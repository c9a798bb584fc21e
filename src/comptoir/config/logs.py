"""Logs: one line an entry, as text or JSON, with the request's id and without personal data."""

import json
import logging
import re
import sys
import time
from contextvars import ContextVar

from comptoir.config.environment import Environment

request_id: ContextVar[str] = ContextVar("request_id", default="")
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
NUMBER = re.compile(r"(?<![\w.])\+?\d(?:[ .-]?\d){8,14}(?![\w.])")
_requests = logging.getLogger("comptoir.request")


def redact(text: str) -> str:
    """The text without e-mail addresses and telephone numbers (errors of libraries quote them)."""
    return NUMBER.sub("[number]", ADDRESS.sub("[address]", text))


class _Base(logging.Formatter):
    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        """Moments in UTC."""
        return time.gmtime(seconds)

    def told(self, record: logging.LogRecord) -> str:
        """The message and the traceback, redacted."""
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        return redact(text)


class TextFormatter(_Base):
    """`2026-11-24T08:00:00Z INFO comptoir.request [id] words key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry; a traceback takes more lines."""
        when = self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ")
        identifier = request_id.get()
        facts = "".join(f" {name}={value}" for name, value in getattr(record, "facts", {}).items())
        return f"{when} {record.levelname} {record.name}{f' [{identifier}]' if identifier else ''} {self.told(record)}{facts}"


class JsonFormatter(_Base):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry."""
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.told(record),
        }
        identifier = request_id.get()
        if identifier:
            entry["request"] = identifier
        return json.dumps(entry | getattr(record, "facts", {}), ensure_ascii=False, default=str)


def set_up(environment: Environment | None = None) -> None:
    """Send all logs to standard error in the form that COMPTOIR_LOG names."""
    form = (environment or Environment.read()).log_format
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("httpx", "httpcore", "procrastinate", "asyncio", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # While the database is away these repeat themselves many times a second; who needs it says so too.
    for repeating in ("psycopg.pool", "procrastinate.utils"):
        logging.getLogger(repeating).setLevel(logging.CRITICAL)
    # The request's own line says the status; Django's would quote the path.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
    logging.captureWarnings(True)


def request_served(identifier: str, method: str, route: str, status: int, seconds: float) -> None:
    """The one line of a request."""
    quiet = status < 400 and route in {"", "health", "metrics"}  # static files and machines that look in
    level = logging.ERROR if status >= 500 else logging.DEBUG if quiet else logging.INFO
    if _requests.isEnabledFor(level):
        facts = {"method": method, "route": route or "-", "status": status, "ms": round(seconds * 1000, 1)}
        token = request_id.set(identifier)
        _requests.log(level, "request", extra={"facts": facts})
        request_id.reset(token)
