"""Twelve named filters, one of which matches three conversations, against the plain list of all open ones."""

from bench.ground import Ground
from bench.load import Ask, load
from bench.results import Ratio, Row

ROUNDS = 3


def measure(ground: Ground) -> list[Row]:
    """Median latency of each filter's page of rows, column of views included, one client, in alternating rounds."""
    with ground.database() as database:
        named = ground.inside("views", database)
        owner = ground.inside("sessions", database)["cookies"][0]
        with ground.web(database) as web:
            seconds = 0.4 if ground.quick else 0.8
            plain = [Ask("/inbox/team/rows/", owner)]
            load(web.port, [*plain, *(Ask(path, owner) for path in named.values())], seconds=4, clients=1)
            other: list[float] = []
            mine: dict[str, list[float]] = {name: [] for name in named}
            for _ in range(ROUNDS):
                other.append(load(web.port, plain, seconds=seconds, clients=1).p50)
                for name, path in named.items():
                    mine[name].append(load(web.port, [Ask(path, owner)], seconds=seconds, clients=1).p50)
            found = {name: Ratio(rounds, other) for name, rounds in mine.items()}
    worst = max(found, key=lambda name: found[name].value)
    sparse = found["sparse"]
    return [
        Row("views_worst", found[worst].value, "x plain list", 2.0, note=f"{worst}: {found[worst].note('ms p50')}"),
        Row("views_sparse", sparse.value, "x plain list", 1.5, note=sparse.note("ms p50")),
    ]
