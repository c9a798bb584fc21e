"""Pages of the console against a bare Django view that runs the same SQL, served in the same way."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from bench.ground import HOME, Failed, Ground, Web
from bench.load import Ask, load
from bench.results import Ratio, Row

ROUNDS = 3
CLIENTS = 8


def inbox(ground: Ground) -> list[Row]:
    """The inbox page: random lists (state, assignee, team, shop, shared view) of random agents."""
    with ground.database() as database:
        known = ground.inside("sessions", database)
        asks = [
            Ask("/" if number % 5 == 0 else f"/inbox/{known['lists'][number % len(known['lists'])]}/", cookie)
            for number, cookie in enumerate(known["cookies"] * 2)
        ]
        ratio, queries, note = compared(ground, database, asks)
        return [
            Row("inbox_http", ratio.value, "x bare view", 2.0, note=f"{ratio.note('ms CPU')}; {note}"),
            Row("inbox_queries", max(queries), "queries", 6, note=f"fewest {min(queries)}"),
        ]


def conversation(ground: Ground) -> list[Row]:
    """The page of a conversation, with 5 and with 200 messages."""
    with ground.database() as database:
        known = ground.inside("sessions", database)
        cookies = known["cookies"]
        rows, counted = [], []
        for name, keys in (("5", known["short"]), ("200", known["long"])):
            asks = [Ask(f"/conversations/{key}/", cookies[n % len(cookies)]) for n, key in enumerate(keys)]
            ratio, queries, note = compared(ground, database, asks)
            counted.append(queries)
            text = f"{ratio.note('ms CPU')}; {note}"
            rows.append(Row(f"conversation_http_{name}", ratio.value, "x bare view", 3.0, note=text))
        rows.append(Row("conversation_queries", max(map(max, counted)), "queries", 10))
        grown = max(counted[1]) - max(counted[0])
        rows.append(Row("conversation_queries_grow", grown, "queries", 0, note="200 messages against 5"))
        return rows


def tracking(ground: Ground) -> list[Row]:
    """The page on which a customer follows their parcel, as browsers ask for it (gzip)."""
    packed = {"Accept-Encoding": "gzip"}
    with ground.database() as database:
        known = ground.inside("followed", database)["pages"]
        asks = [Ask(page["path"], page["cookie"], packed) for page in known]
        bare = [Ask(f"/tracking/{page['order']}/", headers=packed) for page in known]
        ratio, queries, note = compared(ground, database, asks, bare)
        return [
            Row("tracking_page", ratio.value, "x bare view", note=f"{ratio.note('ms CPU')}; {note}"),
            Row("tracking_queries", max(queries), "queries", 12, note=f"fewest {min(queries)}"),
        ]


def compared(
    ground: Ground, database: str, asks: Sequence[Ask], bare_asks: Sequence[Ask] = ()
) -> tuple[Ratio, list[int], str]:
    """CPU a request of both sides in alternating rounds; the pages' numbers of queries; speed and size in words. The
    bare view runs the pages' own statements, unless `bare_asks` name another of its pages."""
    statements = HOME / "statements.pickle"
    plan = HOME / "asks.json"
    plan.write_text(json.dumps([{"path": ask.path, "cookie": ask.cookie} for ask in asks]))
    captured = ground.inside("capture", database, plan, statements)
    if set(captured["statuses"]) != {200}:
        refused = [(ask.path, s) for ask, s in zip(asks, captured["statuses"], strict=True) if s != 200]
        raise Failed(f"pages did not answer 200: {refused[:3]}")
    seconds = 2 if ground.quick else 6
    with ground.web(database) as ours, bare_view(ground, database, statements, max(captured["sizes"])) as bare:
        bare_asks = bare_asks or [Ask(f"/{number}/") for number in range(len(asks))]
        for web, these in ((ours, asks), (bare, bare_asks)):
            load(web.port, these, seconds=1, clients=CLIENTS)
        mine, other, words = [], [], ""
        for number in range(ROUNDS):
            cost, words = one_round(ground, ours, asks, seconds, number)
            mine.append(cost)
            other.append(one_round(ground, bare, bare_asks, seconds, number)[0])
    return Ratio(mine, other), captured["queries"], words


def bare_view(ground: Ground, database: str, statements: Path, size: int) -> AbstractContextManager[Web]:
    """The peer's server."""
    return ground.web(database, "bench.bare.cli", BENCH_STATEMENTS=str(statements), BENCH_SIZE=str(size))


def one_round(ground: Ground, web: Web, asks: Sequence[Ask], seconds: float, seed: int) -> tuple[float, str]:
    """CPU a request in ms (web process and PostgreSQL), and the speed in words; Failed when an answer was not 200."""
    before = ground.cpu_ms(web)
    heard = load(web.port, asks, seconds=seconds, clients=CLIENTS, seed=seed)
    if not heard.good:
        raise Failed(f"answers other than 200: {heard.statuses}")
    words = (
        f"{heard.answers / heard.seconds:.0f}/s, p50 {heard.p50:.0f}, p95 {heard.p95:.0f} ms, {heard.kilobytes:.0f} kB"
    )
    return (ground.cpu_ms(web) - before) / heard.answers, words
