"""The suite's ground: what every test may use; no network but loopback, people from tests/world.py."""

import os


def pytest_configure() -> None:
    """Compile the translations, so that English pages are English."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    from comptoir.config import translations

    translations.compile_all()
