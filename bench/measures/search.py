"""Search as the console asks for it, against the plain statement on the same entries."""

from urllib.parse import quote

from bench.ground import Ground
from bench.load import Ask, load
from bench.results import Row, percentile

ROUNDS = 3


def measure(ground: Ground) -> list[Row]:
    """The 95th percentile of 200 queries and of the very common ones, one client; how many of the newest 50 are right."""
    with ground.database() as database, ground.web(database) as web:
        owner = ground.inside("sessions", database)["cookies"][0]
        known = ground.inside("search", database)
        every = [text for texts in known["queries"].values() for text in texts]
        seconds = 2.0 if ground.quick else 5.0
        load(web.port, _asks(every, owner), seconds=1.0, clients=1)
        ours = [load(web.port, _asks(every, owner), seconds=seconds, clients=1).p95 for _ in range(ROUNDS)]
        common = load(web.port, _asks(known["queries"]["common"], owner), seconds=seconds, clients=1)
    plain, mine = percentile(known["plain"], 0.95), sorted(ours)[ROUNDS // 2]
    return [
        Row("search_fr", (mine - 5) / plain, "x plain SQL", 1.5, note=f"p95 {mine:.1f} - 5 against {plain:.1f} ms"),
        Row("search_fr_common", common.p95, "ms p95", 30, note=f"very common words, p50 {common.p50:.1f} ms"),
        Row(
            "search_fr_recall", known["recall"] * 100, "%", 100, at_least=True, note="of the exact newest 50, in order"
        ),
    ]


def _asks(texts: list[str], cookie: str) -> list[Ask]:
    return [Ask(f"/search/results/rows/?q={quote(text)}&literally=1", cookie) for text in texts]
