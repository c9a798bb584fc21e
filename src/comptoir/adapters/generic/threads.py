"""Messages of the generic connector: what customers wrote in the program's own threads, and answers to them."""

import base64
import binascii
from typing import Any, Protocol
from urllib.parse import quote as escaped

from comptoir.lib.payload import Unreadable, items, key, mapping, moment, text
from comptoir.lib.vendor import Answer
from comptoir.ports.channel import Part
from comptoir.ports.errors import PortError
from comptoir.ports.shop import ThreadMessage, ThreadPage

LONGEST = 50_000
MOST_BYTES = 10 * 2**20  # of one file
MOST_FILES = 20
MANY = 1_000  # of one page
STRANGE = ("/", "\\", "\0", "?", "#", "..")
_CUT = "Ce message est très long\u202f: la suite est dans votre programme."
_BAD_FILE = "Le fichier n’est pas lisible, ou il dépasse 10\u202fMo."


class Asks(Protocol):
    """How the adapter calls the program."""

    def __call__(
        self, method: str, path: str, *, params: Any = None, json: Any = None, acts: bool = False,
        missing: bool = False, key: str = "",
    ) -> Answer: ...  # fmt: skip


class Threads:
    """The program's messages, under one path."""

    def __init__(self, ask: Asks, path: str) -> None:
        self.ask, self.path = ask, path

    def messages(self, after: str) -> ThreadPage:
        """A page of messages after a mark."""
        told = mapping(self._json(self.ask("GET", self.path, params={"after": after} if after else {})))
        listed = told.get("messages")
        if not isinstance(listed, list):
            raise PortError("Votre programme ne rend pas de liste de messages.", permanent=True, code="answer")
        if len(listed) > MANY:
            raise PortError(
                "Votre programme rend trop de messages à la fois : mille au plus.", permanent=True, code="answer"
            )
        found, refused = [], []
        for place, row in enumerate(items(listed)):
            try:
                found.append(_message(row))
            except Unreadable as problem:
                refused.append((text(row.get("id"), 120) or f"#{place}", str(problem)))
        mark = text(told.get("next"), 2_000) or after
        return ThreadPage(tuple(found), mark, told.get("more") is True and mark != after, tuple(refused))

    def answer(self, thread_id: str, words: str, ours: str) -> str:
        """Hand an answer over with our key, under which the program takes it once."""
        if not _is_name(thread_id):
            raise PortError("La discussion n’existe pas dans votre programme.", permanent=True, code="not_found")
        sent = {"thread_id": thread_id, "text": words, "key": ours}
        answer = self.ask("POST", self.path, json=sent, acts=True, key=ours)
        return text(mapping(self._json(answer, acts=True)).get("id"), 120)

    def answered(self, thread_id: str, ours: str) -> str:
        """Ask for the answer by our key."""
        if not _is_name(thread_id):
            return ""
        answer = self.ask("GET", f"{self.path}/{escaped(ours, safe='')}", missing=True)
        return "" if answer.status == 404 else text(mapping(self._json(answer)).get("id"), 120)

    def settle(self, thread_id: str, closed: bool) -> None:
        """Say how a thread stands; a program that keeps no state answers 404."""
        self.ask("POST", f"{self.path}/state", json={"thread_id": thread_id, "closed": closed}, missing=True)

    def _json(self, answer: Answer, *, acts: bool = False) -> Any:
        try:
            return answer.json()
        except Unreadable as problem:
            words = "La réponse de votre programme n’est pas lisible."
            raise PortError(words, unknown=acts, code="answer") from problem


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 120 and name.isprintable() and not any(sign in name for sign in STRANGE)


def _message(row: Any) -> ThreadMessage:
    name, thread_id = key(row.get("id")), key(row.get("thread_id"))
    at = moment(row.get("at"))
    words = text(row.get("text"), LONGEST + 1)
    parts = tuple(_part(each) for each in items(row.get("files"), MOST_FILES))
    if not name or not _is_name(thread_id):
        raise Unreadable("Le numéro du message ou de sa discussion manque.")
    if at is None:
        raise Unreadable("La date du message manque ou n’est pas lisible.")
    if not words.strip() and not parts:
        raise Unreadable("Le message est vide.")
    team = text(row.get("from"), 20) == "team"
    customer_id, email = key(row.get("customer_id")), text(row.get("email"), 320).strip().lower()
    return ThreadMessage(
        name, thread_id, email, words[:LONGEST], at,
        name=text(row.get("name"), 200), order_number=text(row.get("order_number"), 60), order_id=key(row.get("order_id")),
        customer_id=customer_id, account_email=(text(row.get("account_email"), 320).strip().lower() or email) if customer_id else "",
        by_customer=not team, author=text(row.get("author"), 200) if team else "", private=team and row.get("private") is True,
        proved=row.get("proved") is True, closed=row.get("closed") is True, subject=text(row.get("subject"), 200),
        language=text(row.get("language"), 10), key=text(row.get("key"), 80) if team else "", parts=parts,
        problem=_CUT if len(words) > LONGEST else "",
    )  # fmt: skip


def _part(row: Any) -> Part:
    """A file, its content in base64."""
    name = text(row.get("name"), 200) or "sans-nom"
    kind = text(row.get("content_type"), 100) or "application/octet-stream"
    written = row.get("content")
    try:
        content = base64.b64decode(written, validate=True) if isinstance(written, str) else b""
    except (binascii.Error, ValueError):
        content = b""
    whole = 0 < len(content) <= MOST_BYTES
    return Part(name, kind, content if whole else b"", problem="" if whole else _BAD_FILE)
