"""The simulated shop's file: its orders and what was done to them, in SQLite, whole or not at all."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import closing
from pathlib import Path

from comptoir.adapters.simulated.written import dumps, loads
from comptoir.ports.fake_shop import Act
from comptoir.ports.shop import CartData, OrderData

TABLES = """
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, number TEXT, email TEXT, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS carts (id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS acts (place INTEGER PRIMARY KEY, key TEXT, content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS order_number ON orders (number);
CREATE INDEX IF NOT EXISTS act_key ON acts (key);
"""


def write(path: Path, orders: Iterable[OrderData], carts: Iterable[CartData] = ()) -> None:
    """Begin a shop with these orders and carts; what stood in the file before is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    with closing(opened(path)) as connection, connection:
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", (_row(order) for order in orders))
        connection.executemany("INSERT INTO carts VALUES (?, ?)", ((cart.external_id, dumps(cart)) for cart in carts))


def opened(path: Path) -> sqlite3.Connection:
    """The file, made when missing; whoever writes waits for the other for ten seconds."""
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    connection.executescript(TABLES)
    return connection


def kept_carts(connection: sqlite3.Connection) -> dict[str, CartData]:
    """The carts of the file, by their key."""
    rows = connection.execute("SELECT id, content FROM carts ORDER BY rowid").fetchall()
    return {name: loads(CartData, content) for name, content in rows}


def _row(order: OrderData) -> tuple[str, str, str, str]:
    return order.external_id, order.number, order.email, dumps(order)


class KeptOrders(MutableMapping[str, OrderData]):
    """The orders of the file, by their key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __getitem__(self, key: str) -> OrderData:
        row = self.connection.execute("SELECT content FROM orders WHERE id = ?", [key]).fetchone()
        if row is None:
            raise KeyError(key)
        return loads(OrderData, row[0])

    def __setitem__(self, key: str, order: OrderData) -> None:
        self.connection.execute("INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)", _row(order))

    def __delitem__(self, key: str) -> None:
        self.connection.execute("DELETE FROM orders WHERE id = ?", [key])

    def __iter__(self) -> Iterator[str]:
        yield from (key for (key,) in self.connection.execute("SELECT id FROM orders ORDER BY rowid").fetchall())

    def __len__(self) -> int:
        return int(self.connection.execute("SELECT count(*) FROM orders").fetchone()[0])

    def __ior__(self, other: Mapping[str, OrderData]) -> "KeptOrders":
        self.update(other)
        return self


class KeptActs(list[Act]):
    """What was done, in its order; each further act goes into the file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT content FROM acts ORDER BY place").fetchall()
        super().__init__(loads(Act, content) for (content,) in rows)
        self.connection = connection

    def append(self, act: Act) -> None:
        """Keep one more."""
        self.connection.execute("INSERT INTO acts (key, content) VALUES (?, ?)", [act.key, dumps(act)])
        super().append(act)
