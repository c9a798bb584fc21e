"""`GET /health`: whether the database, the migrations, the worker, the live hub and the mail accounts are well."""

import threading
import time
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from comptoir import __version__
from comptoir.config import serving_state
from comptoir.conversations.models import Inbox, InboxKind
from comptoir.core.models import Heartbeat

WORKER_SILENT_AFTER = timedelta(seconds=30)
_migrations: dict[str, float] = {}
_lock = threading.Lock()


def view(request: HttpRequest) -> JsonResponse:
    """200 with `"status": "ok"` or `"degraded"`; 503 with `"down"` when no page can be served."""
    report = examine()
    response = JsonResponse(report, status=503 if report["status"] == "down" else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def examine() -> dict[str, Any]:
    """The report; counts and states only."""
    report: dict[str, Any] = {"status": "ok", "version": __version__}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        report["database"] = "ok"
        report["migrations"] = "ok" if pending_migrations() == 0 else f"{pending_migrations()} pending"
        if report["migrations"] == "ok":
            report["worker"] = worker()
            report["mail_accounts"] = mail_accounts()
    except (DatabaseError, OSError) as error:
        report |= {"status": "down", "database": type(error).__name__}
        return report
    report["live"] = serving_state.live()
    well = (
        report["migrations"] == "ok"
        and report["worker"] == "ok"
        and report["live"] in {"ok", "not served here"}
        and not report["mail_accounts"]["failing"]
    )
    report["status"] = "ok" if well else "degraded"
    return report


def pending_migrations() -> int:
    """How many migrations are not applied; nought is remembered for the life of the process."""
    with _lock:
        if "done" in _migrations:
            return 0
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending == 0:
            _migrations["done"] = time.time()
        return pending


def worker() -> str:
    """`ok`, `silent` (it has not said anything for half a minute) or `missing`."""
    newest = Heartbeat.objects.filter(kind="worker").order_by("-beat_at").values_list("beat_at", flat=True).first()
    if newest is None:
        return "missing"
    return "ok" if timezone.now() - newest < WORKER_SILENT_AFTER else "silent"


def mail_accounts() -> dict[str, int]:
    """How many mail accounts are read and how many are not."""
    problems = Inbox.objects.filter(kind=InboxKind.EMAIL, active=True, adapter="email").values_list(
        "problem", flat=True
    )
    failing = sum(1 for problem in problems if problem)
    return {"reading": len(problems) - failing, "failing": failing}
