"""What the rooms without Django say, in English: each of their sentences, as found in their source, and on pages."""

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from comptoir.agent.settings.forms.adapter_words import WORDS
from comptoir.agent.spoken import spoken
from comptoir.conversations.actions.receiving import receive
from comptoir.conversations.channels import channel_for
from comptoir.core.events import ensure_partitions
from tests import world

SOURCE = Path(__file__).resolve().parents[2] / "src" / "comptoir"
ROOMS = [
    *(SOURCE / "adapters").rglob("*.py"),
    *(SOURCE / "ports").glob("*.py"),
    *(SOURCE / "lib" / "mail" / name for name in ("body.py", "parse.py", "compose.py")),
    SOURCE / "lib" / "dates" / "hours.py",
    *(SOURCE / "lib" / name for name in ("payload.py", "shops.py", "vendor.py", "webhook.py")),
]
FRENCH = re.compile(r"[’éèàêç]|\b(?:le|la|les|est|des|refuse|serveur)\b", re.IGNORECASE)


def sentences(tree: ast.AST) -> set[str]:
    """All French of more than a word but comments and docstrings, its places filled with « x »."""
    nodes = list(ast.walk(tree))
    skipped = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    skipped |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = set()
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            texts.add("".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            texts.add(node.value)
    return {text for text in texts if " " in text and "|" not in text and FRENCH.search(text)}


def test_each_sentence_has_its_english() -> None:
    found = {text for path in ROOMS for text in sentences(ast.parse(path.read_text()))}
    assert len(found) > 40
    with override("en"):
        assert [text for text in sorted(found - set(WORDS)) if spoken(text) == text] == []


def test_places_are_filled_and_foreign_words_stay() -> None:
    with override("en"):
        refusal = "Le serveur SMTP «\u202fmx.example\u202f» refuse le destinataire\u202f: 550 no {such} user"
        assert spoken(refusal) == "The SMTP server “mx.example” refuses the recipient: 550 no {such} user"
        for strange in ("550 5.1.1 inconnu", "", "Le colis est perdu.", "x" * 9_000):
            assert spoken(strange) == strange
    with override("fr"):
        assert spoken(refusal) == refusal


@pytest.mark.django_db
def test_an_english_agent_reads_no_french_of_ours() -> None:
    ensure_partitions()
    inès = world.owner()
    inès.language = "en"
    inès.save(update_fields=["language"])
    box = world.inbox()
    box.problem = "Le serveur IMAP «\u202fx.example\u202f» ne répond pas sur le port 993."
    box.save(update_fields=["problem"])
    deep = b"From: a@b.example\r\nContent-Type: text/plain\r\n\r\n" + b"mot " * 600_000
    client = world.client_for(inès)
    page = client.get(f"/settings/channels/{box.pk}/").content.decode()
    assert "The IMAP server “x.example” does not answer on port 993." in page
    hours = {"name": "Été", "zone": "Europe/Paris", "from0": "12:00", "to0": "09:00"}
    page = client.post("/settings/hours/new/", hours).content.decode()
    assert "Monday: closing (09:00) must come after opening (12:00)." in page
    message = receive(box, channel_for(box).parse(deep))
    assert message is not None
    page = client.get(f"/conversations/{message.conversation_id}/").content.decode()
    assert "The text is too long to be shown whole; the rest is in the original." in page
