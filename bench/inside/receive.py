"""The product's way of a mail: `receive SEED COUNT PREFIX` hands raw mails over as a mailbox reader does.

A worker process must run beside; the answer comes when every mail is understood.
"""

import json
import sys
import time

from bench import inside

inside.start()

from bench.inside.mails import mails  # noqa: E402
from comptoir.conversations.actions.arriving import arrive  # noqa: E402
from comptoir.conversations.models import Inbox, Message, RawMessage  # noqa: E402

TIMEOUT = 300

if __name__ == "__main__":
    seed, count, prefix = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    inbox = Inbox.objects.get(shop__slug="alba", kind="email")
    made = list(mails(count, seed))
    before = Message.objects.count()
    began = time.perf_counter()
    taken = [arrive(inbox, raw, source_key=f"{prefix}:{number}") for number, raw in enumerate(made)]
    committed = time.perf_counter() - began
    while RawMessage.objects.filter(inbox=inbox, state=RawMessage.State.ARRIVED).exists():
        if time.perf_counter() - began > TIMEOUT:
            sys.exit("the mails were not understood in time")
        time.sleep(0.01)
    seconds = time.perf_counter() - began
    failed = RawMessage.objects.filter(inbox=inbox, state=RawMessage.State.FAILED).count()
    print(
        json.dumps(
            {
                "seconds": seconds,
                "committed": committed,
                "taken": sum(raw is not None for raw in taken),
                "messages": Message.objects.count() - before,
                "failed": failed,
            }
        )
    )
