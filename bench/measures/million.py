"""`--million`: what pages cost at a million conversations, beside the same pages at twenty thousand, in alternating rounds."""

from urllib.parse import quote

from bench.ground import Ground, Web
from bench.load import Ask, load
from bench.measures.depth import far_down
from bench.results import Ratio, Row

ROUNDS = 3
SECONDS = 1.0
WORDS = ["colis", "remboursement", "merci", "vaisselle", "entrepôt étiquette", "MA-24817", '"point relais"', "facture"]
Asks = dict[str, list[Ask]]


def measure(ground: Ground) -> list[Row]:
    """The list, the slowest of twelve filters, the sparse one and search: median latency, one client, within one budget."""
    small = Ground(quick=True)
    small.start()
    with small.database() as few, ground.database() as many:
        asked = {"few": _asks(small, few), "many": _asks(ground, many)}
        with small.web(few) as little, ground.web(many) as large:
            webs = {"few": little, "many": large}
            for side, web in webs.items():
                load(web.port, [ask for asks in asked[side].values() for ask in asks], seconds=6, clients=1)
            heard: dict[str, dict[str, list[float]]] = {side: {name: [] for name in asked[side]} for side in webs}
            for _ in range(ROUNDS):
                for name in asked["few"]:
                    for side, web in webs.items():
                        heard[side][name].append(_median(web, asked[side][name]))
    return _rows(heard["few"], heard["many"])


def _rows(few: dict[str, list[float]], many: dict[str, list[float]]) -> list[Row]:
    """The budget of a page is told by the plain list at twenty thousand."""
    plain = few["list"]
    views = {name: Ratio(rounds, plain) for name, rounds in many.items() if name not in ("list", "page 400", "search")}
    worst = max(views, key=lambda name: views[name].value)
    rows = [("list", Ratio(many["list"], plain), 1.5, ""), ("depth", Ratio(many["page 400"], plain), 1.5, "")]
    rows += [("views_worst", views[worst], 2.0, f"{worst}: "), ("views_sparse", views["sparse"], 1.5, "")]
    rows += [("search", Ratio(many["search"], few["search"]), 2.0, "")]
    return [
        Row(f"million_{name}", ratio.value, "x at 20,000", target, note=f"{text}{ratio.note('ms p50')}")
        for name, ratio, target, text in rows
    ]


def _median(web: Web, asks: list[Ask]) -> float:
    return load(web.port, asks, seconds=SECONDS, clients=1, at_least=len(asks)).p50


def _asks(ground: Ground, database: str) -> Asks:
    views = ground.inside("views", database)
    owner = ground.inside("sessions", database)["cookies"][0]
    asks = {"list": [Ask("/inbox/team/rows/", owner)], "page 400": [Ask(far_down(ground, database)[1], owner)]}
    asks |= {name: [Ask(path, owner)] for name, path in views.items()}
    return asks | {"search": [Ask(f"/search/results/rows/?q={quote(text)}&literally=1", owner) for text in WORDS]}
