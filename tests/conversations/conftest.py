"""A channel in memory, swapped in where the port is looked up."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from comptoir.lib.mail.parse import parse
from comptoir.ports import registry
from comptoir.ports.channel import Capabilities, FakeChannel, IncomingMessage, OutgoingMessage, SendResult

SENT: list[OutgoingMessage] = []
ERRORS: list[Exception] = []
POISON: list[bytes] = []


class Recorder(FakeChannel):
    """Keeps what leaves in one list for the test; raises the errors that the test has queued, in their order."""

    capabilities = Capabilities(html=True)

    def parse(self, raw: bytes) -> IncomingMessage:
        for poison in POISON:
            if poison in raw:
                raise KeyError("x")
        return parse(raw)

    def send(self, message: OutgoingMessage) -> SendResult:
        if ERRORS:
            raise ERRORS.pop(0)
        SENT.append(message)
        return super().send(message)


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[OutgoingMessage]]:
    """What left through the inboxes whose adapter is `outbox`."""
    SENT.clear()
    ERRORS.clear()
    POISON.clear()
    registry.configure({"channel": {**settings.ADAPTERS["channel"], "outbox": f"{__name__}.Recorder"}})
    yield SENT
    registry.configure(settings.ADAPTERS)


@pytest.fixture
def errors(sent: list[OutgoingMessage]) -> list[Exception]:
    """What the next sends raise."""
    return ERRORS


@pytest.fixture
def poison(sent: list[OutgoingMessage]) -> list[bytes]:
    """Bytes in a mail at which reading it fails."""
    return POISON
