"""Our source files, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "comptoir"
# From the ground up; a foreign key or an import may only point to an earlier one.
FLOORS = [
    "ports",
    "lib",
    "core",
    "customers",
    "outbox",
    "orders",
    "conversations",
    "care",
    "campaigns",
    "notifications",
    "webhooks",
    "automation",
    "assistant",
]
DOMAIN = FLOORS[2:]


@cache
def files() -> list[Path]:
    """Every Python file of the package but migrations."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text())


def room(path: Path) -> str:
    """The room a file stands in."""
    return path.relative_to(PACKAGE).parts[0]


def imports(path: Path) -> Iterator[str]:
    """Every module or name that a file imports, dotted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
