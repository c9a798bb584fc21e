"""The mail channel against real servers on this machine."""

import imaplib
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from comptoir.adapters.email import reading
from comptoir.adapters.email.account import Server
from comptoir.adapters.email.channel import Email
from comptoir.adapters.email.failures import pause, port_error
from comptoir.ports.channel import Address, Cursor, Fetched, MessageKind, OutgoingMessage
from comptoir.ports.errors import PortError
from tests.adapters.servers import (
    PASSWORD,
    USER,
    Imap,
    free_port,
    imap_server,
    rude_imap,
    rude_server,
    smtp_server,
    wait_for,
)

MESSAGE = OutgoingMessage(
    message_id="m1@alba.example",
    sender=Address("aide@alba.example", "Maison Alba"),
    to=(Address("camille@example.org", "Camille"), Address("jean@example.org")),
    bcc=(Address("copie@example.org"),),
    subject="Votre commande",
    text="Bonjour,\n.\n..point\nfin",
    envelope_from="bounces@alba.example",
)
OLD = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Imap]:
    with imap_server() as running:
        yield running


@pytest.fixture
def imap(server: Imap) -> Imap:
    server.clear()
    return server


class Listening:
    """A channel that listens in a thread, and what it has handed over."""

    def __init__(
        self,
        settings: dict[str, str],
        cursor: Cursor,
        since: date | None = None,
        handle: Callable[[Fetched], None] | None = None,
    ) -> None:
        self.got: list[Fetched] = []
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._handle = handle or self.got.append
        self._thread = threading.Thread(target=self._run, args=(Email(settings), cursor, since))
        self._thread.start()

    def _run(self, channel: Email, cursor: Cursor, since: date | None) -> None:
        try:
            channel.listen(cursor, since=since, handle=self._handle, stop=self._stop.is_set)
        except BaseException as error:
            self.error = error

    def stop(self) -> float:
        """Ask to stop; returns how long that took."""
        began = time.monotonic()
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()
        return time.monotonic() - began

    def subjects(self) -> list[str]:
        """What has come, by subject."""
        return [Email({}).parse(fetched.raw).subject for fetched in self.got]


def test_reads_what_is_there_and_what_comes(imap: Imap) -> None:
    imap.append("premier")
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    wait_for(lambda: len(listening.got) == 1)
    time.sleep(0.3)
    imap.append("second")
    wait_for(lambda: len(listening.got) == 2)
    assert listening.stop() < 2
    assert listening.error is None
    assert listening.subjects() == ["premier", "second"]
    first, second = listening.got
    assert first.source_key == f"{first.cursor.uid_validity}:{first.cursor.last_uid}"
    assert second.cursor.uid_validity == first.cursor.uid_validity > 0
    assert second.cursor.last_uid > first.cursor.last_uid
    assert first.received_at is not None
    assert abs((datetime.now(UTC) - first.received_at).total_seconds()) < 120
    with imap.session() as client:
        client.select("INBOX", readonly=True)
        assert client.search(None, "SEEN")[1] == [b""]
        client.close()


def test_resumes_by_uid_even_when_the_last_one_is_gone(imap: Imap) -> None:
    imap.append("un")
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    wait_for(lambda: len(listening.got) == 1)
    listening.stop()
    cursor = listening.got[0].cursor
    again = Listening(imap.settings(), cursor, date(2024, 1, 1))
    time.sleep(0.5)
    again.stop()
    assert again.got == []
    imap.append("deux")
    imap.append("trois")
    again = Listening(imap.settings(), cursor, date(2024, 1, 1))
    wait_for(lambda: len(again.got) == 2)
    again.stop()
    assert again.subjects() == ["deux", "trois"]
    imap.clear()
    imap.append("quatre")
    again = Listening(imap.settings(), cursor)
    wait_for(lambda: again.got)
    again.stop()
    assert again.subjects() == ["quatre"]


def test_first_connection_reads_from_the_date_on_only(imap: Imap) -> None:
    imap.append("ancien", OLD)
    imap.append("récent")
    imap.append("ancien aussi", OLD)
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    wait_for(lambda: listening.got)
    time.sleep(0.3)
    imap.append("nouveau")
    wait_for(lambda: len(listening.got) == 2)
    listening.stop()
    assert listening.subjects() == ["récent", "nouveau"]


