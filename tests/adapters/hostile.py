"""Payloads gone wrong, made from a good one: the same for the same chance."""

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, 1e308, "", " ", "x", "0", "-1", "NaN", "1e400", "12,34", "9" * 400, "\x00",
    "\ud800", "0000-00-00 00:00:00", "9999-12-31T23:59:59+14:00", "2026-13-45", [], {}, [None], [[]], {"nodes": 1},
    {"a": {"b": {}}}, ["x"] * 50, "EURO", "\u202e", "<script>", "gid://shopify/", "A" * 70_000,
)  # fmt: skip


def mangled(body: bytes, chance: random.Random, count: int) -> Iterator[bytes]:
    """That many versions of a JSON payload: values swapped, taken out, doubled, cut, deep."""
    for _ in range(count):
        kind = chance.random()
        if kind < 0.15:
            yield body[: chance.randrange(len(body))]
        elif kind < 0.25:
            at = chance.randrange(len(body))
            yield body[:at] + chance.randbytes(chance.randint(1, 5)) + body[at + 1 :]
        else:
            read = json.loads(body)
            for _ in range(chance.randint(1, 4)):
                _spoil(read, chance)
            yield json.dumps(read).encode()


def _spoil(read: Any, chance: random.Random) -> None:
    places = list(_places(read))
    if not places:
        return
    where, name = chance.choice(places)
    match chance.randrange(4):
        case 0:
            del where[name]
        case 1 if isinstance(where[name], list):
            where[name] = deepcopy(where[name]) * chance.choice([0, 2, 20])
        case 2:
            deep = deepcopy(chance.choice(_ODD))
            for _ in range(chance.choice([1, 30, 80])):
                deep = {name if isinstance(name, str) else "x": deep}
            where[name] = deep
        case _:
            where[name] = deepcopy(chance.choice(_ODD))


def _places(read: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    if depth > 12:
        return
    for name in list(read) if isinstance(read, dict) else range(len(read)) if isinstance(read, list) else ():
        yield read, name
        yield from _places(read[name], depth + 1)
