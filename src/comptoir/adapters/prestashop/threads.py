"""Messages that customers write in their PrestaShop account or on its contact page, and what the team answers there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from comptoir.adapters.prestashop.client import PAGE, Client
from comptoir.adapters.prestashop.orders import Rows, local_moment
from comptoir.adapters.prestashop.reading import Reader
from comptoir.lib.html import to_text
from comptoir.lib.payload import key, plain, text, whole
from comptoir.ports.channel import Part
from comptoir.ports.errors import PortError
from comptoir.ports.shop import ThreadMessage, ThreadPage

LONGEST = 50_000  # characters of a message
MOST = 16_000  # of one that we write
MARK = "Comptoir/"  # what stands before our key in the place of a browser's name
OURS = re.compile(r"\[comptoir:([\w-]{8,80})\]")
CLOCKS = timedelta(minutes=10)
_THREAD = (
    "id",
    "id_lang",
    "id_shop",
    "id_customer",
    "id_order",
    "id_product",
    "id_contact",
    "email",
    "token",
    "date_add",
)
_MARKUP = re.compile(r"<(?:br|p|div|span|a|b|i|ul|ol|li|table|blockquote|strong|em)\b[^>]*>", re.IGNORECASE)
_CUT = "Ce message est très long\u202f: la suite est dans la boutique."
_TOO_LONG = "La réponse est trop longue pour PrestaShop\u202f: 16\u202f000 signes au plus."
_LARGE = "Un message est trop grand pour être lu\u202f: il est resté dans la boutique."
_FILE = "Le fichier joint est resté dans la boutique\u202f: PrestaShop ne le donne pas."


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows that messages name, by their numbers."""

    threads: Rows = field(default_factory=dict)
    orders: Rows = field(default_factory=dict)
    customers: Rows = field(default_factory=dict)
    employees: Rows = field(default_factory=dict)
    languages: Rows = field(default_factory=dict)