def test_nothing_since_the_date_does_not_read_the_whole_box(imap: Imap) -> None:
    imap.append("ancien", OLD)
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    time.sleep(0.5)
    imap.append("nouveau")
    wait_for(lambda: listening.got)
    listening.stop()
    assert listening.subjects() == ["nouveau"]


def test_another_uidvalidity_starts_from_the_date(imap: Imap) -> None:
    imap.append("ancien", OLD)
    imap.append("récent")
    listening = Listening(imap.settings(), Cursor(uid_validity=1, last_uid=4_000_000), date(2024, 1, 1))
    wait_for(lambda: listening.got)
    listening.stop()
    assert listening.subjects() == ["récent"]


def test_oversized_mail_comes_as_headers_and_a_sentence(imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_MESSAGE", 2_000)
    imap.append("énorme", text="x" * 5_000)
    imap.append("petit")
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    wait_for(lambda: len(listening.got) == 2)
    listening.stop()
    assert listening.subjects() == ["énorme", "petit"]
    message = Email({}).parse(listening.got[0].raw)
    assert message.sender.email == "camille@example.org"
    assert message.text.endswith("est trop volumineux pour être repris. Il reste dans la boîte aux lettres.")
    assert len(listening.got[0].raw) < 1_500


def test_without_idle_it_looks_again(imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "POLL_TIME", 0.1)
    monkeypatch.setattr(imaplib.IMAP4, "capability", lambda client: ("OK", [b"IMAP4rev1"]))
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    time.sleep(0.3)
    imap.append("sans IDLE")
    wait_for(lambda: listening.got)
    assert listening.stop() < 2
    assert listening.subjects() == ["sans IDLE"]


def test_idle_is_renewed(imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "IDLE_TIME", 0.1)
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1))
    time.sleep(2.5)
    imap.append("après")
    wait_for(lambda: listening.got)
    listening.stop()
    assert listening.subjects() == ["après"]


def test_an_error_of_the_handler_goes_through(imap: Imap) -> None:
    def full(fetched: Fetched) -> None:
        raise OSError("disk full")

    imap.append("un")
    listening = Listening(imap.settings(), Cursor(), date(2024, 1, 1), handle=full)
    wait_for(lambda: listening.error)
    listening.stop()
    assert type(listening.error) is OSError


@pytest.mark.parametrize("manner", ["cut", "bye", "refuse"])
@pytest.mark.parametrize("end", ["LOGIN", "SELECT", "UID", "IDLE", "DONE"])
def test_a_connection_that_ends_in_any_phase_is_lost(end: str, manner: str) -> None:
    with rude_imap(end, manner) as port:
        channel = Email(Imap(port).settings())
        with pytest.raises(PortError) as caught:
            channel.listen(Cursor(), since=None, handle=lambda fetched: None, stop=lambda: False)
    assert (caught.value.permanent, caught.value.unknown, caught.value.code) == (False, False, "lost")


def test_tls_that_breaks_is_a_lost_connection_once_it_was_agreed() -> None:
    broken = ssl.SSLEOFError(8, "EOF occurred in violation of protocol")
    server = Server("mx.example", 465, "ssl", USER, PASSWORD)
    codes = [port_error(broken, server, "SMTP", connected=connected).code for connected in (False, True)]
    assert codes == ["no_tls", "lost"]


def test_a_lost_connection_is_a_temporary_error() -> None:
    with imap_server() as server:
        server.append("un")
        listening = Listening(server.settings(), Cursor(), date(2024, 1, 1))
        wait_for(lambda: listening.got)  # else it may not have connected yet
    wait_for(lambda: listening.error, 20)
    listening.stop()
    error = listening.error
    assert isinstance(error, PortError)
    assert (error.permanent, error.unknown, error.code) == (False, False, "lost")


def test_sends_to_everyone_and_keeps_the_dots() -> None:
    with smtp_server() as inbox:
        result = Email(inbox.settings()).send(MESSAGE)
    assert result.refused == {}
    (envelope,) = inbox.taken
    assert envelope.mail_from == "bounces@alba.example"
    assert envelope.rcpt_tos == ["camille@example.org", "jean@example.org", "copie@example.org"]
    content = envelope.content
    assert isinstance(content, bytes)
    assert b"copie@" not in content
    message = Email({}).parse(content)
    assert (message.kind, message.external_id, message.full_text) == (
        MessageKind.MESSAGE,
        "m1@alba.example",
        "Bonjour,\n.\n..point\nfin",
    )


