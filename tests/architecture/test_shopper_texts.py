"""What a shopper may read is found without a list: the portal, what it stands on, what it takes from other rooms."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> Iterator[tuple[ModuleType, ModuleType]]:
    """`bin/messages.py` and `bin/shopper_texts.py`."""
    sys.path.insert(0, str(ROOT / "bin"))
    import messages
    import shopper_texts

    yield messages, shopper_texts
    sys.path.remove(str(ROOT / "bin"))
    del sys.modules["messages"], sys.modules["shopper_texts"]


def test_it_follows_templates_mails_errors_and_what_the_portal_imports(found: tuple[ModuleType, ModuleType]) -> None:
    messages, shopper_texts = found
    pieces = {str(path.relative_to(shopper_texts.PACKAGE)) for path, _first, _last in shopper_texts.spans()}
    assert {
        "portal/forms.py", "portal/templates/portal/account/order.html", "ui/templates/ui/shopper_base.html",
        "ui/templates/ui/components/optional.html", "outbox/templates/outbox/account_code.txt", "ui/templates/404.html",
        "outbox/templates/outbox/base.html", "agent/templates/agent/gestures/letter.txt", "config/errors.py",
    } <= pieces  # fmt: skip
    assert not {"outbox/templates/outbox/invitation.html", "agent/inbox/views.py"} & pieces
    orders = messages.shoppers_own({"orders": messages.extract("orders")})["orders"]
    assert {("", "Annoncé au transporteur"), ("", "Encaissé"), ("", "Remboursée")} <= set(orders)
    assert ("", "Carte cadeau") not in orders  # what agents do
    sources = "".join(path.read_text() for path in (shopper_texts.PACKAGE / "portal").rglob("*.py"))
    assert [name for name in shopper_texts.HIDDEN if name not in sources] == []


def test_a_text_that_lacks_a_language_a_number_or_a_place_is_named(
    found: tuple[ModuleType, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    messages, _ = found
    text, several = messages.Text("Livré %(day)s"), messages.Text("un", "%(n)s")
    held, whole = Catalog("pl"), Catalog("pl")
    monkeypatch.setattr(messages, "catalogue", lambda room, _language: held if room == "portal" else None)
    text.places, several.places = [("a.py", 1)], [("a.py", 2)]
    wanted = {"portal": {one.key: one for one in (text, several)}}
    assert messages.look("pl", wanted, mend=False) == 2
    held.add("Livré %(day)s", "Doręczono")
    held.add(("un", "%(n)s"), ("jeden", "%(n)s"))  # Polish counts in three forms
    assert messages.look("pl", wanted, mend=False) == 2
    said = capsys.readouterr().out
    assert "'un' is not there in pl" in said
    assert "%(day)s is on one side only" in said
    whole.add("Livré %(day)s", "Doręczono: %(day)s")
    whole.add(("un", "%(n)s"), ("jeden", "%(n)s", "%(n)s"))
    monkeypatch.setattr(messages, "catalogue", lambda _room, _language: whole)
    assert messages.look("pl", wanted, mend=False) == 0
