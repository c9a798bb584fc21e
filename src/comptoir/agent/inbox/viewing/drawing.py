"""Conditions as the page draws them: each with its fields, operators and the control of its values."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from comptoir.agent.inbox.viewing.conditions import Group, Line
from comptoir.core.filters import Field, fields
from comptoir.core.models import Agent

SUBJECTS = {
    "conversation": gettext_lazy("Conversation"),
    "message": gettext_lazy("Messages"),
    "customer": gettext_lazy("Client"),
    "order": gettext_lazy("Commande"),
    "parcel": gettext_lazy("Colis"),
}
OPERATORS = {
    "is": gettext_lazy("est"),
    "is_not": gettext_lazy("n’est pas"),
    "all": gettext_lazy("est à la fois"),
    "at_least": gettext_lazy("au moins"),
    "at_most": gettext_lazy("au plus"),
    "over": gettext_lazy("depuis plus de"),
    "under": gettext_lazy("depuis moins de"),
    "contains": gettext_lazy("contient"),
    "lacks": gettext_lazy("ne contient pas"),
    "on": pgettext_lazy("date", "le"),
    "before": pgettext_lazy("date", "avant le"),
    "after": pgettext_lazy("date", "après le"),
}
AHEAD = {"over": pgettext_lazy("pause", "dans plus de"), "under": pgettext_lazy("pause", "dans moins de")}
KINDS = [
    ("all", gettext_lazy("Toutes ces conditions")),
    ("any", gettext_lazy("Au moins une de ces conditions")),
    ("none", gettext_lazy("Aucune de ces conditions")),
]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line or a group for the template."""

    place: str
    error: str = ""
    group: bool = False
    kind: str = ""
    kinds: Any = ()
    children: list["Drawn"] = field(default_factory=list)
    name: str = ""
    label: str = ""
    fields: Any = ()
    op: str = ""
    operators: Any = ()
    control: str = ""
    choices: Any = ()
    chosen: str = ""
    value: str = ""
    unit: str = "h"


class Drawer:
    """Draws for one agent; the choices of a field are read once."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._choices: dict[str, list[tuple[str, str]]] = {}
        self._offered = self._fields()

    def draw(self, node: Line | Group) -> Drawn:
        """A group with all that it holds, or a line."""
        if isinstance(node, Group):
            inside = [self.draw(child) for child in node.children]
            return Drawn(node.place, node.error, True, node.kind, KINDS, inside)
        known = node.known
        if known is None:
            return Drawn(node.place, node.error, name=node.field, fields=self._offered, control="unknown")
        choices = self._chosen(known, node)
        offered = self._offered if not known.retired else [*self._offered, ("", [(known.name, str(known.label))])]
        names = [label for _code, label, on in choices if on]
        words = AHEAD if known.name == "conversation.snoozed" else {}
        return Drawn(
            node.place,
            node.error,
            name=node.field,
            label=str(known.label),
            fields=offered,
            op=node.op,
            operators=[(code, words.get(code, OPERATORS[code])) for code in known.operators],
            control="pick" if known.kind in ("choices", "tags") else known.kind,
            choices=choices,
            chosen=", ".join(names[:3]) + (f" +{len(names) - 3}" if len(names) > 3 else ""),
            value=node.values[0] if node.values else "",
            unit=node.unit,
        )

    def _chosen(self, known: Field, line: Line) -> list[tuple[str, str, bool]]:
        if known.choices is None:
            return []
        if known.name not in self._choices:
            self._choices[known.name] = [(code, str(label)) for code, label in known.choices(self.agent)]
        offered = self._choices[known.name]
        codes = {code for code, _label in offered}
        gone = [(value, _("%(name)s (n’existe plus)") % {"name": value}) for value in line.values if value not in codes]
        return [(code, label, code in line.values) for code, label in [*offered, *gone]]

    def _fields(self) -> list[tuple[str, list[tuple[str, str]]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for known in fields().values():
            if known.retired:
                continue
            title = str(SUBJECTS.get(known.name.partition(".")[0], known.name.partition(".")[0]))
            found.setdefault(title, []).append((known.name, str(known.label)))
        return list(found.items())
