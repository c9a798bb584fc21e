"""The outbox channel: whole files or none."""

from pathlib import Path

import pytest

from comptoir.adapters.outbox.channel import Outbox
from comptoir.ports.channel import Address, OutgoingMessage
from comptoir.ports.errors import PortError

MESSAGE = OutgoingMessage(
    "m1@alba.example",
    Address("aide@alba.example"),
    (Address("c@example.org"),),
    "Votre commande",
    "Bonjour",
    bcc=(Address("b@example.org"),),
)


def test_writes_one_file_a_message(tmp_path: Path) -> None:
    channel = Outbox({"directory": str(tmp_path / "new")})
    assert channel.check() == []
    channel.send(MESSAGE)
    channel.send(MESSAGE)
    files = sorted((tmp_path / "new").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    raw = files[0].read_bytes()
    assert raw.startswith(b"X-Envelope-From: aide@alba.example\r\nX-Envelope-To: c@example.org, b@example.org\r\n")
    message = channel.parse(raw)
    assert (message.subject, message.text, message.external_id) == ("Votre commande", "Bonjour", "m1@alba.example")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    channel = Outbox({"directory": str(tmp_path / "file")})
    assert channel.check() == ["Le dossier des messages envoyés ne peut pas être créé\u202f: File exists."]
    with pytest.raises(PortError) as caught:
        channel.send(MESSAGE)
    assert (caught.value.permanent, caught.value.code) == (False, "disk")
    assert Outbox({}).check() == ["Le dossier des messages envoyés manque."]
