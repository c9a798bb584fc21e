"""A worker killed between the question and the answer of a refund: it is found again, and never paid twice."""

import sqlite3
from contextlib import closing

from tests.kill.conftest import House


def acts(house: House) -> int:
    """How often the shop has refunded."""
    path = house.home / "shop" / "simulated.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM acts").fetchone()[0])


def state(house: House) -> str:
    """How far the refund came."""
    return str(house.query("SELECT state FROM orders_gesture"))


def test_a_refund_whose_worker_was_killed_is_found_and_never_done_twice(house: House) -> None:
    process = house.start("tests.kill.gestures", "50")
    key = int(process.communicate(timeout=60)[0])
    worker = house.comptoir("worker")
    house.until(lambda: acts(house) == 1)
    assert state(house) == "executing"
    house.kill(worker)
    house.a_minute_passes()
    house.query("UPDATE orders_gesture SET next_at = now() WHERE id = %s", key)
    house.comptoir("worker")
    house.until(lambda: state(house) in ("uncertain", "done"))
    house.query("UPDATE orders_gesture SET next_at = now() WHERE state = 'uncertain'")
    house.until(lambda: state(house) == "done")
    assert acts(house) == 1
    assert house.query("SELECT sum(amount) FROM orders_refund") == 1000
