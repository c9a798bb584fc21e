"""The generic connector: the contract against a program of its protocol, mappings, and what cannot be mapped."""

import json
import time
from collections.abc import Iterator

import pytest

from comptoir.adapters.generic.mapping import BadMapping, Paths, at
from comptoir.adapters.generic.shop import Generic
from comptoir.lib.signatures import sign
from comptoir.ports.errors import PortError
from comptoir.ports.shop import Fact, Verb
from tests.adapters.generic_server import MAPPING, TOKEN, GenericServer, payload
from tests.adapters.ground import Ground
from tests.adapters.shop_contract import ShopContract

SECRET = "whsec_Z2VuZXJpYy1zZWNyZXQtb2YtdGhlLXN1aXRlLTMyYg=="


class GenericGround(Ground):
    """The program on loopback."""

    topic = "order.updated"

    def __init__(self, server: GenericServer) -> None:
        self.server = server
        self.shop = self.elsewhere("")

    def made(self, **changes: str) -> Generic:
        settings = {
            "base_url": self.server.base, "token": TOKEN, "webhook_secret": SECRET, "private_hosts": "127.0.0.0/8",
            "verbs": "refund, cancel note edit_address tag discount_code free_shipping gift_card",
            "mapping": json.dumps(MAPPING), "messages_path": "/messages",
        }  # fmt: skip
        return Generic(settings | changes)

    @property
    def everything(self) -> list[str]:
        return list(self.server.kept)

    @property
    def recent(self) -> list[str]:
        return ["1001", "1002"]

    @property
    def payload(self) -> bytes:
        return payload(self.server.kept["1001"])

    def sign(self, body: bytes, *, secret: str | None = None, delivery: str = "d-1") -> dict[str, str]:
        now = int(time.time())
        signature = sign(SECRET if secret is None else secret or "x", delivery, now, body)
        return {"webhook-id": delivery, "webhook-timestamp": str(now), "webhook-signature": signature}

    def count(self, verb: Verb) -> int:
        return sum(kept["act"]["verb"] == verb.value for kept in self.server.acts.values())

    def refund_elsewhere(self, order_id: str) -> None:
        self.server.refund(self.server.kept[order_id], {"amount": "95.70"}, "")

    def subscriptions(self) -> int:
        return len(self.server.hooks)

    def lose(self, verb: Verb) -> None:
        self.server.faults.append(lambda asked, honest: honest())  # the order is read again before it is acted on
        self.server.lose()

    def customer_writes(self, text: str, thread: str = "80") -> str:
        person = {"email": self.email, "customer_id": self.customer_id, "name": "Camille Martin"}
        return self.server.write(thread, text, order_id=self.order_id, order_number=self.number, **person)

    def team_writes(self, text: str, thread: str = "80", *, private: bool = False) -> str:
        return self.server.write(thread, text, **{"from": "team", "author": "Ana Roy", "private": private})

    def answers_in(self, thread: str = "80") -> int:
        return sum(row["thread_id"] == thread and row.get("from") == "team" for row in self.server.messages)

    def is_closed(self, thread: str = "80") -> bool:
        return thread in self.server.closed

    def lose_answer(self) -> None:
        self.server.lose()

    def instead(self, status: int, body: bytes, **headers: str) -> None:
        self.server.fail(status, body, **headers)

    def asked(self) -> int:
        return len(self.server.asked)

    def fail(self) -> None:
        self.server.fail()

    def throttle(self, seconds: float) -> None:
        self.server.fail(429, retry_after=str(seconds))

    def narrow(self) -> None:
        self.server.rights = ["orders:read"]

    def wrong_key(self) -> Generic:
        return self.made(token="wrong-key")

    def expire(self) -> None:
        self.server.token = "another"

    def spoil(self) -> str:
        self.server.kept["1005"]["total"] = "beaucoup"
        return "1005"

    def elsewhere(self, base: str, *, private: bool = True) -> Generic:
        return self.made(**({"base_url": base} if base else {}), private_hosts="127.0.0.0/8" if private else "")

    def without_secret(self) -> Generic:
        return self.made(webhook_secret="")


@pytest.fixture
def ground() -> Iterator[GenericGround]:
    server = GenericServer()
    with server.running():
        yield GenericGround(server)


class TestGeneric(ShopContract):
    """It keeps the contract."""


def test_a_program_that_only_speaks_reads_nothing() -> None:
    shop = Generic({"webhook_secret": SECRET})
    assert (shop.check().problems, shop.capabilities.verbs) == ((), frozenset())
    assert Generic({}).check().problems
    with pytest.raises(PortError, match="adresse de lecture"):
        shop.orders(None)