def test_some_recipients_refused() -> None:
    with smtp_server() as inbox:
        inbox.refuse = {"jean@example.org": "550 5.1.1 inconnu"}
        result = Email(inbox.settings()).send(MESSAGE)
    assert result.refused == {"jean@example.org": "550 5.1.1 inconnu"}
    assert inbox.taken[0].rcpt_tos == ["camille@example.org", "copie@example.org"]


@pytest.mark.parametrize(
    ("refuse", "answer", "permanent", "code"),
    [
        ("550 5.1.1 inconnu", "250 OK", True, "550"),
        ("450 4.2.1 plus tard", "250 OK", False, "450"),
        ("", "554 5.7.1 spam", True, "554"),
        ("", "451 4.3.0 plus tard", False, "451"),
    ],
)
def test_refusals(refuse: str, answer: str, permanent: bool, code: str) -> None:
    with smtp_server() as inbox:
        inbox.answer = answer
        inbox.refuse = {address.email: refuse for address in (*MESSAGE.to, *MESSAGE.bcc)} if refuse else {}
        with pytest.raises(PortError) as caught:
            Email(inbox.settings()).send(MESSAGE)
    assert (caught.value.permanent, caught.value.unknown, caught.value.code) == (permanent, False, code)
    assert inbox.taken == []


def test_bad_addresses_never_reach_the_server() -> None:
    with pytest.raises(PortError) as caught:
        Email({"smtp_host": "127.0.0.1", "smtp_port": "1"}).send(
            OutgoingMessage("m", Address("a@b.fr"), (Address("nonsense"),), "x", "x")
        )
    assert (caught.value.permanent, caught.value.code) == (True, "address")


def test_nobody_there_is_temporary() -> None:
    with pytest.raises(PortError) as caught:
        Email({"smtp_host": "127.0.0.1", "smtp_port": str(free_port()), "smtp_security": "none"}).send(MESSAGE)
    assert (caught.value.permanent, caught.value.unknown, caught.value.code) == (False, False, "refused")


TALK = [b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"250 ok", b"250 ok"]  # greeting, EHLO, MAIL, three RCPT


@pytest.mark.parametrize(
    ("lines", "unknown", "permanent", "code"),
    [
        ([None], False, False, "lost"),
        ([b"554 go away"], False, True, "554"),
        ([b"421 busy"], False, False, "421"),
        ([*TALK[:3], None], False, False, "lost"),
        ([*TALK, None], False, False, "lost"),
        ([*TALK, b"354 go", None], True, False, "unknown"),
        ([*TALK, b"354 go", b"421 closing"], False, False, "421"),
    ],
)
def test_when_the_connection_breaks(lines: list[bytes | None], unknown: bool, permanent: bool, code: str) -> None:
    with rude_server(lines) as port, pytest.raises(PortError) as caught:
        Email({"smtp_host": "127.0.0.1", "smtp_port": str(port), "smtp_security": "none"}).send(MESSAGE)
    assert (caught.value.unknown, caught.value.permanent, caught.value.code) == (unknown, permanent, code)


def test_check_is_happy(imap: Imap) -> None:
    with smtp_server() as inbox:
        assert Email(imap.settings(**inbox.settings())).check() == []


def test_check_tells_what_is_wrong(imap: Imap) -> None:
    with smtp_server() as inbox:
        wrong = "wr0ng-secret"
        told = Email(imap.settings(**inbox.settings(smtp_user=USER, smtp_password=wrong), imap_password=wrong)).check()
        assert told == [
            "Le serveur IMAP «\u202f127.0.0.1\u202f» refuse l’identifiant ou le mot de passe.",
            "Le serveur SMTP «\u202f127.0.0.1\u202f» refuse l’identifiant ou le mot de passe.",
        ]
        assert Email(imap.settings(**inbox.settings(), imap_folder="Nulle part")).check() == [
            "Le serveur IMAP «\u202f127.0.0.1\u202f» n’a pas de dossier de ce nom."
        ]
    port = free_port()
    assert Email(imap.settings(smtp_host="127.0.0.1", smtp_port=str(port))).check() == [
        f"Le serveur SMTP «\u202f127.0.0.1\u202f» n’accepte pas de connexion sur le port {port}."
    ]
    assert Email(imap.settings(smtp_host="no-such-host.invalid")).check() == [
        "Le serveur SMTP «\u202fno-such-host.invalid\u202f» est introuvable\u202f: vérifiez son nom."
    ]
    assert Email(imap.settings(smtp_host="")).check() == ["Le nom du serveur (envoi) manque ou n’est pas valable."]
    assert Email(imap.settings(smtp_host="x", smtp_port="99999")).check() == [
        "Le port du serveur (envoi) doit être un nombre entre 1 et 65535."
    ]
    assert Email(imap.settings(smtp_host="x", smtp_password="a\r\nb")).check() == [
        "L’identifiant ou le mot de passe (envoi) contient un caractère interdit."
    ]


