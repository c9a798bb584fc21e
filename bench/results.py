"""Rows of the result: a value, its target, and whether it holds."""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement. `target` is the most that `value` may be (the least, with `at_least`); None is for information."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None when there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours against the peer's, round by round: rounds alternate, so that both meet the same neighbours."""

    ours: Sequence[float]
    peer: Sequence[float]

    @property
    def value(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(mine / other for mine, other in zip(self.ours, self.peer, strict=True))

    def note(self, unit: str, digits: int = 2) -> str:
        """Both sides' own medians."""
        ours, peer = statistics.median(self.ours), statistics.median(self.peer)
        return f"{ours:.{digits}f} against {peer:.{digits}f} {unit}"


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of the values do not exceed; raises ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def table(rows: Sequence[Row]) -> str:
    """The rows as text."""
    lines = [("", "value", "target", "", "")]
    lines += [(row.name, f"{row.value:.4g} {row.unit}".strip(), _target(row), _word(row), row.note) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        f"{line[0]:<{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:>{widths[2]}}  {line[3]:<{widths[3]}}  {line[4]}".rstrip()
        for line in lines
    )


def write(rows: Sequence[Row], path: Path) -> None:
    """The rows as JSON: name, value, unit, target, holds, and more."""
    path.write_text(json.dumps([asdict(row) | {"holds": row.holds} for row in rows], indent=1) + "\n")


def _target(row: Row) -> str:
    if row.target is None:
        return ""
    return f"{'>=' if row.at_least else '<='} {row.target:g}"


def _word(row: Row) -> str:
    return {True: "holds", False: "MISSES", None: ""}[row.holds]
