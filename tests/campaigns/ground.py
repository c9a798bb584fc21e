"""What the tests of proactive messages share: a shop that wishes, orders that a platform tells, mail that left."""

from collections.abc import Mapping
from typing import Any, ClassVar

from comptoir.campaigns import sweeps
from comptoir.campaigns.actions.editing import choose
from comptoir.core.actors import SYSTEM
from comptoir.core.models import Shop
from comptoir.outbox import sweeps as outbox
from comptoir.ports.channel import FakeChannel, OutgoingMessage, SendResult
from tests import world
from tests.work import run_jobs


class Post(FakeChannel):
    """Keeps what left, over all its instances."""

    left: ClassVar[list[OutgoingMessage]] = []
    refused: ClassVar[dict[str, str]] = {}

    def __init__(self, settings: Mapping[str, str]) -> None:
        super().__init__(settings)

    def send(self, message: OutgoingMessage) -> SendResult:
        Post.left.append(message)
        return SendResult(refused=dict(Post.refused))


def wish(kind: str, mode: str = "send", *, shop: Shop | None = None, **more: Any) -> None:
    """What the shop wishes for a kind."""
    choose(shop or world.shop(), kind, {"mode": mode, **more}, actor=SYSTEM)


def passes(times: int = 2) -> list[OutgoingMessage]:
    """Let the worker work for some seconds; everything that left since the test began."""
    for _ in range(times):
        run_jobs()
        sweeps.leave()
        outbox.release()
    run_jobs()
    return Post.left