def test_check_of_tls(imap: Imap) -> None:
    with smtp_server() as inbox:
        port = inbox.port
        assert Email(imap.settings(**inbox.settings(smtp_security="ssl"))).check() == [
            f"Le serveur SMTP «\u202f127.0.0.1\u202f» ne parle pas TLS sur le port {port}\u202f: vérifiez le port et la sécurité."
        ]
        told = Email(imap.settings(**inbox.settings(smtp_security="starttls"))).check()
        assert told == [
            f"Le serveur SMTP «\u202f127.0.0.1\u202f» ne propose pas ce qui est réglé (STARTTLS ou identification) sur le port {port}."
        ]
        starttls = Email(imap.settings(**inbox.settings(), imap_security="starttls")).check()
        assert starttls == [f"Le serveur IMAP «\u202f127.0.0.1\u202f» ne propose pas STARTTLS sur le port {imap.port}."]


def test_certificates_are_verified(imap: Imap, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        certificate,
        "-days",
        "1",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with smtp_server(tls_context=context) as inbox:
        settings = imap.settings(**inbox.settings(smtp_security="starttls"))
        (sentence,) = Email(settings).check()
        assert sentence.startswith("Le certificat du serveur SMTP «\u202f127.0.0.1\u202f» n’est pas valable\u202f: ")
        trusting = Email({**settings, "ca_file": str(certificate)})
        assert trusting.check() == []
        assert trusting.send(MESSAGE).refused == {}
        assert len(inbox.taken) == 1


def test_secrets_never_show(imap: Imap) -> None:
    with rude_server([b"220 hi", b"250-hi\r\n250 AUTH PLAIN", b"500 do not say " + PASSWORD.encode()]) as port:
        settings = {
            "smtp_host": "127.0.0.1",
            "smtp_port": str(port),
            "smtp_security": "none",
            "smtp_user": USER,
            "smtp_password": PASSWORD,
        }
        with pytest.raises(PortError) as caught:
            Email(settings).send(MESSAGE)
    assert PASSWORD not in caught.value.message
    assert caught.value.__cause__ is None
    from comptoir.adapters.email.account import server

    assert PASSWORD not in repr(server(imap.settings(), "imap"))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("4.7.1 Greylisted, please try again in 5 minutes", 300),
        ("Greylisting in action, retry after 300 seconds", 300),
        ("Postgrey: greylisted for 120 s", 120),
        ("4.2.0 try again after 00:04:59", 299),
        ("rate limited; Retry-After: 60", 60),
        ("please wait 2 hours", 7200),
        ("4.2.1 The user is receiving mail at a rate of 99999 in 99999 hours", 6 * 3600),
        ("4.4.2 connection dropped", 0),
        ("", 0),
    ],
)
def test_a_pause_is_read_out_of_a_servers_words(said: str, seconds: float) -> None:
    assert pause(said) == seconds


def test_a_greylisting_waits_and_one_recipient_of_two_is_put_off() -> None:
    with smtp_server() as inbox:
        inbox.refuse = {"camille@example.org": "450 4.2.0 Greylisted, try again in 4 minutes"}
        result = Email(inbox.settings()).send(MESSAGE)
        assert list(result.deferred) == ["camille@example.org"]
        assert result.retry_after == 240
        assert [sorted(envelope.rcpt_tos) for envelope in inbox.taken] == [["copie@example.org", "jean@example.org"]]
        again = replace(MESSAGE, only=("camille@example.org",))
        with pytest.raises(PortError) as error:
            Email(inbox.settings()).send(again)
        assert (error.value.code, error.value.permanent, error.value.retry_after) == ("greylisted", False, 240)
        inbox.refuse = {}
        Email(inbox.settings()).send(again)
    assert inbox.taken[-1].rcpt_tos == ["camille@example.org"]
