"""The table of settings by environment."""

from pathlib import Path

import pytest

from comptoir.config.database import database_settings
from comptoir.config.environment import BadSetting, Environment
from comptoir.config.secrets import django_secret, keyring_text, new_keyring


def read(**variables: str) -> Environment:
    return Environment.read(variables)


def test_a_bare_environment_runs_its_own_database_in_the_checkout() -> None:
    environment = read()
    assert environment.embedded
    assert environment.home.name == "var"
    assert environment.public_url == "http://127.0.0.1:8000"
    assert not environment.secure


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"COMPTOIR_PORT": "eighty"}, "COMPTOIR_PORT must be a whole number"),
        ({"COMPTOIR_PORT": "70000"}, "COMPTOIR_PORT must be a whole number"),
        ({"COMPTOIR_THREADS": "0"}, "COMPTOIR_THREADS"),
        ({"COMPTOIR_URL": "support.example.com"}, "COMPTOIR_URL must begin"),
        ({"DATABASE_URL": "mysql://x"}, "PostgreSQL only"),
        ({"COMPTOIR_LOG": "xml"}, "COMPTOIR_LOG must be one of"),
    ],
)
def test_what_cannot_be_understood_is_said(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence):
        read(**variables)


def test_a_database_address_is_taken_apart() -> None:
    settings = database_settings(read(DATABASE_URL="postgresql://me:p%40ss@db.example:6432/shop?sslmode=require"))
    assert settings["NAME"] == "shop"
    assert settings["USER"] == "me"
    assert settings["PASSWORD"] == "p@ss"
    assert settings["HOST"] == "db.example"
    assert settings["PORT"] == "6432"
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_another_database_demands_keys(tmp_path: Path) -> None:
    bare = read(DATABASE_URL="postgresql://db/x", COMPTOIR_HOME=str(tmp_path))
    with pytest.raises(BadSetting, match="comptoir keys new"):
        keyring_text(bare)
    ring = new_keyring()
    assert keyring_text(read(DATABASE_URL="postgresql://db/x", COMPTOIR_KEYS=ring)) == ring


def test_a_keyring_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    environment = read(COMPTOIR_HOME=str(tmp_path))
    first = keyring_text(environment)
    assert keyring_text(environment) == first
    path = tmp_path / "keys" / "keyring.json"
    assert path.stat().st_mode & 0o077 == 0


def test_django_signs_with_the_newest_key_and_accepts_the_older() -> None:
    assert django_secret('{"signing": {"1": "old", "10": "new", "2": "middle"}}') == ("new", ["middle", "old"])
    with pytest.raises(BadSetting):
        django_secret('{"signing": {}}')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMPTOIR_GOOGLE_ENDPOINTS", "https://one.example/authorize"),
        ("COMPTOIR_MICROSOFT_ENDPOINTS", "ftp://x.example/a https://x.example/b"),
        ("COMPTOIR_MICROSOFT_TENANT", "a/b"),
        ("COMPTOIR_DNS", "dns.example"),
        ("COMPTOIR_DNS", "9.9.9.0/24"),
        ("COMPTOIR_DNS", "9.9.9.9:x"),
    ],
)
def test_a_registration_or_name_server_that_cannot_be_one_is_said(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read(**{name: value})


def test_registrations_at_google_and_microsoft_are_read_and_never_shown() -> None:
    environment = read(
        COMPTOIR_GOOGLE_CLIENT_ID=" id ", COMPTOIR_GOOGLE_CLIENT_SECRET="geheim", COMPTOIR_DNS="9.9.9.9, ::1"
    )
    assert environment.mail_sign_in["google"]["client_id"] == "id"
    assert environment.mail_sign_in["microsoft"] | {"tenant": "common"} == environment.mail_sign_in["microsoft"]
    assert environment.dns_servers == ("9.9.9.9", "::1")
    assert "geheim" not in repr(environment)
