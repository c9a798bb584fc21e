"""Handing one message to an SMTP server, and knowing at each step what that means for trying again."""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import replace

from comptoir.adapters.email.account import Server
from comptoir.adapters.email.failures import GREYLISTED, is_greylisting, pause, port_error, told
from comptoir.ports.channel import SendResult
from comptoir.ports.errors import PortError

CONNECT_TIMEOUT = 20.0  # seconds, also for each answer before DATA
FINAL_TIMEOUT = 180.0  # seconds for the answer after the last byte: servers scan for viruses then

_DOT = re.compile(rb"(?m)^\.")


def connect(server: Server) -> smtplib.SMTP:
    """A session after EHLO, TLS and login. Lets the errors of its library and of sockets through."""
    try:
        return _connect(server)
    except smtplib.SMTPAuthenticationError:
        token = server.renew(server.token) if server.renew else server.token
        if token == server.token:
            raise
        return _connect(replace(server, token=token))


def _connect(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.ca_file or None)
    name = socket.gethostname()
    name = name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"
    if server.security == "ssl":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=CONNECT_TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=CONNECT_TIMEOUT)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.token:
            # A server that refuses says why in a challenge, to which an empty answer is due before its 535.
            smtp.auth("XOAUTH2", lambda challenge=None: "" if challenge else server.xoauth2)
        elif server.user and server.password and not (server.borrowed and not smtp.has_extn("auth")):
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def send(server: Server, sender: str, recipients: Sequence[str], raw: bytes) -> SendResult:
    """Send; the result names the recipients that were refused, for good or for now, while others were accepted.

    Raises PortError: permanent when the server has said no for good, temporary when it was not reached or asks to wait,
    `unknown` when the connection broke between the last byte and the answer.
    """
    try:
        smtp = connect(server)
    except (OSError, smtplib.SMTPException) as error:
        raise port_error(error, server, "SMTP") from None
    try:
        refused = _envelope(smtp, server, sender, recipients, len(raw))
        _data(smtp, server, raw)
    except (OSError, smtplib.SMTPException) as error:
        raise port_error(error, server, "SMTP", connected=True) from None
    finally:
        _quit(smtp)
    return refused


def _envelope(smtp: smtplib.SMTP, server: Server, sender: str, recipients: Sequence[str], size: int) -> SendResult:
    options = [f"size={size}"] if smtp.has_extn("size") else []
    code, answer = smtp.mail(sender, options)
    if code != 250:
        raise _refusal(server, code, answer, "l’expéditeur")
    refused: dict[str, tuple[int, bytes]] = {}
    for recipient in recipients:
        code, answer = smtp.rcpt(recipient)
        if code not in (250, 251):
            refused[recipient] = (code, answer)
        if code == 421:
            raise _refusal(server, code, answer, "la connexion")
    if len(refused) == len(recipients):
        # One temporary refusal is reason enough to try all of them again.
        code, answer = min(refused.values(), default=(554, b"no recipient"))
        raise _refusal(server, code, answer, "tous les destinataires" if len(refused) > 1 else "le destinataire")
    words = {recipient: f"{code} {told(answer, server)}" for recipient, (code, answer) in refused.items()}
    later = {recipient for recipient, (code, _answer) in refused.items() if code < 500}
    return SendResult(
        refused={recipient: why for recipient, why in words.items() if recipient not in later},
        deferred={recipient: why for recipient, why in words.items() if recipient in later},
        retry_after=max((pause(words[recipient]) for recipient in later), default=0),
    )


def _data(smtp: smtplib.SMTP, server: Server, raw: bytes) -> None:
    code, answer = smtp.docmd("DATA")
    if code != 354:
        raise _refusal(server, code, answer, "le message")
    body = _DOT.sub(b"..", raw)
    # An error in here is temporary: the last bytes have not left, so the server cannot have taken the message.
    smtp.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(FINAL_TIMEOUT)
        code, answer = smtp.getreply()
    except (OSError, smtplib.SMTPException):
        raise PortError(
            f"La connexion au serveur SMTP «\u202f{server.host}\u202f» a été coupée après l’envoi\u202f: on ne sait pas si le message est parti.",
            unknown=True,
            code="unknown",
        ) from None
    if code != 250:
        raise _refusal(server, code, answer, "le message")


def _refusal(server: Server, code: int, answer: bytes, what: str) -> PortError:
    sentence = f"Le serveur SMTP «\u202f{server.host}\u202f» refuse {what}\u202f: {code} {told(answer, server)}"
    if code < 500 and is_greylisting(answer):
        return PortError(sentence, code="greylisted", retry_after=pause(answer) or GREYLISTED)
    return PortError(sentence, permanent=code >= 500, code=str(code), retry_after=pause(answer) if code < 500 else 0)


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(2)
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()
