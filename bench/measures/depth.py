"""Far down a list: page 400 by keyset against page 1, as the console asks for them."""

from bench.ground import Ground
from bench.load import Ask, load
from bench.results import Ratio, Row

ROUNDS = 5
PAGE, DEEP = 50, 400
# The place after the last row of the page before: the moment of its last message and its key, as an address says it.
PLACE = """
SELECT floor(extract(epoch FROM last_message_at) * 1000000)::bigint, id FROM conversations_conversation
WHERE state = 'closed' ORDER BY last_message_at DESC, id DESC OFFSET %s LIMIT 1
"""


def measure(ground: Ground) -> list[Row]:
    """The median latency of both, one client, in alternating rounds."""
    with ground.database() as database, ground.web(database) as web:
        owner = ground.inside("sessions", database)["cookies"][0]
        page, address = far_down(ground, database)
        first, deep = [Ask("/inbox/closed/rows/", owner)], [Ask(address, owner)]
        seconds = 1.0 if ground.quick else 2.0
        far, near = [], []
        for these in (first, deep):
            load(web.port, these, seconds=0.5, clients=1)
        for _ in range(ROUNDS):
            far.append(load(web.port, deep, seconds=seconds, clients=1).p50)
            near.append(load(web.port, first, seconds=seconds, clients=1).p50)
    ratio = Ratio(far, near)
    return [Row("inbox_depth", ratio.value, "x page 1", 1.3, note=f"page {page}: {ratio.note('ms p50')}")]


def far_down(ground: Ground, database: str) -> tuple[int, str]:
    """A page far down the closed conversations (DEEP, or the last one), and the address of its rows."""
    with ground.connect(database) as connection:
        known = connection.execute("SELECT count(*) FROM conversations_conversation WHERE state = 'closed'")
        page = min(DEEP, known.fetchone()[0] // PAGE)  # type: ignore[index]  # a count is always there
        place, key = connection.execute(PLACE, [(page - 1) * PAGE - 1]).fetchone()  # type: ignore[misc]
    return page, f"/inbox/closed/rows/?after={place}-{key}"
