"""`bin/bench`: measure, print a table, write JSON."""

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bench.ground import Failed, Ground
from bench.results import Row, table, write

# name -> module:function
MEASURES = {
    "inbox_http": "pages:inbox",
    "inbox_depth": "depth:measure",
    "views": "views:measure",
    "conversation_http": "pages:conversation",
    "tracking_page": "pages:tracking",
    "inbound_mail": "mail:measure",
    "mail_explain": "explain:measure",
    "search_fr": "search:measure",
    "bulk_import": "bulk:measure",
    "peer_pages": "peer:measure",
    "live_commits": "commits:measure",
    "chat_fanout": "fanout:measure",
    "startup": "startup:measure",
    "webhook_intake": "shops:webhooks",
    "first_import": "shops:first_import",
}
MILLION = "million:measure"


def main() -> int:
    """1 when a target is missed or something could not be measured."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Ratios against ceilings and peers in the same run.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there")
    parser.add_argument("--only", action="append", choices=list(MEASURES), metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="a tenth of the data, shorter rounds: for daily use")
    parser.add_argument("--million", action="store_true", help="pages at a million conversations, nothing else")
    arguments = parser.parse_args()
    ground = Ground(quick=arguments.quick, million=arguments.million)
    chosen = (
        {"million": MILLION} if arguments.million else {name: MEASURES[name] for name in arguments.only or MEASURES}
    )
    rows: list[Row] = []
    failed: list[str] = []
    try:
        ground.start()
        for name, path in chosen.items():
            began = time.monotonic()
            print(f"{name} ...", end=" ", flush=True)
            try:
                rows += measure(path)(ground)
                print(f"{time.monotonic() - began:.0f} s", flush=True)
            except Failed as failure:
                failed.append(name)
                print(f"could not be measured: {failure}", flush=True)
    finally:
        ground.stop()
    print(f"\n{table(rows)}")
    if arguments.json:
        write(rows, arguments.json)
    return 1 if failed or any(row.holds is False for row in rows) else 0


def measure(path: str) -> Callable[[Ground], list[Row]]:
    """The function at `module:function` of bench.measures."""
    module, _, function = path.partition(":")
    found: Callable[[Ground], list[Row]] = getattr(import_module(f"bench.measures.{module}"), function)
    return found


if __name__ == "__main__":
    sys.exit(main())
