"""Conditions as a form: what was typed, right or wrong, stays; from and to the tree that a view keeps.

Names of the form: `kind-0` (a group: all, any, none), `field-0.2`, `op-0.2`, `value-0.2`, `unit-0.2` (a condition at that
place). Buttons send `do`: add, group, remove, in, out, with a place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as slot
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from comptoir.conversations.queries.conditions import DEEPEST, MOST
from comptoir.core.filters import BadCondition, Field, clean, fields

ROOT = "0"
KINDS = ("all", "any", "none")
DAY = 24
_PLACE = re.compile(r"(?:kind|field)-(0(?:\.\d{1,2}){0,5})")
_FIRST = "conversation.state"


@dataclass(slots=True)
class Line:
    """One condition as it was typed."""

    field: str
    op: str
    values: list[str] = slot(default_factory=list)
    unit: str = "h"
    place: str = ""
    error: str = ""

    @property
    def known(self) -> Field | None:
        """The field, when there is one of that name."""
        return fields().get(self.field)


@dataclass(slots=True)
class Group:
    """Conditions that hold all, any or none."""

    kind: str = "all"
    children: list["Line | Group"] = slot(default_factory=list)
    place: str = ROOT
    error: str = ""

    def lines(self) -> list[Line]:
        """All conditions inside."""
        found: list[Line] = []
        for child in self.children:
            found += child.lines() if isinstance(child, Group) else [child]
        return found


def fresh() -> Group:
    """How a new view begins: what is open."""
    return numbered(Group("all", [Line(_FIRST, "is", ["open"])]))


def read(posted: QueryDict) -> Group | None:
    """The conditions of a form; None when it has none."""
    places = {found[1] for name in posted if (found := _PLACE.fullmatch(name))}
    if f"kind-{ROOT}" not in posted or len(places) > MOST * 3:
        return None
    return numbered(_read(posted, places, ROOT))


def _read(posted: QueryDict, places: set[str], place: str) -> Group:
    inside = [one for one in places if one.rpartition(".")[0] == place]
    made = Group(posted.get(f"kind-{place}", "all"), place=place)
    made.kind = made.kind if made.kind in KINDS else "all"
    for one in sorted(inside, key=lambda name: int(name.rpartition(".")[2])):
        if f"kind-{one}" in posted:
            made.children.append(_read(posted, places, one))
        else:
            values = [text[:200] for text in posted.getlist(f"value-{one}")][:60]
            line = Line(posted.get(f"field-{one}", "")[:60], posted.get(f"op-{one}", "")[:20], values)
            line.unit = "d" if posted.get(f"unit-{one}") == "d" else "h"
            made.children.append(_fitting(line, posted.get(f"was-{one}", line.field)))
    return made


def _fitting(line: Line, former: str) -> Line:
    """A field that was changed begins anew where the old operator or value makes no sense."""
    known, before = line.known, fields().get(former)
    if known is not None and line.op not in known.operators:
        line.op = known.operators[0]
    if known is not None and former != line.field and (before is None or before.kind != known.kind or known.choices):
        line.values = []
    return line


def edited(root: Group, do: str) -> Group:
    """The conditions after a button was pressed."""
    verb, _colon, place = do.partition(":")
    found = _find(root, place)
    if found is None:
        return root
    parent, node = found
    at = parent.children.index(node) if node is not parent else 0
    if verb == "add" and isinstance(node, Group):
        node.children.append(Line(_FIRST if not node.lines() else "conversation.tag", "is"))
    elif verb == "group" and isinstance(node, Group):
        node.children.append(Group("any" if node.kind == "all" else "all", [Line("conversation.tag", "is")]))
    elif verb == "remove" and node is not parent:
        parent.children.remove(node)
    elif verb == "in" and node is not parent:
        before = parent.children[at - 1] if at else None
        if isinstance(before, Group):
            parent.children.remove(node)
            before.children.append(node)
        else:
            parent.children[at] = Group("any" if parent.kind == "all" else "all", [node])
    elif verb == "out" and node is not parent and parent is not root:
        outer = _find(root, parent.place)
        if outer is not None:
            parent.children.remove(node)
            outer[0].children.insert(outer[0].children.index(parent) + 1, node)
            if not parent.children:
                outer[0].children.remove(parent)
    return numbered(root)


def _find(root: Group, place: str) -> tuple[Group, Line | Group] | None:
    """The node at a place with the group that it stands in; the root stands in itself."""
    if place == root.place:
        return root, root
    for child in root.children:
        if child.place == place:
            return root, child
        if isinstance(child, Group) and (found := _find(child, place)):
            return found
    return None


def numbered(root: Group, place: str = ROOT) -> Group:
    """The same, every node knowing its place."""
    root.place = place
    for at, child in enumerate(root.children):
        if isinstance(child, Group):
            numbered(child, f"{place}.{at}")
        else:
            child.place = f"{place}.{at}"
    return root


def to_tree(root: Group) -> dict[str, Any] | None:
    """The tree, or None with the errors standing at their lines."""
    made = _tree(root, 1)
    if len(root.lines()) > MOST:
        root.error = said(BadCondition("too_many"))
        return None
    return made


def _tree(group: Group, depth: int) -> dict[str, Any] | None:
    if depth > DEEPEST + 1:
        group.error = said(BadCondition("too_deep"))
        return None
    if not group.children and depth > 1:
        group.error = said(BadCondition("empty_group"))
        return None
    made = [_tree(child, depth + 1) if isinstance(child, Group) else _leaf(child) for child in group.children]
    if any(one is None for one in made):
        return None
    return {"not": {"any": made}} if group.kind == "none" else {group.kind: made}


def _leaf(line: Line) -> dict[str, Any] | None:
    known = line.known
    try:
        if known is None:
            raise BadCondition("unknown_field", line.field)
        return {"field": line.field, "op": line.op, "value": clean(known, line.op, _value(line, known))}
    except BadCondition as problem:
        line.error = said(problem)
        return None


def _value(line: Line, known: Field) -> Any:
    if known.kind in ("choices", "tags"):
        return line.values
    first = line.values[0].strip() if line.values else ""
    if known.kind == "codes":
        return [part for part in re.split(r"[\s,;]+", first) if part]
    if known.kind == "yes":
        return {"yes": True, "no": False}.get(first)
    if known.kind == "money":
        found = re.fullmatch(r"(\d{1,10})(?:[.,](\d{1,2}))?", first.replace("\u202f", "").replace(" ", ""), re.ASCII)
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None
    if known.kind == "age":
        hours = first if first.isascii() and first.isdigit() and len(first) < 7 else ""
        return int(hours) * (DAY if line.unit == "d" else 1) if hours else None
    return first


def from_tree(tree: Mapping[str, Any]) -> Group:
    """A kept tree as a form."""
    made = _node(tree)
    return numbered(made if isinstance(made, Group) else Group("all", [made]))


def _node(tree: Mapping[str, Any]) -> Line | Group:
    if "field" in tree:
        return _line(tree)
    if "not" in tree:
        inside = _node(tree["not"])
        if isinstance(inside, Group) and inside.kind == "any":
            return Group("none", inside.children)
        return Group("none", [inside])
    kind = "all" if "all" in tree else "any"
    return Group(kind, [_node(child) for child in tree.get(kind, [])])


def _line(tree: Mapping[str, Any]) -> Line:
    known, value = fields().get(tree["field"]), tree.get("value")
    line = Line(str(tree["field"]), str(tree.get("op", "is")))
    if known is None:
        line.error = said(BadCondition("unknown_field", line.field))
    elif known.kind in ("choices", "tags"):
        line.values = [str(one) for one in value] if isinstance(value, list) else []
    elif known.kind == "codes":
        line.values = [", ".join(map(str, value or []))]
    elif known.kind == "yes":
        line.values = ["yes" if value else "no"]
    elif known.kind == "money":
        whole, cents = divmod(int(value or 0), 100)
        line.values = [f"{whole},{cents:02}" if cents else str(whole)]
    elif known.kind == "age":
        hours = int(value or 0)
        line.unit = "d" if hours and hours % DAY == 0 else "h"
        line.values = [str(hours // DAY if line.unit == "d" else hours)]
    else:
        line.values = [str(value)]
    return line


def said(problem: BadCondition) -> str:
    """What is wrong, in words."""
    texts = {
        "unknown_field": _(
            "Cette condition n’existe pas ou plus : « %(what)s ». Choisissez-en une autre ou retirez-la."
        ),
        "bad_operator": _("« %(what)s » ne se compare pas ainsi."),
        "bad_value": _("« %(what)s » : il manque une valeur, ou elle n’est pas possible."),
        "too_deep": _("Quatre groupes l’un dans l’autre suffisent : sortez-en un."),
        "too_many": _("Quarante conditions au plus : retirez-en."),
        "empty_group": _("Ce groupe est vide : ajoutez une condition ou retirez-le."),
        "malformed": _("Ces conditions ne se lisent pas."),
    }
    return texts.get(problem.code, texts["malformed"]) % {"what": problem.what}
