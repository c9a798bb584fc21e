"""The mail channel: IMAP in, SMTP out."""

import smtplib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from imaplib import IMAP4

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from comptoir.adapters.email import reading, sending, sent
from comptoir.adapters.email.account import FIELDS, Server, is_local, server
from comptoir.adapters.email.failures import port_error
from comptoir.lib.mail.compose import NotSendable, ascii_address, compose, envelope_sender, recipients
from comptoir.lib.mail.parse import parse
from comptoir.ports.channel import Capabilities, Cursor, Fetched, IncomingMessage, OutgoingMessage, SendResult
from comptoir.ports.errors import PortError

_IMAP_ERRORS = (OSError, IMAP4.error, ImapToolsError)


class Email:
    """A mailbox at any provider. See `ports.channel.Channel` for the contract of each method."""

    capabilities = Capabilities(polls=True, html=True, undo=True)
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.access_token: Callable[[str], str] | None = None

    def _server(self, side: str) -> Server:
        account = server(self.settings, side)
        if self.access_token is None:
            return account
        user = account.user or self.settings.get("imap_user", "") or self.settings.get("address", "")
        token = self.access_token("")
        return replace(account, user=user, token=token, renew=self.access_token, password="", borrowed=False)

    def parse(self, raw: bytes) -> IncomingMessage:
        """Understand raw bytes; the word of the servers in `trusted_servers` about the sender is believed."""
        return parse(raw, trusted=self.settings.get("trusted_servers", "").replace(",", " ").split())

    def send(self, message: OutgoingMessage) -> SendResult:
        """Compose and hand over to the SMTP server."""
        try:
            raw, sender, to = compose(message), envelope_sender(message), recipients(message)
        except NotSendable as error:
            raise PortError(str(error), permanent=True, code="address") from None
        to = [address for address in to if not message.only or address in message.only]
        if not to:
            raise PortError("Le message n’a pas de destinataire.", permanent=True, code="address")
        return sending.send(self._server("smtp"), sender, to, raw)

    def check(self) -> list[str]:
        """Sign in on both sides and look for the folder; what is wrong, as sentences."""
        problems: list[str] = []
        for side, attempt in (("imap", self._try_imap), ("smtp", self._try_smtp)):
            try:
                account = self._server(side)
                attempt(account)
                if account.security == "none" and not is_local(account.host):
                    problems.append(
                        f"La connexion {side.upper()} n’est pas chiffrée\u202f: le mot de passe passe en clair."
                    )
            except PortError as error:
                problems.append(error.message)
        return problems

    def _try_imap(self, account: Server) -> None:
        box = self._open(account)
        try:
            with reading.session(box):
                box.folder.set(self._folder)
        except _IMAP_ERRORS as error:
            raise port_error(error, account, "IMAP", connected=True) from None

    def _open(self, account: Server) -> BaseMailBox:
        try:
            return reading.connect(account)
        except _IMAP_ERRORS as error:
            raise port_error(error, account, "IMAP") from None

    def _try_smtp(self, account: Server) -> None:
        try:
            sending.connect(account).quit()
        except (OSError, smtplib.SMTPException) as error:
            raise port_error(error, account, "SMTP") from None

    @property
    def _folder(self) -> str:
        return self.settings.get("imap_folder", "").strip() or "INBOX"

    def listen(
        self, cursor: Cursor, *, since: date | None, handle: Callable[[Fetched], None], stop: Callable[[], bool]
    ) -> None:
        """Read by UID from the cursor on, then wait with IDLE; returns within two seconds of stop().

        A mailbox whose UIDVALIDITY has changed is read from `since` again (all of it without `since`); nothing is
        marked as seen. An error out of `handle` goes through as it is.
        """
        account = self._server("imap")
        guarded = _Guarded(handle)
        box = self._open(account)
        try:
            with reading.session(box):
                reading.Reader(box, self._folder, cursor, since, stop).run(guarded)
        except _IMAP_ERRORS as error:
            if guarded.failed:
                raise
            raise port_error(error, account, "IMAP", connected=True) from None

    @property
    def reads_sent(self) -> bool:
        """Whether the folder of sent mail is read: yes unless the account says no."""
        return self.settings.get("sent_read", "true").lower() in ("", "1", "true", "on", "yes")

    @property
    def files_sent(self) -> bool:
        """Whether a copy of what leaves is filed there: as set, else unless the provider does it."""
        wanted = self.settings.get("sent_copy", "") or "auto"
        host = self.settings.get("smtp_host", "").strip()
        return wanted == "yes" or (wanted == "auto" and bool(host) and not sent.FILES_BY_ITSELF.search(host))

    def listen_sent(
        self,
        cursor: Cursor,
        *,
        since: date,
        begun: Callable[[Cursor], None],
        handle: Callable[[Fetched], None],
        stop: Callable[[], bool],
    ) -> None:
        """As `listen`, for the folder of sent mail; PortError (permanent) when there is none."""
        account = self._server("imap")
        guarded = _Guarded(handle)
        try:
            box = reading.connect(account)
            try:
                name = sent.folder(box, self.settings.get("sent_folder", "").strip())
                if not name:
                    raise PortError("Le dossier des messages envoyés est introuvable.", permanent=True, code="folder")
                sent.read(box, name, cursor, since, begun=begun, handle=guarded, stop=stop)
            finally:
                reading.close(box)
        except _IMAP_ERRORS as error:
            if guarded.failed:
                raise
            raise port_error(error, account, "IMAP") from None

    def file_sent(self, message: OutgoingMessage) -> bool:
        """Put a copy of what left into the folder of sent mail, unless it is there; whether it was put."""
        account = self._server("imap")
        try:
            raw = _with_bcc(compose(message), message)
            box = reading.connect(account)
            try:
                name = sent.folder(box, self.settings.get("sent_folder", "").strip())
                return sent.file(box, name, raw, message.message_id)
            finally:
                reading.close(box)
        except _IMAP_ERRORS as error:
            raise port_error(error, account, "IMAP") from None


def _with_bcc(raw: bytes, message: OutgoingMessage) -> bytes:
    """The copy of the sender names those in blind copy, as every mail program's does."""
    hidden = ", ".join(ascii_address(party.email) for party in message.bcc)
    return (f"Bcc: {hidden}\r\n".encode() if hidden else b"") + raw


class _Guarded:
    """Tells errors of the handler (a database, a disk) from those of the mail server."""

    def __init__(self, handle: Callable[[Fetched], None]) -> None:
        self.handle = handle
        self.failed = False

    def __call__(self, fetched: Fetched) -> None:
        try:
            self.handle(fetched)
        except BaseException:
            self.failed = True
            raise
