"""The events of which programs can be told, from the rooms' own sentences."""

from collections.abc import Iterable

from comptoir.core.sentences import sentences
from comptoir.webhooks.rows import TOLD


def verbs() -> list[str]:
    """Their names, sorted: "conversation.assigned", "message.received", ..."""
    return sorted(verb for verb in sentences() if verb.partition(".")[0] in TOLD)


def unknown(given: Iterable[str]) -> list[str]:
    """Those that are none."""
    known = set(verbs())
    return [verb for verb in given if verb not in known]
