"""A channel whose messages leave into a folder."""

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from comptoir.lib.mail.compose import NotSendable, compose, envelope_sender, recipients
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Capabilities, Cursor, Fetched, Field, IncomingMessage, OutgoingMessage, SendResult
from comptoir.ports.errors import PortError


class Outbox:
    """Writes what would have been sent as .eml files; reads raw mail as the mail channel does."""

    capabilities = Capabilities(html=True, undo=True)
    fields = (Field("directory", "Dossier", help="Les messages y sont écrits au lieu de partir"),)

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings

    @property
    def _directory(self) -> Path:
        return Path(self.settings.get("directory", ""))

    def parse(self, raw: bytes) -> IncomingMessage:
        """Understand raw bytes; nobody's word about the sender is believed here."""
        return parse(raw)

    def send(self, message: OutgoingMessage) -> SendResult:
        """Write the message as a whole file or not at all; X-Envelope lines on top say who would have got it.

        The name begins with the moment and ends with a digest of the Message-ID: sending twice writes twice.
        """
        try:
            envelope = (
                f"X-Envelope-From: {envelope_sender(message)}\r\nX-Envelope-To: {', '.join(recipients(message))}\r\n"
            )
            raw = envelope.encode("ascii") + compose(message)
        except NotSendable as error:
            raise PortError(str(error), permanent=True, code="address") from None
        digest = hashlib.sha256(message.message_id.encode()).hexdigest()[:16]
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{digest}.eml"
        try:
            _write(self._directory, name, raw)
        except OSError as error:
            raise PortError(f"Le message n’a pas pu être écrit\u202f: {error.strerror}.", code="disk") from error
        return SendResult()

    def check(self) -> list[str]:
        """Whether the folder can be written."""
        if not self.settings.get("directory"):
            return ["Le dossier des messages envoyés manque."]
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return [f"Le dossier des messages envoyés ne peut pas être créé\u202f: {error.strerror}."]
        return (
            []
            if os.access(self._directory, os.W_OK)
            else ["Le dossier des messages envoyés n’est pas accessible en écriture."]
        )

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], None], stop: Callable[[], bool]
    ) -> None:
        """Nothing ever comes out of a folder."""


def _write(directory: Path, name: str, raw: bytes) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / f".{name}.{os.getpid()}.part"
    try:
        with temporary.open("xb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(directory / name)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
