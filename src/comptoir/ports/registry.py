"""Where adapters are found by port and name: imported on first use, named only by settings or by entry points."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

_named: dict[str, dict[str, str]] = {}


class UnknownAdapter(LookupError):
    """No adapter has that name for that port."""


def configure(adapters: Mapping[str, Mapping[str, str]]) -> None:
    """Take over the table of settings: {port: {name: "module.path.Class"}}. Called once by config."""
    _named.clear()
    for port, names in adapters.items():
        _named[port] = dict(names)
    get.cache_clear()


def names(port: str) -> list[str]:
    """The adapters of a port, settings first, then installed packages."""
    return [*_named.get(port, {}), *(entry.name for entry in entry_points(group=f"comptoir.{port}"))]


@cache
def get(port: str, name: str) -> Any:
    """The adapter class of that name; raises UnknownAdapter."""
    dotted = _named.get(port, {}).get(name)
    if dotted:
        module, _, attribute = dotted.rpartition(".")
        return getattr(import_module(module), attribute)
    for entry in entry_points(group=f"comptoir.{port}", name=name):
        return entry.load()
    raise UnknownAdapter(f"{port}: {name}")
