"""Parcels of Maison Alba and a carrier in memory that answers for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from django.conf import settings

from comptoir.adapters.carriers.simulator import Simulator
from comptoir.orders.models import Connection
from comptoir.ports import registry
from comptoir.ports.carrier import CarrierCapabilities, Followed
from comptoir.ports.parcels import ShipmentData
from tests import world


@dataclass
class Desk:
    """What the carrier knows and was asked."""

    parcels: dict[str, ShipmentData] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    error: Exception | None = None


class DeskCarrier(Simulator):
    """A carrier in memory."""

    capabilities = CarrierCapabilities(polls=True, batch=2)
    desk: ClassVar[Desk] = Desk()

    def verify(self, headers: Any, body: bytes) -> bool:
        return headers.get("x-proof") == "ours"

    def follow(self, numbers: Sequence[str]) -> None:
        self.desk.followed += numbers

    def track(self, numbers: Sequence[str]) -> Followed:
        self.desk.asked.append(list(numbers))
        if self.desk.error:
            raise self.desk.error
        known = [self.desk.parcels[number] for number in numbers if number in self.desk.parcels]
        return Followed(tuple(known), tuple(number for number in numbers if number not in self.desk.parcels))


@pytest.fixture
def desk() -> Iterator[Desk]:
    registry.configure({**settings.ADAPTERS, "carrier": {"desk": f"{__name__}.DeskCarrier"}})
    DeskCarrier.desk = Desk()
    DeskCarrier.capabilities = CarrierCapabilities(polls=True, batch=2)
    yield DeskCarrier.desk
    registry.configure(settings.ADAPTERS)


@pytest.fixture
def account(db: None, desk: Desk) -> Connection:
    return Connection.objects.create(shop=world.shop(), port="carrier", vendor="desk", name="Transporteur", active=True)
