"""The folder of sent mail: found, read from now on, and given a copy of what leaves, once."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from imaplib import IMAP4

from imap_tools import BaseMailBox
from imap_tools.folder import FolderInfo

from comptoir.adapters.email.reading import Reader
from comptoir.ports.channel import Cursor, Fetched
from comptoir.ports.errors import PortError

# Providers that put what leaves by their SMTP into that folder themselves.
FILES_BY_ITSELF = re.compile(
    r"(?i)(?:^|\.)(?:gmail|googlemail|google|outlook|office365|office|hotmail|live)\.(?:com|fr|de|es|it|nl|co\.uk)$"
)
# What mail programs call it where no server says which one it is (RFC 6154), in nine languages.
_NAMES = frozenset(
    """sent|sent items|sent messages|sent mail|sent-mail|sentmail|sent objects
    |envoyés|éléments envoyés|messages envoyés|objets envoyés|courrier envoyé|courriels envoyés|envoyé
    |gesendet|gesendete objekte|gesendete elemente|gesendete nachrichten|postausgang gesendet
    |enviados|elementos enviados|mensajes enviados|correo enviado|enviado
    |inviata|inviati|posta inviata|elementi inviati|messaggi inviati
    |verzonden|verzonden items|verzonden berichten|verzonden objecten
    |itens enviados|mensagens enviadas|enviadas|correio enviado
    |wysłane|elementy wysłane|wiadomości wysłane
    |skickat|skickade|skickade objekt|skickade meddelanden|skickade brev""".replace("\n    ", "").split("|")
)


def folder(box: BaseMailBox, wanted: str = "") -> str:
    """The name of the folder: the one that is set, the one that the server marks, or one that is called so; else ""."""
    if wanted:
        return wanted
    found = box.folder.list()
    marked = _marked(found) or _marked(_asked(box))
    return marked or next((info.name for info in found if _last(info) in _NAMES and _opens(info)), "")


def _marked(found: list[FolderInfo]) -> str:
    return next((info.name for info in found if "\\sent" in [flag.lower() for flag in info.flags]), "")


def _asked(box: BaseMailBox) -> list[FolderInfo]:
    """The list of a server that tells special uses only when asked for them."""
    told = (box.client.capability()[1][0] or b"").upper().split()
    if b"SPECIAL-USE" not in told:
        return []
    status, data = box.client._simple_command("LIST", "(SPECIAL-USE)", '""', '"*"')
    _, lines = box.client._untagged_response(status, data, "LIST")
    pattern = re.compile(rb'^\(([^)]*)\) (\S+) "?(.+?)"?$')
    rows = [pattern.match(line) for line in lines if isinstance(line, bytes)]
    names = {info.name.encode(): info for info in box.folder.list()}
    made = []
    for row in rows:
        if row is not None and row[3] in names:
            info = names[row[3]]
            made.append(FolderInfo(name=info.name, delim=info.delim, flags=tuple(row[1].decode().split())))
    return made


def _last(info: FolderInfo) -> str:
    """The last part of a folder's name, so that « INBOX.Sent » is « sent »."""
    name = info.name.split(info.delim)[-1] if info.delim and info.delim != "NIL" else info.name
    return unicodedata.normalize("NFC", name).strip().casefold()


def _opens(info: FolderInfo) -> bool:
    return not {"\\noselect", "\\nonexistent"} & {flag.lower() for flag in info.flags}


def read(
    box: BaseMailBox,
    name: str,
    cursor: Cursor,
    since: date,
    *,
    begun: Callable[[Cursor], None],
    handle: Callable[[Fetched], None],
    stop: Callable[[], bool],
) -> None:
    """Hand over what is put into the folder from now on; after a change of UIDVALIDITY, from `since` on."""
    reader = Reader(box, name, cursor, since, stop)
    if cursor.uid_validity == 0:
        reader.by_date = False
        reader.cursor = Cursor(reader.validity, max(0, reader.next_uid - 1))
        begun(reader.cursor)
    reader.run(handle)


def file(box: BaseMailBox, name: str, raw: bytes, message_id: str) -> bool:
    """Put a copy into the folder, read, unless a mail of that Message-ID lies there; whether it was put."""
    if not name:
        name = "Sent"
        box.folder.create(name)
    box.folder.set(name)
    safe = re.sub(r'["\\\r\n]', "", message_id)
    status, data = box.client.uid("SEARCH", "HEADER", "Message-ID", f'"{safe}"')
    if status != "OK":
        raise IMAP4.error(f"SEARCH: {data!r}"[:200])
    if data and data[0]:
        return False
    result = box.append(raw, name, dt=None, flag_set=["\\Seen"])
    if result[0] != "OK":
        raise PortError("Le serveur IMAP n’a pas pris la copie du message envoyé.", code="append")
    return True
