"""Prometheus figures of one process: few, cheap, without personal data. `GET /metrics` shows them."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
_latency = Histogram(
    "comptoir_request_seconds",
    "Time from a whole request to its answer, by route.",
    ["route", "method"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_requests = Counter("comptoir_requests", "Requests by status class.", ["status"], registry=REGISTRY)
_streams = Gauge("comptoir_live_streams", "Open live streams.", registry=REGISTRY)
_delivered = Counter("comptoir_live_deliveries", "Signals written to streams.", registry=REGISTRY)
_dropped = Counter("comptoir_live_dropped", "Streams closed because their browser read too slowly.", registry=REGISTRY)
_jobs = Gauge("comptoir_jobs", "Jobs by queue and state.", ["queue", "state"], registry=REGISTRY)
_oldest = Gauge(
    "comptoir_jobs_oldest_seconds", "Age of the oldest job that waits, by queue.", ["queue"], registry=REGISTRY
)
_messages = Gauge("comptoir_outgoing_messages", "Outgoing messages by state.", ["state"], registry=REGISTRY)
_accounts = Gauge("comptoir_mail_accounts", "Mail accounts by state.", ["state"], registry=REGISTRY)
_pool = Gauge("comptoir_database_pool", "Connections of this process's pool.", ["state"], registry=REGISTRY)


def request_seen(route: str, method: str, status: int, seconds: float) -> None:
    """Count one request."""
    _latency.labels(route or "-", method if method in {"GET", "POST", "HEAD"} else "other").observe(seconds)
    _requests.labels(f"{status // 100}xx").inc()


def streams_open(count: int) -> None:
    """Note how many live streams are open."""
    _streams.set(count)


def delivered(count: int) -> None:
    """Count signals written to streams."""
    _delivered.inc(count)


def dropped() -> None:
    """Count a stream that was closed because its browser read too slowly."""
    _dropped.inc()


def database_levels(levels: dict[str, list[tuple[tuple[str, ...], float]]]) -> None:
    """Take over levels that were read from the database: {"jobs": [(("now", "todo"), 3.0)], ...}."""
    gauges = {"jobs": _jobs, "oldest": _oldest, "messages": _messages, "accounts": _accounts, "pool": _pool}
    for name, rows in levels.items():
        gauge = gauges[name]
        gauge.clear()
        for labels, value in rows:
            gauge.labels(*labels).set(value)


def exposition() -> bytes:
    """The text that Prometheus reads."""
    return generate_latest(REGISTRY)
