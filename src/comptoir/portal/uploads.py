"""Files that a shopper hands over: what they really are, how heavy, how many."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from comptoir.lib.files import safe_name, sniff
from comptoir.ports.channel import Part

SIZE_LIMIT = 10 * 1000 * 1000  # bytes
COUNT_LIMIT = 5
TAKEN = frozenset(
    """image/jpeg image/png image/gif image/webp image/avif image/heic image/heif application/pdf""".split()
)
ACCEPT = "image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic,image/heif,application/pdf"
_ENDINGS = {"image/jpeg": "jpg", "image/heic": "heic", "image/heif": "heif", "application/pdf": "pdf"}


class BadFile(ValueError):
    """A file cannot be taken; `code` is too_heavy, too_many_files, empty_file or wrong_kind, `name` the file's."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(code)
        self.code = code
        self.name = name


def parts_of(files: "Iterable[UploadedFile[Any]]") -> list[Part]:
    """The files as parts of a message; raises BadFile. The type is what the bytes say, never what the name says."""
    parts: list[Part] = []
    for file in files:
        name = safe_name(file.name or "")
        if len(parts) >= COUNT_LIMIT:
            raise BadFile("too_many_files", name)
        if (file.size or 0) > SIZE_LIMIT:
            raise BadFile("too_heavy", name)
        content = file.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise BadFile("too_heavy", name)
        if not content:
            raise BadFile("empty_file", name)
        kind = sniff(content)
        if kind not in TAKEN:
            raise BadFile("wrong_kind", name)
        parts.append(Part(name or f"fichier.{_ENDINGS.get(kind, kind.rpartition('/')[2])}", kind, content))
    return parts
