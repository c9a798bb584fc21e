"""Committed results are fresh: style bundles, vendored libraries; behaviours stay small and within the policy."""

import json
import re
from pathlib import Path

import pytest

from comptoir.ui import bundle
from comptoir.ui.vendor import update

SCRIPTS = sorted((bundle.STATIC / "js").glob("*.js"))
SHEETS = sorted(path for path in bundle.STYLES.rglob("*.css") if path.name != "tokens.css")


@pytest.mark.parametrize("audience", bundle.ORDER)
def test_the_bundle_is_fresh(audience: str) -> None:
    assert (bundle.STATIC / f"{audience}.css").read_text() == bundle.build(audience), "python -m comptoir.ui.bundle"
    sources = {path.stem for path in (bundle.STYLES / audience).glob("*.css")}
    assert set(bundle.ORDER[audience].split()) == sources


def test_vendored_files_are_those_of_the_manifest() -> None:
    manifest = json.loads(update.MANIFEST.read_text())
    named = set()
    for library in manifest.values():
        assert any(target.startswith("licences/") for target in library["files"].values())
        for target, expected in library["sha256"].items():
            named.add(update.place(target))
            assert update.digest(update.place(target)) == expected, target
    assert {*update.SCRIPTS.iterdir(), *(update.HERE / "licences").iterdir()} == named


def test_the_two_dark_lists_are_one() -> None:
    text = (bundle.STYLES / "tokens.css").read_text()
    blocks = re.findall(r"--paper: #161513.*?--shadow-2: [^;]+;", text, re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_sheet_speaks_in_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)}])", text))
    assert colours <= {"#fff", "#f1eee8"}, "a colour belongs in tokens.css"  # paper of a QR code, words on a dark veil
    unknown = set(re.findall(r"var\((--[a-z0-9-]+)", text)) - _vocabulary()
    assert not unknown
    assert "@import" not in text
    assert "http" not in text


def _vocabulary() -> set[str]:
    bases = [bundle.STYLES / "tokens.css", bundle.STYLES / "agent/base.css", bundle.STYLES / "shopper/base.css"]
    return {token for path in bases for token in re.findall(r"(--[a-z0-9-]+):", path.read_text())}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_behaviour_is_small_and_alone(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 60
    assert max(map(len, text.splitlines())) <= 160
    assert not re.search(r"\beval\(|new Function|^import |setAttribute\(.style", text, re.MULTILINE)
