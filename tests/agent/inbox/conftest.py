"""Events need their month's partition; people and their browsers."""

import pytest
from django.test import Client

from comptoir.core.events import ensure_partitions
from tests import world


@pytest.fixture(autouse=True)
def _ground(db: None) -> None:
    ensure_partitions()


@pytest.fixture
def camille() -> Client:
    """Camille's browser."""
    return world.client_for(world.camille())


@pytest.fixture
def htmx() -> dict[str, str]:
    """Headers of a request that htmx sends."""
    return {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/team/"}
