"""Backups: whole or not at all, verified, and erased people stay erased."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from comptoir.config.backups import BackupProblem, archive, database
from comptoir.config.backups.backup import back_up
from comptoir.config.backups.restore import _check, restore
from comptoir.conversations.models import Message
from comptoir.core import erasures, files
from comptoir.core.actors import SYSTEM
from comptoir.core.models import File
from comptoir.customers.actions import erase
from comptoir.customers.models import Customer
from tests import world
from tests.work import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def forget_erasures() -> None:
    for key in erasures.read():
        default_storage.delete(f"{erasures.FOLDER}/{key}")


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    forget_erasures()
    yield
    forget_erasures()
    database.drop(f"{connection.settings_dict['NAME']}_before_restore")


def test_what_was_backed_up_comes_back_and_what_came_after_is_gone(tmp_path: Path) -> None:
    world.conversation(text="Avant la sauvegarde")
    kept = files.save(b"octets", name="photo.png", content_type="image/png")
    path = tmp_path / "comptoir.tar"
    manifest = back_up(path)
    assert (manifest["files"], path.stat().st_mode & 0o077) == (1, 0)
    world.conversation(world.karim(), text="Après la sauvegarde")
    default_storage.delete(kept.key)
    restore(path)
    assert list(Message.objects.values_list("text", flat=True)) == ["Avant la sauvegarde"]
    assert files.read(File.objects.get()) == b"octets"
    world.conversation(text="La vie continue")
    assert Message.objects.count() == 2


def test_a_person_erased_after_the_backup_is_erased_again(tmp_path: Path) -> None:
    claire = world.claire()
    world.conversation(claire, text="Mon adresse est secrète")
    path = tmp_path / "comptoir.tar"
    back_up(path)
    erase(claire.customer, actor=SYSTEM)
    run_jobs()
    assert erasures.read() == {claire.customer_id}
    assert restore(path) == 1
    customer = Customer.objects.get(pk=claire.customer_id)
    assert (customer.name, customer.erased_at is not None) == ("", True)
    assert list(Message.objects.values_list("text", flat=True)) == [""]


def test_a_list_of_another_machine_is_replayed_too(tmp_path: Path) -> None:
    claire = world.claire()
    path, other = tmp_path / "comptoir.tar", tmp_path / "erasures.list"
    back_up(path)
    other.write_text(f"{claire.customer_id} 2026-11-24T10:00:00+00:00\n")
    assert restore(path, other) == 1
    assert Customer.objects.get(pk=claire.customer_id).name == ""


def test_no_key_stands_in_a_backup(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    world.inbox(secrets="")
    path = tmp_path / "comptoir.tar"
    back_up(path)
    content = path.read_bytes()
    for keys in json.loads(settings.KEYRING).values():
        for key in keys.values():
            assert key.encode() not in content


@pytest.mark.parametrize("damage", ["cut", "changed", "not a tar", "missing"])
def test_a_damaged_backup_is_refused_and_nothing_changes(tmp_path: Path, damage: str) -> None:
    world.conversation(text="Vivante")
    path = tmp_path / "comptoir.tar"
    back_up(path)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "not a tar":
        path.write_bytes(b"bonjour" * 1000)
    else:
        path.unlink()
    with pytest.raises(BackupProblem):
        archive.verify(path)
    assert Message.objects.get().text == "Vivante"


def test_a_restore_that_fails_half_way_leaves_the_data_whole(tmp_path: Path) -> None:
    world.conversation(text="Vivante")
    path = tmp_path / "comptoir.tar"
    writer = archive.Writer(path)
    writer.add_bytes("manifest.json", json.dumps({"format": 1}).encode())
    writer.add_bytes("database/000000", b"PGDMP nothing that pg_restore could read")
    writer.finish()
    with pytest.raises(BackupProblem, match="pg_restore"):
        restore(path)
    assert Message.objects.get().text == "Vivante"


def test_a_backup_that_cannot_be_finished_leaves_the_former_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "comptoir.tar"
    back_up(path)
    former = path.read_bytes()
    monkeypatch.setattr(database, "tool", lambda name: "/bin/false")
    with pytest.raises(BackupProblem, match="pg_dump"):
        back_up(path)
    assert path.read_bytes() == former
    assert [entry.name for entry in tmp_path.iterdir()] == ["comptoir.tar"]


def test_keys_that_are_not_here_and_newer_releases_are_named(tmp_path: Path) -> None:
    path = tmp_path / "comptoir.tar"
    manifest = back_up(path)
    _check(manifest, other_keys=False)
    strange = manifest | {"keys": {"encryption": {"9": "0000000000000000"}}}
    with pytest.raises(BackupProblem, match="encryption 9"):
        _check(strange, other_keys=False)
    _check(strange, other_keys=True)
    with pytest.raises(BackupProblem, match="newer"):
        _check(manifest | {"migrations": ["core.9999_future"]}, other_keys=False)


def test_a_member_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as tar:
        info = tarfile.TarInfo("files/../../etc/passwd")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BackupProblem, match="no part of a backup"):
        archive.verify(path)
