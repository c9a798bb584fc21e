"""What went wrong with a mail server, as sentences for a person. A password never gets into one."""

import imaplib
import re
import smtplib
import socket
import ssl

from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

from comptoir.adapters.email.account import Server
from comptoir.ports.errors import PortError

GREYLISTED = 300.0  # seconds after which most servers take what they sent away at first
LONGEST_PAUSE = 6 * 3600.0

_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_GREY = re.compile(rb"gr[ea]y[- ]?list|4\.7\.1 .{0,60}try again", re.IGNORECASE)
# "try again in 5 minutes", "retry after 300 seconds", "greylisted for 120 s", "wait 00:04:59"
_PAUSE = re.compile(
    r"(?:\b(?:in|after|for|within|wait|dans|apr[eè]s)\b[^\d\n]{0,20}|retry[- ]after[:=]?\s*)"
    r"(?:(\d{1,2}):(\d{2}):(\d{2})|(\d{1,5})\s*(s\b|sec|min|m\b|h\b|hour|heure|$)?)",
    re.IGNORECASE,
)


def told(text: object, server: Server) -> str:
    """What the server said, on one short line, without our password in it."""
    if isinstance(text, Exception) and text.args:  # imaplib puts the server's line there, as bytes
        text = text.args[0]
    line = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    for secret in (server.password, server.token):
        if secret:
            line = line.replace(secret, "…")
    return _SPACES.sub(" ", line).strip()[:300]


def is_greylisting(answer: bytes) -> bool:
    """Whether a server sends everything away once that it does not know: it takes the same a few minutes later."""
    return bool(_GREY.search(answer))


def pause(answer: bytes | str) -> float:
    """The seconds that a server's words ask us to wait, 0 when they name none."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    found = _PAUSE.search(text[:2_000])
    if found is None:
        return 0
    if found[1] is not None:
        seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])
    else:
        unit = (found[5] or "s").lower()
        seconds = int(found[4]) * (60 if unit.startswith("m") else 3600 if unit[0] == "h" else 1)
    return float(min(seconds, LONGEST_PAUSE))


def port_error(error: Exception, server: Server, what: str, *, connected: bool = False) -> PortError:
    """The PortError for a failure of that server before anything was handed over; `what` is "IMAP" or "SMTP".

    Once `connected`, TLS has been agreed on: when it breaks, the connection is lost.
    """
    if isinstance(error, PortError):
        return error
    if connected and isinstance(error, ssl.SSLError):
        error = ConnectionError()
    code, permanent, sentence = _sentence(error, server, what)
    return PortError(sentence, permanent=permanent, code=code)


def _sentence(error: Exception, server: Server, what: str) -> tuple[str, bool, str]:
    name = f"Le serveur {what} «\u202f{server.host}\u202f»"
    if isinstance(error, MailboxLoginError | smtplib.SMTPAuthenticationError):
        temporary = isinstance(error, smtplib.SMTPAuthenticationError) and 400 <= error.smtp_code < 500
        if server.token:
            said = error.smtp_error if isinstance(error, smtplib.SMTPAuthenticationError) else str(error)
            return "auth", not temporary, f"{name} n’accepte pas l’autorisation donnée\u202f: {told(said, server)}"
        return "auth", not temporary, f"{name} refuse l’identifiant ou le mot de passe."
    if isinstance(error, MailboxFolderSelectError):
        return "folder", True, f"{name} n’a pas de dossier de ce nom."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            "no_tls",
            True,
            f"{name} ne propose pas ce qui est réglé (STARTTLS ou identification) sur le port {server.port}.",
        )
    if isinstance(error, socket.gaierror):
        return "dns", False, f"{name} est introuvable\u202f: vérifiez son nom."
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            "certificate",
            False,
            f"Le certificat du serveur {what} «\u202f{server.host}\u202f» n’est pas valable\u202f: {told(error.verify_message, server)}.",
        )
    if isinstance(error, ssl.SSLError):
        return (
            "no_tls",
            False,
            f"{name} ne parle pas TLS sur le port {server.port}\u202f: vérifiez le port et la sécurité.",
        )
    if isinstance(error, ConnectionRefusedError):
        return "refused", False, f"{name} n’accepte pas de connexion sur le port {server.port}."
    if isinstance(error, TimeoutError):
        return "timeout", False, f"{name} ne répond pas sur le port {server.port}."
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code), error.smtp_code >= 500, f"{name} a répondu\u202f: {told(error.smtp_error, server)}"
    if isinstance(error, imaplib.IMAP4.error) and "TLS" in str(error).upper():
        return "no_tls", False, f"{name} ne propose pas STARTTLS sur le port {server.port}."
    if isinstance(error, imaplib.IMAP4.abort | smtplib.SMTPServerDisconnected | ConnectionError | OSError):
        return "lost", False, f"La connexion au serveur {what} «\u202f{server.host}\u202f» a été coupée."
    return "protocol", False, f"{name} a répondu\u202f: {told(error, server)}"
