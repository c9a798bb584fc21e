"""Say things at a steady pace: `speak WEBSOCKET_PORT RATE`, then lines `ours SECONDS` or `peer SECONDS`.

Answers each line with [[id, moment], ...]: ours are events of a chat conversation, moments taken right after commit;
the peer's are frames of the same size sent to the broadcaster, moments taken right before. Moments are CLOCK_MONOTONIC
in nanoseconds.
"""

import json
import sys
import time

from bench import inside

inside.start()

from django.db import transaction  # noqa: E402
from websockets.sync.client import connect  # noqa: E402

from comptoir.conversations.models import Conversation  # noqa: E402
from comptoir.core.actors import SYSTEM  # noqa: E402
from comptoir.core.events import record  # noqa: E402

Said = list[tuple[int, int]]


def ours(conversation: Conversation) -> tuple[int, int]:
    """One event."""
    moments: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic_ns()))
        event = record(conversation, "bench.said", actor=SYSTEM, shop=conversation.shop_id)
    return event.pk, moments[0]


def main(port: int, rate: float) -> None:
    """Obey."""
    conversation = Conversation.objects.filter(shop__slug="alba", channel="email").order_by("pk")[0]
    number = 0
    with connect(f"ws://127.0.0.1:{port}/live/", compression=None, ping_interval=None) as broadcaster:
        print("ready", flush=True)
        for line in sys.stdin:
            side, seconds = line.split()
            said: Said = []
            for place in range(int(float(seconds) * rate)):
                began = time.monotonic()
                if side == "ours":
                    said.append(ours(conversation))
                else:
                    number += 1
                    moment = time.monotonic_ns()
                    broadcaster.send(f"id: {number}\n{'x' * 180}\n\n")
                    said.append((number, moment))
                    broadcaster.recv()
                if place:
                    time.sleep(max(0.0, 1 / rate - (time.monotonic() - began)))
            time.sleep(0.3)
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
