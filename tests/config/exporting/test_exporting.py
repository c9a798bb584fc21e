"""An export holds everything, and another Comptoir that takes it in is the same row by row."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from comptoir.config.exporting import reading
from comptoir.config.exporting.tables import LEFT_OUT, tables
from comptoir.config.exporting.writing import ExportProblem, write
from comptoir.conversations.actions.answering import Written, reply
from comptoir.conversations.actions.sides import open_side
from comptoir.conversations.models import Inbox, Message
from comptoir.core import files, keys
from comptoir.core.actors import Actor
from comptoir.core.models import Event, File
from comptoir.customers.actions import merge
from comptoir.orders.gestures import matrix, proposing
from comptoir.orders.gestures.proposing import Wish
from comptoir.orders.models import Order
from comptoir.ports.shop import Request, Verb
from tests import mails, world
from tests.untouched import VISITS, fingerprint
from tests.work import run_jobs

pytestmark = pytest.mark.django_db(transaction=True)


def a_house() -> None:
    """Something in every corner: mail with bytes, an answer with a file, a merge, secrets, old events."""
    box = world.inbox()
    Inbox.objects.filter(pk=box.pk).update(secrets=keys.encrypt('{"imap_password": "x"}'), webhook_secret="")
    mails.arrives(box, mails.mail("Où est-il ? \\N \\\\ « é » 😀\tfin"))
    run_jobs()
    row = world.conversation(world.karim(), text="Tout\nun\\n roman \u2028 “")
    file = files.save(b"\x00\xff octets", name="photo.png", content_type="image/png")
    reply(row, Written("<p>Voici</p>", files=[file]), agent=world.camille())
    open_side(row, Written("<p>À part</p>", to=[{"email": "quai@chronopost.example"}]), agent=world.camille())
    ordered = world.order()
    ordered.lines.create(title="Nappe", unit_price=1, total=2**40)
    an_act(ordered)
    merge(world.karim().customer, world.claire().customer, actor=Actor.of(world.owner()))
    Event.objects.filter(pk=Event.objects.earliest("pk").pk).update(recorded_at=timezone.now())
    world.store_manager()


def an_act(ordered: Order) -> None:
    """A refund noted by hand, within a limit of its own, for a reason of the shop's."""
    matrix.save(
        None, {"role": "lead", "currency": "EUR", "per_act": 500, "approves": True}, actor=Actor.of(world.owner())
    )
    matrix.save_reasons(ordered.shop, ["Casse"], actor=Actor.of(world.owner()))
    wish = Wish(ordered, Request(Verb.REFUND, amount=500, reason="Casse"), "k1", words="« \\N »")
    proposing.confirm(proposing.propose(wish, agent=world.owner()), agent=world.owner(), already=True)


def emptied() -> None:
    """A fresh installation of the same release."""
    with connection.cursor() as cursor:
        names = ", ".join(f'"{table.name}"' for table in tables())
        cursor.execute(f"TRUNCATE {names}, conversations_searchentry RESTART IDENTITY CASCADE")


def lines(directory: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table as another program reads them."""
    text = (directory / "data" / f"{table}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def rows() -> dict[str, str]:
    return {name: digest for name, digest in fingerprint().items() if name not in LEFT_OUT | VISITS}


def test_what_goes_out_comes_back_row_by_row(tmp_path: Path) -> None:
    a_house()
    before = rows()
    manifest = write(tmp_path / "out")
    assert {table["name"] for table in manifest["tables"]} == {table.name for table in tables()}
    contents = {file.key: files.read(file) for file in File.objects.all()}
    emptied()
    for key in contents:
        default_storage.delete(key)
    told = reading.read(tmp_path / "out")
    after = rows()
    assert {name for name in before if before[name] != after[name]} - {"procrastinate_jobs"} == set()
    assert {key: files.read(File.objects.get(key=key)) for key in contents} == contents
    assert told["rows"] == sum(table["rows"] for table in manifest["tables"])
    assert told["notes"] == []
    found = world.client_for(world.owner()).get("/search/results/?q=roman").content.decode()
    assert "roman" in found
    assert world.conversation(text="La vie continue").pk > max(
        row["id"] for row in lines(tmp_path / "out", "conversations_conversation")
    )


def test_every_line_is_an_object_that_other_programs_read(tmp_path: Path) -> None:
    a_house()
    write(tmp_path)
    messages = lines(tmp_path, "conversations_message")
    assert {row["id"] for row in messages} == set(Message.objects.values_list("pk", flat=True))
    assert "Tout\nun\\n roman \u2028 “" in [row["text"] for row in messages]
    (raw,) = lines(tmp_path, "conversations_rawmessage")
    assert bytes.fromhex(raw["content"].removeprefix("\\x")).startswith(b"From:")


def test_it_goes_into_nobodys_data(tmp_path: Path) -> None:
    a_house()
    write(tmp_path / "out")
    before = rows()
    with pytest.raises(ExportProblem, match="holds data already"):
        reading.read(tmp_path / "out")
    assert rows() == before
    with pytest.raises(ExportProblem, match="not empty"):
        write(tmp_path / "out")


def _cut(directory: Path) -> None:
    (directory / "manifest.json").unlink()


def _shortened(directory: Path) -> None:
    path = directory / "data/conversations_message.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def _changed(directory: Path) -> None:
    path = directory / "data/customers_customer.jsonl"
    path.write_text(path.read_text().replace("Claire", "Clara"))


def _torn(directory: Path) -> None:
    with (directory / "data/core_agent.jsonl").open("a") as out:
        out.write('{"id": ')


def _other_release(directory: Path) -> None:
    path = directory / "manifest.json"
    path.write_text(path.read_text().replace('"core.0001_initial"', '"core.0000_before"'))


def _other_format(directory: Path) -> None:
    path = directory / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 9'))


@pytest.mark.parametrize("harm", [_cut, _shortened, _changed, _torn, _other_release, _other_format])
def test_what_is_damaged_is_refused_whole(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    world.conversation()
    write(tmp_path / "out")
    emptied()
    before = rows()
    harm(tmp_path / "out")
    with pytest.raises(ExportProblem):
        reading.read(tmp_path / "out")
    assert rows() == before


def test_secrets_of_another_keyring_are_left_out_and_told(tmp_path: Path) -> None:
    box = world.inbox()
    Inbox.objects.filter(pk=box.pk).update(secrets="9.gAAAAABforeign", webhook_secret=keys.encrypt("ours"))
    write(tmp_path / "out")
    emptied()
    told = reading.read(tmp_path / "out")
    box = Inbox.objects.get(pk=box.pk)
    assert (box.secrets, keys.decrypt(box.webhook_secret)) == ("", "ours")
    assert "conversations_inbox.secrets: 1" in told["notes"][0]


def test_a_file_key_cannot_lead_elsewhere(tmp_path: Path) -> None:
    file = files.save(b"x", name="x", content_type="text/plain")
    File.objects.filter(pk=file.pk).update(key="../../stolen")
    with pytest.raises(ExportProblem, match="leads out"):
        write(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
