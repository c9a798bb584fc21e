"""A carrier, or a service that follows many: parcels are asked for by number, or told by webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from comptoir.ports.channel import Field
from comptoir.ports.parcels import ShipmentData


@dataclass(frozen=True, slots=True)
class CarrierCapabilities:
    """What it can do. `batch` is how many numbers one question may hold, `daily` how many questions a day (0: no limit
    is known), `names` the carriers' names (as shops write them, lower-case) that it answers for; empty means any.
    `every` is how many seconds lie between two questions about one parcel, where neither its state nor its age matter
    (0: they do)."""

    polls: bool = False
    webhooks: bool = False
    registers: bool = False
    batch: int = 1
    daily: int = 0
    names: tuple[str, ...] = ()
    every: int = 0


@dataclass(frozen=True, slots=True)
class Followed:
    """What a carrier tells of parcels: `unknown` are numbers that it does not know (yet), `codes` those of its codes
    that no table names; `problem` is why a payload cannot be read, in words."""

    parcels: tuple[ShipmentData, ...] = ()
    unknown: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    problem: str = ""


class CarrierPort(Protocol):
    """What an adapter for a carrier provides. `settings` holds its fields, secrets already decrypted."""

    capabilities: CarrierCapabilities
    fields: tuple[Field, ...]

    def __init__(self, settings: Mapping[str, str]) -> None: ...

    def check(self) -> list[str]:
        """Try the settings; what is wrong as plain sentences, empty when all is well."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it wrote these very bytes (constant time). Header names are lower-case."""

    def delivery(self, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
        """The delivery's own key and its topic."""

    def parse(self, body: bytes) -> Followed:
        """Understand an answer or a webhook's payload: pure, no network, never raises."""

    def follow(self, numbers: Sequence[str]) -> None:
        """Ask to be told of these parcels, where `registers`. Raises PortError."""

    def track(self, numbers: Sequence[str]) -> Followed:
        """Ask for at most `batch` parcels, where `polls`. Raises PortError (retry_after)."""
