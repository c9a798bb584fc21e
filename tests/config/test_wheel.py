"""The wheel holds the whole product: templates, static files, translations, the demo's data, the licences."""

from importlib.metadata import Distribution
from pathlib import Path

from tests.config.packaged import ROOT, build_wheel, unpack

PACKAGE = ROOT / "src" / "comptoir"


def test_the_wheel_holds_every_file_of_the_product(tmp_path: Path) -> None:
    laid = unpack(build_wheel(tmp_path / "dist"), tmp_path / "site-packages")
    there = {str(path.relative_to(laid / "comptoir")) for path in (laid / "comptoir").rglob("*") if path.is_file()}
    assert there == {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*") if path.is_file() and ships(path)}
    # Should the comparison above ever be vain: one of each kind, by name.
    assert "agent/locale/en/LC_MESSAGES/django.po" in there
    assert "ui/static/ui/agent.css" in there
    assert any(name.startswith("agent/templates/") for name in there)
    assert any(name.startswith("demo/") and name.endswith((".toml", ".txt")) for name in there)
    [information] = laid.glob("comptoir-*.dist-info")
    distribution = Distribution.at(information)
    assert {path.name for path in (information / "licenses").iterdir()} >= {"LICENSE", "NOTICE"}
    assert distribution.metadata["License-Expression"] == "Apache-2.0"
    assert [point.value for point in distribution.entry_points] == ["comptoir.config.cli:main"]


def ships(path: Path) -> bool:
    """Whether a file is part of the product: neither compiled nor some editor's."""
    return "__pycache__" not in path.parts and path.suffix not in {".mo", ".pyc"} and not path.name.startswith(".")
