"""The bytes of a file, its small picture, all files of a message."""

import re
import uuid
import zipfile
from collections.abc import Iterator
from typing import IO, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from comptoir.agent.door import ConsoleRequest, console
from comptoir.agent.files import mail
from comptoir.agent.files.finding import agent_of_link, file_of
from comptoir.agent.inbox.found import message_of
from comptoir.conversations.actions.previews import preview_of
from comptoir.conversations.models import REMOVED
from comptoir.core import files
from comptoir.core.models import File
from comptoir.lib.files import safe_name, shown_inline

POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; sandbox"
PRIVATE = "private, max-age=86400, immutable"
CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The file itself: pictures and films in place, everything else as a download."""
    token = request.GET.get("key", "")
    if token:
        agent = agent_of_link(public_id, token)
        found = file_of(agent, public_id) if agent else None
        if found is None or not found.content_type.startswith("image/"):
            raise Http404
        return _served(request, found)
    return _own_file(request, public_id)


@console()
def _own_file(request: ConsoleRequest, public_id: uuid.UUID) -> HttpResponse:
    return _served(request, _found(request, public_id))  # type: ignore[return-value]


@console()
def preview(request: ConsoleRequest, public_id: uuid.UUID) -> HttpResponse:
    """A small picture of it (HEIC and the first page of a PDF too), made when it is first asked for."""
    found = _found(request, public_id)
    key = preview_of(found)
    if not key:
        raise Http404
    response = FileResponse(files.open_file(found, preview=True), content_type="image/webp")
    return _guarded(response)  # type: ignore[return-value]


@console()
def archive(request: ConsoleRequest, key: int) -> HttpResponse:
    """All files of a message in one ZIP, streamed."""
    message = message_of(request, key)
    rows = [row.file for row in message.attachments.select_related("file").filter(inline=False)]
    if not rows:
        raise Http404
    response = StreamingHttpResponse(_zipped(rows), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"message-{key}.zip") or "attachment"
    return _guarded(response)  # type: ignore[return-value]


@console()
def body(request: ConsoleRequest, key: int) -> HttpResponse:
    """The sender's own HTML, cleaned, for a sandboxed frame; remote pictures only when asked (`pictures`)."""
    message = message_of(request, key)
    if REMOVED in message.flags:
        return render(request, "agent/inbox/thread/removed.html", status=410)
    if not message.html:
        raise Http404
    origin = request.build_absolute_uri("/files/")
    shown = mail.document(message, request.agent, remote=bool(request.GET.get("pictures")))
    response = HttpResponse(shown)
    response.headers["Content-Security-Policy"] = mail.policy(origin, remote=bool(request.GET.get("pictures")))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@console()
def whole(request: ConsoleRequest, key: int) -> HttpResponse:
    """The whole text of a message, what it quotes included."""
    message = message_of(request, key)
    return render(request, "agent/inbox/thread/whole.html", {"text": message.full_text or message.text})


def _found(request: ConsoleRequest, public_id: uuid.UUID) -> File:
    found = file_of(request.agent, public_id)
    if found is None:
        raise Http404
    return found


def _served(request: HttpRequest, found: File) -> HttpResponseBase:
    inline = shown_inline(found.content_type) and found.content_type != "application/pdf"
    kind = found.content_type if inline else "application/octet-stream"
    part = _range(request.headers.get("Range", ""), found.size)
    stream = files.open_file(found)
    response: HttpResponseBase
    if part is None:
        response = FileResponse(stream, content_type=kind)
        response.headers["Content-Length"] = str(found.size)
    else:
        start, end = part
        response = StreamingHttpResponse(_slice(stream, start, end), status=206, content_type=kind)
        response.headers["Content-Range"] = f"bytes {start}-{end}/{found.size}"
        response.headers["Content-Length"] = str(end - start + 1)
    name = safe_name(found.name) or "fichier"
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "inline"
    response.headers["Accept-Ranges"] = "bytes"
    return _guarded(response)


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # a sandboxed frame has no origin
    response.headers["Cache-Control"] = PRIVATE
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", "") or not size:
        return None
    first, last = asked.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    start, end = int(first), min(int(last or size - 1), size - 1)
    return (start, end) if start <= end else None


def _slice(stream: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start + 1
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


class _Written:
    """What the archive has written since it was last emptied. It cannot be sought, so the archive never goes back."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def emptied(self) -> bytes:
        """The bytes since the last time."""
        parts, self.parts = self.parts, []
        return b"".join(parts)


def _zipped(rows: list[File]) -> Iterator[bytes]:
    out, used = _Written(), set()
    with zipfile.ZipFile(cast(IO[bytes], out), "w", zipfile.ZIP_STORED) as archive:
        for position, row in enumerate(rows, 1):
            name = safe_name(row.name) or f"fichier-{position}"
            name = f"{position}-{name}" if name in used else name
            used.add(name)
            with files.open_file(row) as stream, archive.open(name, "w", force_zip64=True) as entry:
                while chunk := stream.read(CHUNK):
                    entry.write(chunk)
                    yield out.emptied()
    yield out.emptied()