class Threads:
    """Threads of one shop. Messages go by ascending numbers: a number never comes back, a clock may."""

    def __init__(self, client: Client, reader: Reader, settings: Mapping[str, str]) -> None:
        self.client, self.reader = client, reader
        self._employee = settings.get("employee", "").strip() or "1"

    def messages(self, after: str) -> ThreadPage:
        """The messages after a number, a page at a time."""
        start = after if after.isascii() and after.isdigit() else "0"
        try:
            rows = self._rows(start, PAGE)
        except PortError as error:
            if error.code != "too_large":
                raise
            return self._one(start)
        return self._page(rows, start, more=len(rows) >= PAGE)

    def answer(self, thread_id: str, words: str, ours: str) -> str:
        """Answer in a customer's thread; the message's number."""
        self._told(thread_id)
        if len(words) > MOST:
            raise PortError(_TOO_LONG, permanent=True, code="refused")
        return self.say(thread_id, words, ours, private=False)

    def answered(self, thread_id: str, words: str, ours: str, since: datetime) -> str:
        """The number of our answer; where a shop does not keep our key, of the same words since then by an employee."""
        if not thread_id.isdigit():
            return ""
        rows = [
            row
            for row in self.client.listed("customer_messages", {"id_customer_thread": thread_id})
            if key(row.get("id_employee")) and not whole(row.get("private"))
        ]
        for row in rows:
            if _key_of(row) == ours:
                return key(row.get("id"))
        for row in rows:
            when = local_moment(row.get("date_add"), self.reader.zone)
            unmarked = not text(row.get("user_agent")).strip()
            same = " ".join(_words(row)[0].split()) == " ".join(words.split())
            if unmarked and same and when is not None and when >= since - CLOCKS:
                return key(row.get("id"))
        return ""

    def settle(self, thread_id: str, closed: bool) -> None:
        """Say how a thread stands; the other values of its row are written back as they are."""
        row = self._told(thread_id)
        status = "closed" if closed else "open"
        if text(row.get("status")) == status or (not closed and _is_open(row)):
            return
        same = {name: plain(row.get(name)) for name in _THREAD if row.get(name) is not None}
        self.client.change("customer_threads", "customer_thread", {**same, "status": status})

    def say(self, thread: str, words: str, ours: str, *, private: bool) -> str:
        """Write a message in a thread as the employee."""
        fields = {
            "id_employee": self._employee,
            "id_customer_thread": thread,
            "message": words[:MOST],
            "private": int(private),
            "user_agent": f"{MARK}{ours}",
        }
        return key(self.client.create("customer_messages", "customer_message", fields).get("id"))

    def _told(self, thread_id: str) -> dict[str, Any]:
        row = self.client.one("customer_threads", thread_id) if thread_id.isascii() and thread_id.isdigit() else None
        if row is None:
            raise PortError("La discussion n’existe pas dans la boutique.", permanent=True, code="not_found")
        return row

    def _rows(self, after: str, count: int) -> list[dict[str, Any]]:
        return self.client.listed("customer_messages", above=after, sort="[id_ASC]", limit=str(count))

    def _one(self, start: str) -> ThreadPage:
        """A page is too large: its first message alone, or passed over where that one is."""
        try:
            return self._page(self._rows(start, 1), start, more=True)
        except PortError as error:
            if error.code != "too_large":
                raise
        rows = self.client.listed("customer_messages", above=start, display="[id]", sort="[id_ASC]", limit="1")
        name = key(rows[0].get("id")) if rows else start
        return ThreadPage((), name, bool(rows), ((name, _LARGE),) if rows else ())

    def _page(self, rows: list[dict[str, Any]], start: str, *, more: bool) -> ThreadPage:
        beside = self._beside(rows) if rows else Beside()
        told, refused = [], []
        for row in rows:
            message = _message(row, beside, self.reader.zone)
            if isinstance(message, str):
                refused.append((key(row.get("id")), message))
            else:
                told.append(message)
        numbers = [int(name) for row in rows if (name := key(row.get("id"))).isdigit()]
        mark = str(max(numbers, default=int(start)))
        return ThreadPage(tuple(told), mark, more and mark != start, tuple(refused))

    def _beside(self, rows: list[dict[str, Any]]) -> Beside:
        threads = self.reader.named("customer_threads", (key(row.get("id_customer_thread")) for row in rows))
        named = threads.values()
        return Beside(
            threads,
            self.reader.named("orders", (key(row.get("id_order")) for row in named)),
            self.reader.named("customers", (key(row.get("id_customer")) for row in named)),
            self._employees(key(row.get("id_employee")) for row in rows),
            self.reader.table("languages"),
        )

    def _employees(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Who answered; a key without the right to read employees leaves them with their numbers."""
        try:
            return self.reader.named("employees", names)
        except PortError as error:
            if error.code not in ("right", "refused", "auth"):
                raise
            return {}


def _is_open(row: Mapping[str, Any]) -> bool:
    return text(row.get("status")) in ("open", "pending1", "pending2")


def _key_of(row: Mapping[str, Any]) -> str:
    """Our key on what we wrote; only an employee's message can bear it."""
    if not key(row.get("id_employee")):
        return ""
    browser = text(row.get("user_agent"), 200)
    if browser.startswith(MARK):
        return browser.removeprefix(MARK)
    found = OURS.search(text(row.get("message"), LONGEST)) if whole(row.get("private")) else None
    return found.group(1) if found else ""


def _words(row: Mapping[str, Any]) -> tuple[str, bool]:
    """What was written, as text; whether it was cut. What looks like a tag and is none stays as it was typed."""
    written = text(row.get("message"), 2 * LONGEST + 1)
    words = to_text(written) if _MARKUP.search(written) else unescape(written)
    return words[:LONGEST].strip(), len(words) > LONGEST


def _message(row: Mapping[str, Any], beside: Beside, zone: str) -> ThreadMessage | str:
    """The message, or why it cannot be taken."""
    name, thread_id = key(row.get("id")), key(row.get("id_customer_thread"))
    thread = beside.threads.get(thread_id)
    when = local_moment(row.get("date_add"), zone)
    words, cut = _words(row)
    if not name or thread is None:
        return "Le message n’appartient à aucune discussion."
    if when is None or not (words or text(row.get("file_name"))):
        return "Le message est vide, ou sans date."
    person = beside.customers.get(key(thread.get("id_customer")), {})
    order = beside.orders.get(key(thread.get("id_order")), {})
    employee = key(row.get("id_employee"))
    return ThreadMessage(
        name, thread_id, text(thread.get("email"), 320).strip().lower(), words, when,
        name=_named(person), order_number=plain(order.get("reference"), 60), order_id=key(order.get("id")),
        customer_id=key(person.get("id")), account_email=text(person.get("email"), 320).strip().lower(),
        by_customer=not employee, author=(_named(beside.employees.get(employee, {})) or f"n° {employee}") if employee else "",
        private=bool(whole(row.get("private"))), closed=text(thread.get("status")) == "closed",
        language=text(beside.languages.get(key(thread.get("id_lang")), {}).get("iso_code"), 10).lower(),
        key=_key_of(row), parts=_file(row), problem=_CUT if cut else "",
    )  # fmt: skip


def _named(row: Mapping[str, Any]) -> str:
    return f"{plain(row.get('firstname'), 80)} {plain(row.get('lastname'), 80)}".strip()


def _file(row: Mapping[str, Any]) -> tuple[Part, ...]:
    """The file's name: its content is not to be had by the web service."""
    name = plain(row.get("file_name"), 200).strip()
    return (Part(name, "application/octet-stream", b"", problem=_FILE),) if name else ()
