"""`GET /metrics` for Prometheus: loopback and trusted networks only, since a shop's load is nobody else's business."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse

from comptoir.config import health, metrics, serving_state
from comptoir.config.middleware.requests import networks, within
from comptoir.conversations.models import Message
from comptoir.outbox.models import Mail

LOOPBACK = networks(["127.0.0.0/8", "::1"])
Rows = list[tuple[tuple[str, ...], float]]
JOBS = """
    SELECT queue_name, status::text, count(*), coalesce(extract(epoch FROM now() - min(e.at)), 0)
    FROM procrastinate_jobs j LEFT JOIN LATERAL (
        SELECT at FROM procrastinate_events WHERE job_id = j.id ORDER BY id LIMIT 1) e ON status = 'todo'
    WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2
"""


def view(request: HttpRequest) -> HttpResponse:
    """The figures of this process and the levels of the database."""
    allowed = LOOPBACK + networks(settings.ENVIRONMENT.metrics_from)
    if not within(request.META.get("REMOTE_ADDR", ""), allowed):
        raise Http404
    metrics.database_levels(levels())
    metrics.streams_open(serving_state.streams())
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def levels() -> dict[str, Rows]:
    """Jobs by queue, outgoing messages by state, mail accounts, this process's pool."""
    with connection.cursor() as cursor:
        cursor.execute(JOBS)
        jobs = cursor.fetchall()
    accounts = health.mail_accounts()
    outgoing: dict[str, float] = {}
    for model, field in ((Message, "delivery"), (Mail, "state")):
        waiting = model._default_manager.filter(**{f"{field}__in": ["queued", "sending", "failed", "unknown"]})
        for state, count in waiting.values_list(field).annotate(Count("pk")).order_by():
            outgoing[state] = outgoing.get(state, 0) + count
    return {
        "jobs": [((queue, status), count) for queue, status, count, _ in jobs],
        "oldest": [((queue,), float(age)) for queue, status, _, age in jobs if status == "todo"],
        "messages": [((state,), count) for state, count in outgoing.items()],
        "accounts": [((state,), count) for state, count in accounts.items()],
        "pool": pool(),
    }


def pool() -> Rows:
    """Connections of the pool: in use, idle, and requests that wait for one."""
    held: Any = getattr(connection, "pool", None)
    if held is None:
        return []
    figures = held.get_stats()
    size, idle = figures.get("pool_size", 0), figures.get("pool_available", 0)
    return [(("used",), size - idle), (("idle",), idle), (("waiting",), figures.get("requests_waiting", 0))]
