"""A post office of real servers: Dovecot keeps the mailboxes, an SMTP server delivers into them."""

import imaplib
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller

from tests.e2e.serving import free_port

PASSWORD = "lin-et-figuier"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


def dovecot() -> str | None:
    """The IMAP server of this machine, if it has one."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


class PostOffice:
    """Mailboxes by address; `imap` and `smtp` are the ports on 127.0.0.1."""

    def __init__(self, imap: int, smtp: int) -> None:
        self.imap = imap
        self.smtp = smtp

    @contextmanager
    def mailbox(self, address: str) -> Iterator[imaplib.IMAP4]:
        """A session in someone's mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.imap, timeout=10)
        client.login(address, PASSWORD)
        client.select("INBOX")
        yield client
        client.logout()

    def mails(self, address: str) -> list[Message]:
        """All mails of a mailbox, oldest first."""
        with self.mailbox(address) as client:
            numbers = client.search(None, "ALL")[1][0].split()
            fetched = [client.fetch(number.decode(), "(RFC822)")[1][0] for number in numbers]
        return [BytesParser(policy=default).parsebytes(row[1]) for row in fetched if isinstance(row, tuple)]

    async def handle_DATA(self, server: object, session: object, envelope) -> str:  # type: ignore[no-untyped-def] # noqa: N802
        """Deliver to every recipient's mailbox."""
        for address in envelope.rcpt_tos:
            with self.mailbox(address) as client:
                client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), envelope.content)
        return "250 delivered"


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Both servers, ended at the end."""
    program = dovecot()
    assert program is not None
    root = Path(tempfile.mkdtemp(prefix="post-", dir="/tmp"))
    root.chmod(0o755)
    office = PostOffice(free_port(), free_port())
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    group = "nogroup" if os.geteuid() == 0 else "users"
    if os.geteuid() != 0:
        import grp

        group = grp.getgrgid(os.getegid()).gr_name
    login = "daemon" if os.geteuid() == 0 else user
    config = root / "dovecot.conf"
    config.write_text(
        CONFIG.format(root=root, user=user, group=group, login=login, password=PASSWORD, port=office.imap)
    )
    (root / "mail").mkdir()
    if os.geteuid() == 0:
        shutil.chown(root / "mail", user, group)
    process = subprocess.Popen(
        [program, "-F", "-c", str(config)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    controller = Controller(office, hostname="127.0.0.1", port=office.smtp)
    try:
        _answers(office, process)
        controller.start()
        yield office
        controller.stop()
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(root, ignore_errors=True)


def _answers(office: PostOffice, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 15
    while True:
        try:
            with office.mailbox("probe@example.example"):
                return
        except (OSError, imaplib.IMAP4.error):
            assert process.poll() is None, "dovecot did not start"
            assert time.monotonic() < end, "dovecot does not answer"
            time.sleep(0.1)


def account_of(office: PostOffice, address: str) -> dict[str, str]:
    """The settings by which an inbox of that address is read and written here."""
    return {
        "imap_host": "127.0.0.1",
        "imap_port": str(office.imap),
        "imap_security": "none",
        "imap_user": address,
        "smtp_host": "127.0.0.1",
        "smtp_port": str(office.smtp),
        "smtp_security": "none",
    }


def post(office: PostOffice, made: EmailMessage) -> None:
    """Someone's program hands a mail to the post office."""
    with smtplib.SMTP("127.0.0.1", office.smtp, timeout=10) as server:
        server.send_message(made)


def letter(sender: str, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
    """A mail as a customer's program writes it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
