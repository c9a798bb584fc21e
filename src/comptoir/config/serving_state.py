"""What this process serves, for health and figures: the hub puts itself here when it starts."""

from typing import Protocol


class Hub(Protocol):
    """What is asked of the hub."""

    listening: bool

    def open_streams(self) -> int: ...


_hub: list[Hub] = []


def register(hub: Hub) -> None:
    """Called by the ASGI application once."""
    _hub[:] = [hub]


def live() -> str:
    """`ok`, `not listening` (signals come by looking each second) or `not served here`."""
    if not _hub:
        return "not served here"
    return "ok" if _hub[0].listening else "not listening"


def streams() -> int:
    """The open live streams of this process."""
    return _hub[0].open_streams() if _hub else 0
