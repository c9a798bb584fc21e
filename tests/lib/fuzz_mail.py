"""`bin/fuzz-mail`: read many malformed mails; say which one crashed, was lost, took too long or too much.

bin/fuzz-mail --count 20000 --seed 7      # the nightly run
bin/fuzz-mail --seed 7 --only 12345 --keep /tmp/mail.eml
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

from comptoir.lib.mail.explain import explained, reasons
from comptoir.lib.mail.linking import Links
from comptoir.lib.mail.parse import understand
from comptoir.ports.channel import IncomingMessage
from tests.lib.mutations import mutants, seeds

SECONDS = 1.0  # of CPU that one mail may take
GROWTH = 150  # MB that the process may grow after its first thousand mails
WARM = 1_000


def trouble(raw: bytes, links: Links, seconds: float = SECONDS) -> str:
    """What is wrong with how a mail was read; "" if nothing is."""
    began = time.process_time()
    try:
        understood = understand(raw, trusted=["mx.example"])
        message = understood.message
        link = links.place(message, "x")
        json.dumps({**explained("x", message, link), "why": reasons(understood, link, "fr")}).encode()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    took = time.process_time() - began
    if took > seconds:
        return f"{took:.1f} s"
    return _wrong(raw, message)


def _wrong(raw: bytes, message: IncomingMessage) -> str:
    lines = (
        message.subject,
        message.sender.name,
        message.sender.email,
        message.external_id,
        *(p.name for p in message.parts),
    )
    if any("\n" in line or "\r" in line for line in lines):
        return "a line break in a header's value"
    for text in (message.text, message.full_text, message.html, *lines):
        if any("\ud800" <= char <= "\udfff" for char in text):
            return "half a character"
    if sum(len(part.content) for part in message.parts) > 3 * len(raw) + 10_000:
        return "files larger than the mail"
    if len(message.full_text) + len(message.html) > 20 * len(raw) + 10_000:
        return "text larger than the mail"
    sender = message.sender.name or message.sender.email
    told = (message.full_text, message.html, message.subject, sender, message.external_id, message.bounces)
    if len(raw.strip()) > 200 and not any((*told, *message.parts, *message.warnings)):
        return "nothing left of the mail"
    return ""


def main() -> int:
    """1 when a mail was in trouble."""
    parser = argparse.ArgumentParser(prog="bin/fuzz-mail", description="Read malformed mails made from real ones.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="this mutant alone")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the last mutant there")
    options = parser.parse_args()
    originals, links = seeds(), Links()
    first, count = (options.only, 1) if options.only is not None else (0, options.count)
    failed, settled, began, raw = 0, 0.0, time.monotonic(), b""
    for number, raw in mutants(originals, options.seed, count, first):
        problem = trouble(raw, links)
        if problem:
            failed += 1
            print(f"mutant {number} of seed {options.seed} ({len(raw)} bytes): {problem}", flush=True)
        if number == first + WARM:
            settled = _memory()
    if options.keep:
        options.keep.write_bytes(raw)
    growth = _memory() - settled if settled else 0.0
    print(
        f"{count} mails from {len(originals)} in {time.monotonic() - began:.0f} s: {failed} in trouble; memory +{growth:.0f} MB"
    )
    return 1 if failed or growth > GROWTH else 0


def _memory() -> float:
    """The highest use so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "linux" else peak / 2**20


if __name__ == "__main__":
    sys.exit(main())
