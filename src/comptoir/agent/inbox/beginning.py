"""The first steps of an installation that has no message yet."""

from typing import Any

from comptoir.core.models import Agent


def steps(agent: Agent) -> list[dict[str, Any]]:
    """To be done."""
    return []