def test_our_own_names_need_no_mapping() -> None:
    body = {
        "id": 7, "number": "A-7", "placed_at": "2026-11-20T10:00:00Z", "total": "31.20", "state": "shipped",
        "lines": [{"title": "Bougie", "quantity": 2, "unit_price": "15.60"}], "payments": [{"amount": "31.20"}],
    }  # fmt: skip
    notice = Generic({}).parse("", json.dumps(body).encode())
    assert notice.order is not None
    assert (notice.order.external_id, notice.order.total, notice.order.lines[0].amount) == ("7", 3120, 3120)
    assert (notice.order.state, notice.order.payments[0].amount) == ("shipped", 3120)


def test_minor_units_and_a_root() -> None:
    mapping = {"root": "event.order", "amounts": "minor", "placed_at": "date"}
    body = {"event": {"order": {"id": "7", "date": "2026-11-20", "total": 3120, "lines": []}}}
    notice = Generic({"mapping": json.dumps(mapping)}).parse("", json.dumps(body).encode())
    assert notice.order is not None
    assert notice.order.total == 3120


def test_a_thin_payload_names_the_order() -> None:
    notice = Generic({}).parse("", b'{"type": "order.updated", "data": {"id": "42"}}')
    assert (notice.kind, notice.order, notice.order_id) == ("order", None, "42")


@pytest.mark.parametrize(
    ("body", "kind", "privacy"),
    [
        ({"type": "customer.redact", "data": {"id": "7", "email": "a@b.example"}}, "privacy", "customer_redact"),
        ({"type": "shop.redact", "data": {"id": "7"}}, "privacy", "shop_redact"),
        ({"type": "ping", "data": {"x": 1}}, "ping", ""),
        ({"type": "product.updated", "data": {"id": "7", "title": "Bol", "price": "3"}}, "product", ""),
        ({"type": "customer.created", "data": {"id": "7", "email": "a@b.example"}}, "customer", ""),
        ({"type": "newsletter.sent", "data": {"id": "7"}}, "other", ""),
    ],
)
def test_kinds(body, kind, privacy) -> None:
    notice = Generic({}).parse("", json.dumps(body).encode())
    assert (notice.kind, notice.privacy, notice.problem) == (kind, privacy, "")


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "[]",
        '{"numero": "x"}',
        '{"number": 3}',
        '{"states": {"x": "dreaming"}}',
        "[" * 100_000,
        '{"number": "' + "a" * 300 + '"}',
    ],
    ids=["half", "list", "unknown", "number", "state", "deep", "long"],
)
def test_a_mapping_that_cannot_be_is_refused_in_words(text) -> None:
    with pytest.raises(BadMapping) as caught:
        Paths.read(text)
    assert str(caught.value).endswith(".")
    assert Generic({"mapping": text}).check().problems == (str(caught.value),)


def test_paths_lead_nowhere_without_raising() -> None:
    value = {"a": [{"b": 1}]}
    assert [at(value, path) for path in ("a.0.b", "a.9.b", "a.x", "a.-1", "b.c", "", "a.0.b.c")] == [
        1, None, None, None, None, value, None,
    ]  # fmt: skip


def test_messages_are_kept_only_where_a_path_is_named(ground: GenericGround) -> None:
    assert Fact.THREADS in ground.shop.capabilities.facts
    assert Fact.THREADS not in ground.made(messages_path="").capabilities.facts
    assert Fact.THREADS not in ground.made(base_url="").capabilities.facts


def test_messages_with_files_and_messages_gone_wrong(ground: GenericGround) -> None:
    server = ground.server
    server.write("80", "Voici", files=[
        {"name": "photo.png", "content_type": "image/png", "content": "aGVsbG8="},
        {"name": "bad", "content": "***"}, {"name": "none"}, "no file",
    ])  # fmt: skip
    server.write("80", "", files=[])
    server.write("../80", "Où")
    server.write("80", "Sans date", at="demain")
    server.write("80", "Moi", key="f" * 32, private=True)
    page = ground.shop.messages()  # type: ignore[attr-defined]
    first, last = page.items
    assert [(part.name, part.content, bool(part.problem)) for part in first.parts] == [
        ("photo.png", b"hello", False),
        ("bad", b"", True),
        ("none", b"", True),
    ]
    assert [name for name, _ in page.refused] == ["2", "3", "4"]
    assert (last.key, last.private) == ("", False), "a customer's message bears no key and is private to nobody"
