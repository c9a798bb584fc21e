"""`comptoir check` in plain words."""

from pathlib import Path

import pytest

from comptoir.config import check
from comptoir.config.environment import Environment
from comptoir.config.keys import rotate
from comptoir.config.secrets import django_secret, new_keyring


def found(**variables: str) -> str:
    return "\n".join(finding.text for finding in check.address(Environment.read(variables)))


def test_a_public_address_without_https_is_a_problem() -> None:
    assert "unencrypted" in found(COMPTOIR_URL="http://support.example.com")
    assert "unencrypted" not in found(COMPTOIR_URL="http://192.168.1.5:8000")


def test_https_without_a_trusted_proxy_is_told() -> None:
    assert "COMPTOIR_TRUSTED_PROXIES" in found(COMPTOIR_URL="https://localhost")
    assert found(COMPTOIR_URL="https://localhost", COMPTOIR_TRUSTED_PROXIES="127.0.0.1") == ""


def test_a_keyring_that_others_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_text(new_keyring())
    path.chmod(0o644)
    texts = [finding.text for finding in check.keyring(Environment.read({"COMPTOIR_KEYS": str(path)}))]
    assert "can be read by others" in texts[0]


def test_an_s3_store_without_its_library_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment.read(
        {"COMPTOIR_FILES": "s3://key:secret@s3.example/files", "COMPTOIR_HOME": str(tmp_path)}
    )
    monkeypatch.setattr(check, "find_spec", lambda name: None)
    assert "pip install 'comptoir[s3]'" in " ".join(finding.text for finding in check.home(environment))
    monkeypatch.setattr(check, "find_spec", lambda name: object())
    assert "comptoir[s3]" not in " ".join(finding.text for finding in check.home(environment))


@pytest.mark.django_db
def test_more_connections_than_the_server_takes_are_told() -> None:
    environment = Environment.read({"COMPTOIR_THREADS": "250"})
    texts = " ".join(finding.text for finding in check.database(environment, web=4, workers=1))
    assert "max_connections" in texts
    texts = " ".join(finding.text for finding in check.database(Environment.read({}), web=1, workers=1))
    assert "max_connections" not in texts


def test_a_rotated_keyring_signs_with_the_new_key_and_knows_the_old() -> None:
    before = new_keyring()
    newest, older = django_secret(rotate(before, ("signing",)))
    assert older == [django_secret(before)[0]]
    assert newest != older[0]
