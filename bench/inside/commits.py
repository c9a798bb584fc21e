"""Commits per second of events with and without live signals: `commits WRITERS SECONDS`.

Both sides write the same row in the same way, from as many threads; without means origin "import", which tells nobody.
Sides alternate in short rounds.
"""

import json
import sys
import threading
import time

from bench import inside

inside.start()

from django.db import connection, transaction  # noqa: E402

from comptoir.conversations.models import Conversation  # noqa: E402
from comptoir.core.actors import SYSTEM  # noqa: E402
from comptoir.core.events import record  # noqa: E402

ROUNDS = 5


def commits(origin: str, writers: int, seconds: float) -> float:
    """Commits a second."""
    rows = list(Conversation.objects.order_by("pk")[:writers])
    done = [0] * writers
    ready = threading.Barrier(writers + 1)
    until = [0.0]

    def write(number: int) -> None:
        connection.ensure_connection()
        ready.wait()
        while time.perf_counter() < until[0]:
            with transaction.atomic():
                record(rows[number], "bench.written", actor=SYSTEM, shop=1, origin=origin)
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    until[0] = began + seconds + 0.2
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


if __name__ == "__main__":
    writers, seconds = int(sys.argv[1]), float(sys.argv[2])
    commits("live", writers, 0.3), commits("import", writers, 0.3)
    rounds = [(commits("live", writers, seconds), commits("import", writers, seconds)) for _ in range(ROUNDS)]
    print(json.dumps({"live": [live for live, _ in rounds], "silent": [silent for _, silent in rounds]}))
