"""The first import of a platform's orders: `first_import COUNT`. The platform is in memory; memory is told twice, after a
tenth of the pages and at the end."""

import json
import sys
import time
from pathlib import Path

from bench import inside

inside.start()

from django.conf import settings  # noqa: E402

from comptoir.core.actors import SYSTEM  # noqa: E402
from comptoir.core.models import Shop  # noqa: E402
from comptoir.orders.connecting import reading  # noqa: E402
from comptoir.orders.models import Connection, Order, Reading  # noqa: E402
from comptoir.ports import registry  # noqa: E402


def megabytes() -> float:
    """What this process holds now."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    count = int(sys.argv[1])
    registry.configure({**settings.ADAPTERS, "shop": {"many": "bench.inside.orders.ManyOrders"}})
    row = Connection.objects.create(
        shop=Shop.objects.get(slug="alba"),
        port="shop",
        vendor="many",
        name="many",
        settings={"count": count},
        active=True,
    )
    before = Order.objects.count()
    reading.start_import(row, actor=SYSTEM)
    began, early = time.perf_counter(), 0.0
    while Reading.objects.filter(connection=row, finished_at=None).exists():
        reading.go_on(row.pk)
        if not early and Reading.objects.get(connection=row).read * 10 >= count:
            early = megabytes()
    seconds = time.perf_counter() - began
    done = Reading.objects.get(connection=row)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "orders": Order.objects.count() - before,
                "refused": done.refused,
                "early": early,
                "late": megabytes(),
            }
        )
    )
