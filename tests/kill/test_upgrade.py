"""A new release on an old database: a verified backup first, then the structure, and nothing lost."""

from pathlib import Path

from comptoir.config.backups.archive import verify
from tests.kill.conftest import House
from tests.kill.test_kill import count, seed


def done(house: House, *words: str) -> None:
    process = house.comptoir(*words)
    process.communicate(timeout=120)
    assert process.returncode == 0, house.log()


def test_the_structure_changes_only_after_a_backup(house: House) -> None:
    done(house, "manage", "migrate", "--verbosity", "0", "outbox", "0001")
    seed(house, "send", "3", "2525")
    before = house.query("SELECT count(*) FROM django_migrations")
    done(house, "prepare")
    assert house.query("SELECT count(*) FROM django_migrations") > before
    assert count(house) == 6
    [backup] = Path(house.home / "backups").glob("before-upgrade-*.tar")
    manifest = verify(backup)
    assert "outbox.0001_initial" in manifest["migrations"]
    assert len(manifest["migrations"]) == before
    done(house, "prepare")
    assert len(list(Path(house.home / "backups").iterdir())) == 1
