"""`comptoir mail explain`: the lines that it prints, the reasons in words, and how it behaves."""

import ast
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from comptoir.config import mail_command, mail_explain
from comptoir.config.cli import main
from comptoir.lib.mail import reasons
from comptoir.lib.mail.linking import Links
from comptoir.lib.mail.parse import parse, understand

CASES = Path(__file__).parent.parent / "mail"
FIELDS = [
    "path", "subject", "from", "to", "cc", "message_id", "in_reply_to", "references", "text", "html", "reply",
    "attachments", "kind", "may_answer", "failed_recipients", "permanent", "thread",
]  # fmt: skip


def explain(capsys: pytest.CaptureFixture[str], *words: str, stdin: str = "") -> tuple[int, list[dict[str, object]]]:
    before, sys.stdin = sys.stdin, io.StringIO(stdin)
    try:
        code = main(["mail", "explain", *words])
    finally:
        sys.stdin = before
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_line_a_mail_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(CASES / f"{name}.eml") for name in ("nested", "bounce_dsn", "vacation_fr", "bulk")]
    code, lines = explain(capsys, "--paths-from", "-", stdin="\n".join(paths) + "\n")
    assert code == 0
    assert [line["path"] for line in lines] == paths
    assert [list(line) for line in lines] == [FIELDS] * 4
    assert [line["kind"] for line in lines] == ["message", "bounce", "auto_reply", "message"]
    assert [line["may_answer"] for line in lines] == [True, False, False, False]
    assert lines[0]["attachments"][0] == {"filename": "image-1.png", "content_type": "image/png", "size": 8}  # type: ignore[index]
    assert lines[1]["failed_recipients"] == ["jean@example.com", "lea@example.com"]
    assert [line["permanent"] for line in lines] == [None, True, None, None]


def test_a_file_that_cannot_be_read_stops_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, lines = explain(capsys, str(tmp_path / "no"), str(tmp_path), str(CASES / "simple.eml"), "a\0b")
    assert code == 1
    assert [sorted(line) for line in lines[:2]] == [["error", "path"]] * 2
    assert lines[2]["subject"] == "Où est ma commande\xa0?"
    assert sorted(lines[3]) == ["error", "path"]


def test_without_files_it_says_what_it_wants(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mail", "explain"]) == 2
    assert "--paths-from -" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "kind", "cut", "thread"),
    [
        ("fr_FR.UTF-8", "C’est un message", "Ancien message coupé à la ligne 3", "Fil\u202f: rien"),
        ("en_GB.UTF-8", "It is a message", "Old message cut at line 3", "Thread: nothing"),
    ],
)
def test_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, kind: str, cut: str, thread: str) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", language)
    _, (line,) = explain(capsys, "--why", str(CASES / "reply_gmail_fr.eml"))
    why = line["why"]
    assert isinstance(why, list)
    assert why[0].startswith(kind)
    assert any(sentence.startswith(cut) for sentence in why)
    assert why[-1].startswith(thread)


@pytest.mark.parametrize(
    ("mail", "sentence"),
    [
        ("From: a@b.fr\nX-Autoreply: yes\n\nx", "Automatic reply by the header “X-Autoreply: yes”."),
        ("From: a@b.fr\nSubject: Out of office: x\n\nx", "Automatic reply by the words “Out of office”."),
        ("From: a@b.fr\nList-Id: <n.b.fr>\n\nx", "Bulk mail or mailing list by the header “List-Id: <n.b.fr>”: no automatic answer."),
        ("From: a@b.fr\nAuto-Submitted: auto-generated\n\nx", "No automatic answer may go out: Auto-Submitted: auto-generated."),
        ("From: MAILER-DAEMON@b.fr\nSubject: failure notice\n\n<x@y.fr>: no such user", "The sender is a mail server (mailer-daemon@b.fr)."),
        ("From: ?\nReply-To: c@d.fr\n\nx", "From has no readable address; the sender comes from Reply-To: c@d.fr."),
        ("From: a@b.fr\nReply-To: c@d.fr\n\nx", "An answer would go to Reply-To: c@d.fr."),
        ("From: wordpress@alba.fr\nTo: aide@alba.fr\nReply-To: c@d.fr\n\nx", "The mail comes from a form: the shopper is the one in Reply-To, c@d.fr."),
        ("From: a@b.fr\nContent-Type: text/plain; charset=nonsense\n\nx", "Character set labelled “nonsense”, read as ascii."),
        ("From: a@b.fr\n\nHello\n\n-- \nAnna", "Signature cut at line 3: “Anna”."),
        ("From: a@b.fr\nSubject: Fwd: x\n\n---------- Forwarded message ---------\nFrom: c@d.fr\n\nold", "A forwarded message: kept whole."),
        ("From: x\n\n-----BEGIN PGP MESSAGE-----\nabc", "The message is encrypted; only its recipient can read it, with their key."),
    ],
)  # fmt: skip
def test_reasons_in_words(tmp_path: Path, mail: str, sentence: str) -> None:
    (tmp_path / "x.eml").write_text(mail)
    reader = mail_explain.Reader([], True, "en")
    assert sentence in reader.line(str(tmp_path / "x.eml"))["why"]


def test_every_reason_has_both_languages() -> None:
    source = Path(mail_command.__file__).parents[1] / "lib" / "mail"
    named = {
        node.args[0].value
        for path in source.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason" and node.args
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert len(named) > 20
    assert named <= set(reasons.SENTENCES)
    for french, english in reasons.SENTENCES.values():
        assert french.format("x", "y") != english.format("x", "y")


def test_threads_among_those_given() -> None:
    links = Links(proves=lambda signature, conversation: signature.startswith("1a"))
    token = f"{'0' * 32}.7.1{'a' * 16}@alba.fr"
    forged = f"{'0' * 32}.7.1{'b' * 16}@alba.fr"

    def place(head: str) -> tuple[str, str]:
        link = links.place(parse(f"From: a@b.fr\n{head}\n\nx".encode()), "here")
        return link.thread, link.by

    assert place("Message-ID: <one@b.fr>") == ("one@b.fr", "new")
    assert place("Message-ID: <two@b.fr>\nReferences: <one@b.fr>") == ("one@b.fr", "reference")
    assert place("Message-ID: <three@b.fr>\nIn-Reply-To: <two@b.fr>") == ("one@b.fr", "reference")
    assert place("Message-ID: <four@b.fr>") == ("four@b.fr", "new")
    assert place(f"References: <{token}>") == ("conversation:7", "token")
    assert place(f"References: <{forged}>") == ("here", "new")


def test_it_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    """The real command with settings that would stop every other one."""
    environment = {
        **os.environ,
        "COMPTOIR_HOME": str(tmp_path / "none"),
        "DATABASE_URL": "postgresql://nowhere.invalid/x",
    }
    words = [sys.executable, "-X", "importtime", "-m", "comptoir", "mail", "explain", str(CASES / "simple.eml")]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["reply"].startswith("Bonjour")
    assert "django" not in done.stderr
    assert not (tmp_path / "none").exists()


def test_the_same_reading_as_the_channel() -> None:
    raw = (CASES / "torture.eml").read_bytes()
    assert understand(raw).message == parse(raw)
