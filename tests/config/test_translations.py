"""Translations are compiled beside their source, or in the data folder where the package is not ours to write."""

import os
from pathlib import Path

import pytest

from comptoir.config import translations

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Bonjour"\nmsgstr "Hello"\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    source = tmp_path / "site-packages" / "comptoir" / "agent" / "locale" / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)
    return tmp_path / "site-packages" / "comptoir"


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(package: Path, tmp_path: Path) -> None:
    assert translations.compile_all(package, tmp_path) == 1
    [compiled] = package.rglob("django.mo")
    assert b"Hello" in compiled.read_bytes()
    assert translations.compile_all(package, tmp_path) == 0
    os.utime(compiled.with_suffix(".po"), (compiled.stat().st_mtime + 5,) * 2)
    assert translations.compile_all(package, tmp_path) == 1


def test_a_package_that_cannot_be_written_is_compiled_in_the_data_folder(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations.os, "access", lambda *_: False)
    assert translations.compile_all(package, tmp_path / "home") == 1
    assert not list(package.rglob("*.mo"))
    assert (tmp_path / "home" / "locale" / "agent" / "en" / "LC_MESSAGES" / "django.mo").exists()
    assert translations.compile_all(package, tmp_path / "home") == 0
