"""Search as the console asks for it, against the plain statement on the same entries."""

from urllib.parse import quote

from bench.ground import Ground
from bench.load import Ask, load
from bench.results import Row, percentile


def measure(ground: Ground) -> list[Row]:
    """The 95th percentile of 200 queries and of the very common ones; how many of the newest 50 are right; the page."""
    with ground.database() as database, ground.web(database) as web:
        owner = ground.inside("sessions", database)["cookies"][0]
        known = ground.inside("search", database)
        every = [text for texts in known["queries"].values() for text in texts]
        load(web.port, _asks(every, owner), seconds=1.0, clients=1)
        page = load(web.port, _asks(every, owner), seconds=2.0 if ground.quick else 5.0, clients=1)
    ours, plain, common = (percentile(known[name], 0.95) for name in ("ours", "plain", "common"))
    return [
        Row("search_fr", (ours - 5) / plain, "x plain SQL", 1.5, note=f"p95 {ours:.1f} - 5 against {plain:.1f} ms"),
        Row("search_fr_common", common, "ms p95", 30, note="very common words, rows and excerpts included"),
        Row(
            "search_fr_recall", known["recall"] * 100, "%", 100, at_least=True, note="of the exact newest 50, in order"
        ),
        Row("search_fr_page", page.p50, "ms p50", note=f"50 results over HTTP, one client; p95 {page.p95:.1f}"),
    ]


def _asks(texts: list[str], cookie: str) -> list[Ask]:
    return [Ask(f"/search/results/rows/?q={quote(text)}&literally=1", cookie) for text in texts]
