"""What an import would do, line by line, before it does anything."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from comptoir.core.actors import Actor

CREATE, UPDATE, SAME, REFUSE = "create", "update", "same", "refuse"


@dataclass(slots=True)
class Line:
    """One row: what becomes of it and why; `values` are what will be written."""

    number: int
    name: str
    what: str = CREATE
    notes: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def refuse(self, why: str) -> None:
        """It cannot be taken."""
        self.what = REFUSE
        self.notes.append(why)


@dataclass(slots=True)
class Plan:
    """The whole report. `write` puts one line into the database."""

    lines: list[Line] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    unknown_variables: Counter[str] = field(default_factory=Counter)
    unknown_actions: Counter[str] = field(default_factory=Counter)
    write: Callable[[Line, Actor], None] = lambda line, actor: None

    def count(self, what: str) -> int:
        """How many lines that becomes of."""
        return sum(line.what == what for line in self.lines)

    @property
    def created(self) -> int:
        """New ones."""
        return self.count(CREATE)

    @property
    def updated(self) -> int:
        """Known ones that change."""
        return self.count(UPDATE)

    @property
    def same(self) -> int:
        """Known ones that stay."""
        return self.count(SAME)

    @property
    def refused(self) -> int:
        """Those that cannot be taken."""
        return self.count(REFUSE)


@transaction.atomic
def carry_out(plan: Plan, *, actor: Actor) -> None:
    """Write every line that can be taken, all of them or none; an error leaves nothing half-written."""
    for line in plan.lines:
        if line.what in (CREATE, UPDATE):
            plan.write(line, actor)
