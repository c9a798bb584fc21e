"""`comptoir webhook explain`: a line a file whatever the file is, without Django, database or network."""

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bench import check_webhooks
from comptoir.config import webhook_explain
from comptoir.config.webhook_explain import LIMIT, explained
from comptoir.ports import registry

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "webhooks"
KEYS = ["path", "vendor", "kind", "id", "order", "refund", "parcels", "privacy", "error"]
ORDER = {
    "id": 7, "number": "A-7", "placed_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T11:00:00Z", "total": "31.20",
    "email": "camille@example.org", "state": "shipped", "lines": [{"id": "1", "title": "Bol", "quantity": 2, "unit_price": "15.60"}],
    "shipments": [{"carrier": "Colissimo", "number": "6A1", "shipped_at": "2026-11-20T10:00:00Z", "estimated_on": "2026-11-23"}],
}  # fmt: skip
TRACKED = {
    "event": "tracking_update",
    "msg": {
        "tracking_number": "6A1", "slug": "colissimo", "tag": "Delivered", "expected_delivery": "2026-11-23",
        "checkpoints": [{"tag": "Delivered", "checkpoint_time": "2026-11-22T10:00:00+01:00", "message": "Remis", "city": "Nantes"}],
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def adapters() -> None:
    registry.configure(settings.ADAPTERS)


def told(folder: Path, value: Any, vendor: str, **more: str) -> dict[str, Any]:
    path = folder / "payload.json"
    path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
    return explained(str(path), vendor, **more)


def test_an_order_is_told_in_the_platforms_own_words(tmp_path: Path) -> None:
    line = told(tmp_path, ORDER, "generic")
    assert list(line)[: len(KEYS)] == KEYS
    order = line["order"]
    assert (order["id"], order["number"], order["status"], order["total"]) == ("7", "A-7", "shipped", "31.20")
    assert order["lines"] == [
        {"id": "1", "sku": "", "title": "Bol", "quantity": 2, "price": "15.60", "total": "31.20"}
    ]  # fmt: skip
    assert [(parcel["number"], parcel["estimated"]) for parcel in line["parcels"]] == [("6A1", "2026-11-23")]
    assert (line["kind"], line["error"], line["refund"], line["privacy"]) == ("order", None, None, None)


def test_money_has_the_decimals_of_its_currency(tmp_path: Path) -> None:
    totals = [
        told(tmp_path, ORDER | {"currency": code, "total": total, "lines": []}, "generic")["order"]["total"]
        for code, total in (("JPY", "1500"), ("KWD", "12.345"), ("EUR", "5"))
    ]
    assert totals == ["1500", "12.345", "5.00"]


@pytest.mark.parametrize("vendor", ["aftership", "tracking", "who-knows"])
def test_the_vendor_is_guessed_when_its_word_is_none(tmp_path: Path, vendor: str) -> None:
    line = told(tmp_path, TRACKED, vendor)
    assert (line["vendor"], line.get("guessed", False)) == ("aftership", vendor != "aftership")
    [parcel] = line["parcels"]
    assert (parcel["number"], parcel["state"], parcel["estimated"]) == ("6A1", "delivered", "2026-11-23")
    assert [(event["state"], event["text"]) for event in parcel["events"]] == [("delivered", "Remis")]


@pytest.mark.parametrize("wrapped", [{"order": ORDER}, {"data": ORDER, "page": 1}, [ORDER], {"payload": [ORDER]}])
def test_what_somebody_has_wrapped_is_unwrapped(tmp_path: Path, wrapped: Any) -> None:
    line = told(tmp_path, wrapped, "generic")
    assert line["order"] is not None
    assert line["order"]["number"] == "A-7"


@pytest.mark.parametrize(
    "body",
    [b"", b" \n", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"a":' * 5_000, b"null", b"<a><b/></a>", b"<!DOCTYPE x [<!ENTITY y 'z'>]><x>&y;</x>", b"From=%2B33&Body=x", b"1" * 100_000],
    ids=["empty", "blank", "half", "binary", "deep", "deeper", "null", "xml", "entities", "form", "number"],
)  # fmt: skip
@pytest.mark.parametrize("vendor", ["shopify", "woocommerce", "generic", "laposte", "bpost", "tracking"])
def test_what_cannot_be_understood_is_said_in_words(tmp_path: Path, vendor: str, body: bytes) -> None:
    line = told(tmp_path, body, vendor, words="fr")
    assert line["order"] is None
    assert line["error"] or line["kind"] == "other"
    json.dumps(line)


def test_a_file_that_is_too_large_or_not_there(tmp_path: Path) -> None:
    assert "10" in told(tmp_path, b"x" * (LIMIT + 1), "shopify")["error"]
    assert explained(str(tmp_path / "none.json"), "shopify")["error"] == "No such file or directory"
    assert explained(str(tmp_path), "shopify")["error"]
    assert explained("a\0b", "shopify")["error"]


@pytest.mark.parametrize(("language", "words"), [("fr", "se lit ici"), ("en", "reads “shipped” here")])
def test_reasons_are_words(tmp_path: Path, language: str, words: str) -> None:
    line = told(tmp_path, ORDER | {"email": ""}, "generic", words=language)
    assert words in " ".join(line["why"])
    assert len(line["why"]) >= 4


def test_it_starts_without_django(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(ORDER))
    program = (
        "import sys; from comptoir.config.cli import main; code = main(sys.argv[1:]); "
        "sys.exit(code or 9 * ('django' in sys.modules))"
    )
    words = [sys.executable, "-c", program, "webhook", "explain", "generic", str(path), "--why"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, json.loads(done.stdout)["order"]["number"], done.stderr) == (0, "A-7", "")


def test_a_file_that_failed_is_the_commands_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.json"
    path.write_text("{")
    parser = argparse.ArgumentParser()
    webhook_explain.register(parser)
    assert webhook_explain.run(parser.parse_args(["explain", "shopify", str(path)])) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not on this machine")
def test_captured_payloads_are_understood() -> None:
    missed = Counter(name for name, good, _ in check_webhooks.found(DATA) if not good)
    assert missed == Counter()
