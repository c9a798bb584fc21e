"""What live signals cost writers: NOTIFY inside a transaction would serialise every commit."""

from bench.ground import Ground
from bench.results import Ratio, Row

WRITERS = 8


def measure(ground: Ground) -> list[Row]:
    """Commits per second with signals against without, one process, a web process listening."""
    with ground.database() as database, ground.web(database):
        got = ground.inside("commits", database, WRITERS, 1 if ground.quick else 2, COMPTOIR_THREADS=str(WRITERS))
    ratio = Ratio(got["live"], got["silent"])
    return [Row("live_commits", ratio.value, "of silent", 0.7, at_least=True, note=ratio.note("commits/s", 0))]
