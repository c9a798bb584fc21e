"""The suite's ground: what every test may use; no network but loopback, people from tests/world.py."""

import gc
import os
from collections.abc import Iterator

import pytest


def pytest_configure() -> None:
    """Compile the translations, so that English pages are English."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    from comptoir.config import translations

    translations.compile_all()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_job_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that really commit leave no job to the next one: Django's flush passes over tables that it does not own."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or (marker is not None and marker.kwargs.get("transaction"))
    if not commits:
        yield
        return
    request.getfixturevalue("transactional_db")
    from tests.work import forget_jobs

    forget_jobs()
    yield
    forget_jobs()
