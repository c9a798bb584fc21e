"""Which texts a shopper may read, and so must be there in nine languages.

Everything of the room `portal`; the templates that its pages extend and include, those of mails and errors named here;
and, of other rooms, what the portal's Python files import by name and has texts in it (the states of an order, the
purposes of a consent). A new import of that kind counts by itself: translate it, or name it in HIDDEN.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "comptoir"
ROOM = "portal"
MAILS = (
    "outbox/account_*",
    "outbox/stock_wish.*",
    "agent/gestures/letter.txt",
    "campaigns/*",
)  # templates of what is written to customers
PLAIN = "config/errors.py"  # what errors say without a template
ERRORS = ("404.html", "403.html", "429.html", "500.html", "503.html")  # of any page, a shop's too
# What the pages reach through another row, without a name in the portal's code.
SHOWN = ("comptoir.orders.models:Payment",)
# What the portal's code imports to decide by it; no shopper reads its labels.
HIDDEN = {
    "CaseKind",
    "Delivery",
    "IdentityKind",
    "InboxKind",
    "MessageKind",
    "Participant",
    "Role",
    "State",
}
_PARENT = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
Span = tuple[Path, int, int]  # a file's lines, from and to


def spans() -> list[Span]:
    """The pieces of source whose texts a shopper may read."""
    own = sorted((PACKAGE / ROOM).rglob("*.py"))
    return [*((path, 0, 10**6) for path in [*own, *templates(), PACKAGE / PLAIN]), *_imported(own)]


def templates() -> list[Path]:
    """The templates of the portal, of the mails and of errors, with those that they stand on."""
    folders = [path for path in PACKAGE.glob("*/templates") if path.is_dir()]
    waiting = [path for path in (PACKAGE / ROOM / "templates").rglob("*") if path.is_file()]
    for pattern in (*MAILS, *ERRORS):
        waiting += [path for folder in folders for path in folder.glob(pattern)]
    found: dict[Path, None] = {}
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        names = _PARENT.findall(path.read_text())
        waiting += [folder / name for name in names for folder in folders if (folder / name).is_file()]
    return sorted(found)


def _imported(own: list[Path]) -> Iterator[Span]:
    wanted = {tuple(name.split(":")) for name in SHOWN}
    for path in own:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comptoir."):
                wanted |= {(str(node.module), each.name) for each in node.names if each.name not in HIDDEN}
    for module, name in sorted(wanted):
        if not module.startswith(f"comptoir.{ROOM}") and (span := _definition(module, name)):
            yield span


def _definition(module: str, name: str) -> Span | None:
    """Where a name is defined, followed through the modules that pass it on; None for a module or what is not ours."""
    path = PACKAGE.parent / Path(*module.split("."))
    path = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    if not path.is_file():
        return None
    for node in ast.parse(path.read_text()).body:
        if name in _names(node):
            return path, node.lineno, node.end_lineno or node.lineno
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("comptoir."):
            for each in node.names:
                if (each.asname or each.name) == name:
                    return _definition(node.module, each.name)
    return None


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]
