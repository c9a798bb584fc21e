"""What taking many things did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were made, changed, and refused."""

    created: int = 0
    changed: int = 0
    refused: int = 0
