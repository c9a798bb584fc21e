"""The suite's ground: what every test may use; no network but loopback, people from tests/world.py."""

import gc
import os
from collections.abc import Iterator

import pytest

PROCESSES = ("tests/kill/", "tests/config/test_", "tests/adapters/test_email", "tests/listening/", "tests/demo/")


def pytest_configure() -> None:
    """Compile the translations, so that English pages are English."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    from comptoir.config import translations

    translations.compile_all()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests that wait for processes and browsers leave theirs to others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle: what waits for processes and browsers first, so that none is left for the end.

    Each worker begins with an equal share of the list; browser stories open one, the other processes the last.
    """
    shares = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    stories = [item for item in items if item.nodeid.startswith("tests/e2e/")]
    others = [item for item in items if item.nodeid.startswith(PROCESSES)]
    early = {*stories, *others}
    rest = [item for item in items if item not in early]
    before = len(items) // shares * (shares - 1) - len(stories) if shares > 1 else 0
    items[:] = [*stories, *rest[: max(0, before)], *others, *rest[max(0, before) :]]


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


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """The tree of topics and the custom fields of the test before are gone with its rows."""
    from comptoir.conversations.queries.topics import tree
    from comptoir.core.custom.reading import definitions

    tree.forget()
    definitions.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database goes at the end whoever still holds it (a process that was ended, a browser's loop), and is
    emptied quickly after tests that really commit."""
    from django.db.backends.postgresql.creation import DatabaseCreation

    from tests import emptying

    def drop(self: DatabaseCreation, name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.connection.ops.quote_name(name)} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = drop
    emptying.install()
