"""How `comptoir webhook explain` understands captured payloads: `python bench/check_webhooks.py [FOLDER] [--verbose]`.

FOLDER (../shared/data/webhooks) has one folder a vendor with an INDEX.json: `expect` says what a file holds. One figure
a check is printed, and 1 is given back when something expected was missed.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from comptoir.config.adapters import ADAPTERS
from comptoir.config.webhook_explain import explained
from comptoir.ports import registry

HERE = Path(__file__).resolve().parents[1]
VENDORS = ("shopify", "woocommerce", "prestashop", "tracking")
# what other projects call the same: checked by meaning, since their tables of codes know less than ours
DELIVERED = {"delivered"}


def main() -> int:
    """1 when a check failed."""
    parser = argparse.ArgumentParser(
        prog="check_webhooks", description="Measures webhook explain on captured payloads."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "shared" / "data" / "webhooks")
    parser.add_argument("--verbose", action="store_true", help="name what was missed")
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        print(f"{arguments.folder} is not there: nothing to measure")
        return 0
    registry.configure(ADAPTERS)
    held, missed = Counter[str](), Counter[str]()
    for name, good, what in found(arguments.folder):
        (held if good else missed)[name] += 1
        if arguments.verbose and not good:
            print(f"missed {name}: {what}")
    for name in sorted(held | missed):
        print(f"{name}: {held[name]} of {held[name] + missed[name]}")
    return 1 if missed else 0


def found(folder: Path) -> Iterator[tuple[str, bool, str]]:
    """(check, whether it holds, of what) for every file that says what it holds."""
    for vendor in VENDORS:
        index = folder / vendor / "INDEX.json"
        for entry in json.loads(index.read_text()) if index.is_file() else []:
            path = index.parent / entry["file"]
            line = explained(str(path), vendor)
            for check, good in checks(vendor, entry.get("expect") or {}, line):
                yield f"{vendor} {check}", good, f"{entry['file']} {line['error'] or ''}"


def checks(vendor: str, expect: Mapping[str, Any], line: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """What an entry lets one ask."""
    yield "no traceback", isinstance(line, dict)
    if "order_id" in expect:
        order = line["order"] or {}
        yield "order", order.get("id") == str(expect["order_id"])
        for name in ("number", "status", "total", "email"):
            if name in expect:
                yield name, order.get(name) == expect[name]
    parsed = expect.get("parsed")
    if parsed and isinstance(parsed, list) and parsed[0]:
        yield from _parcels(parsed[0], line)
    elif parsed:
        yield "error is told", line["error"] is not None
    topic = str(expect.get("topic", ""))
    if vendor == "shopify" and topic:
        kind = {"orders": "order", "fulfillments": "shipment", "products": "product", "draft": "draft"}
        yield "kind", line["kind"] == kind.get(topic.split("/")[0], line["kind"])


def _parcels(wanted: list[Mapping[str, Any]], line: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Number, estimate, steps and delivery of each parcel."""
    parcels = {parcel["number"]: parcel for parcel in line["parcels"]}
    for one in wanted:
        parcel = parcels.get(str(one.get("tracking_number")))
        yield "parcel", parcel is not None
        if parcel is None:
            continue
        yield "steps", len(parcel["events"]) == len(one.get("events", []))
        if one.get("delivered"):
            yield "delivered", parcel["state"] in DELIVERED
        if one.get("estimated_delivery"):
            yield "estimate", parcel["estimated"] == one["estimated_delivery"]


if __name__ == "__main__":
    sys.exit(main())
