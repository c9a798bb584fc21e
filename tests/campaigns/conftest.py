"""Mail that leaves in these tests is kept, and the sun stands high."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from comptoir.campaigns.models import Manner
from comptoir.ports import registry
from tests import world
from tests.campaigns.ground import Post

POST = "tests.campaigns.ground.Post"


@pytest.fixture(autouse=True)
def _post(db: None) -> Iterator[None]:
    Post.left, Post.refused = [], {}
    registry.configure({**settings.ADAPTERS, "channel": {"outbox": POST, "email": POST}})
    Manner.objects.create(shop=world.shop(), quiet_from=0, quiet_until=0)
    world.inbox()
    yield
    registry.configure(settings.ADAPTERS)
