"""Files: uploaded for a message to come, or read."""

import uuid
from typing import Any

from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header
from ninja import File, Router, Status
from ninja.files import UploadedFile

from comptoir.api.v1.door import ProgramRequest, needs
from comptoir.api.v1.problems import Problem
from comptoir.api.v1.schemas.base import FileOut
from comptoir.conversations.actions.drafts import keep_upload
from comptoir.conversations.queries.files import file_of
from comptoir.core import access, files
from comptoir.core.access import May
from comptoir.core.programs import Scope
from comptoir.lib.files import safe_name, sniff

router = Router(tags=["Files"])
LIMIT = 25 * 2**20


@router.post("/files", response={201: FileOut}, **needs(Scope.WRITE_CONVERSATIONS))
def upload(request: ProgramRequest, file: File[UploadedFile]) -> Any:
    """Bring a file of at most 25 MB, then name its `id` in a message. Unused, it goes after two weeks."""
    access.require(request.agent, May.ANSWER)
    if (file.size or 0) > LIMIT:
        raise Problem(413, "too_large", "A file may weigh 25 MB.")
    head = file.read(2**20)
    file.seek(0)
    stored = files.save(file, name=safe_name(file.name or "") or "file", content_type=sniff(head))
    keep_upload(request.agent, stored)
    shown = {"id": str(stored.public_id), "name": stored.name, "content_type": stored.content_type}
    return Status(201, shown | {"size": stored.size})


@router.get("/files/{uuid:key}", response={200: None}, **needs(Scope.READ_CONVERSATIONS))
def file(request: ProgramRequest, key: uuid.UUID) -> Any:
    """The bytes of a file of a message, always as a download."""
    found = file_of(request.agent, key)
    if found is None:
        raise Http404
    response = FileResponse(files.open_file(found), content_type="application/octet-stream")
    name = safe_name(found.name) or "file"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Content-Length"] = str(found.size)
    return response
