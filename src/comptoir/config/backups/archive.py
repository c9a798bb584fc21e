"""The tar with its checksums, written and read as a stream in bounded memory."""

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from comptoir.config.backups import BackupProblem

PIECE = 8 * 2**20
SUMS = "SHA256SUMS"
Progress = Callable[[int], None]


class Writer:
    """Writes members to `path + .partial`; `finish` adds the sums and renames."""

    def __init__(self, path: Path, progress: Progress = lambda size: None) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self._sums: list[str] = []
        self._progress = progress
        self.partial.unlink(missing_ok=True)
        self._file = os.fdopen(os.open(self.partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (see finish)

    def add(self, name: str, stream: IO[bytes], size: int) -> None:
        """Add `size` bytes of a stream under a name; raises BackupProblem when the stream is shorter."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        counting = _Counting(stream, self._progress)
        try:
            self._tar.addfile(info, counting)
        except (OSError, tarfile.TarError) as error:
            raise BackupProblem(f"{name} could not be written whole: {error}") from error
        self._sums.append(f"{counting.digest.hexdigest()}  {name}")

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a small member."""
        self.add(name, io.BytesIO(content), len(content))

    def finish(self) -> None:
        """Write the sums, put everything on disk and give the file its name."""
        content = ("\n".join(self._sums) + "\n").encode()
        info = tarfile.TarInfo(SUMS)
        info.size, info.mode, info.mtime = len(content), 0o600, int(time.time())
        self._tar.addfile(info, io.BytesIO(content))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        verify(self.partial)
        self.partial.replace(self.path)

    def abandon(self) -> None:
        """Leave no half file behind."""
        self._file.close()
        self.partial.unlink(missing_ok=True)


class _Counting:
    """Passes a stream on and takes its digest."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self._stream = stream
        self._progress = progress
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        chunk = self._stream.read(size)
        self.digest.update(chunk)
        self._progress(len(chunk))
        return chunk


def members(path: Path) -> Iterator[tuple[str, IO[bytes], int]]:
    """Each member's name, bytes and size, in the order of the file; raises BackupProblem on a file that is none."""
    try:
        with tarfile.open(path, mode="r|") as tar:
            for info in tar:
                stream = tar.extractfile(info) if info.isreg() else None
                if stream is None or info.name.startswith("/") or ".." in info.name.split("/"):
                    raise BackupProblem(f"{path} holds something that is no part of a backup: {info.name}.")
                yield info.name, stream, info.size
    except (tarfile.TarError, EOFError) as error:
        raise BackupProblem(f"{path} is not a backup of Comptoir, or is cut short ({error}).") from error
    except FileNotFoundError as error:
        raise BackupProblem(f"{path} does not exist.") from error


def verify(path: Path, progress: Progress = lambda size: None) -> dict[str, Any]:
    """Read all of a backup and compare its sums; the manifest. Raises BackupProblem."""
    try:
        return _verified(path, progress)
    except (tarfile.TarError, EOFError) as error:
        raise BackupProblem(f"{path} is cut short ({error}). Nothing was changed.") from error


def _verified(path: Path, progress: Progress) -> dict[str, Any]:
    manifest: dict[str, Any] | None = None
    found: list[str] = []
    written: str | None = None
    for name, stream, _ in members(path):
        if name == SUMS:
            written = stream.read().decode()
            continue
        digest, first = hashlib.sha256(), b""
        while chunk := stream.read(PIECE):
            first = first or chunk
            digest.update(chunk)
            progress(len(chunk))
        found.append(f"{digest.hexdigest()}  {name}")
        if name == "manifest.json":
            manifest = json.loads(first)
    if written is None or manifest is None:
        raise BackupProblem(f"{path} is cut short: its end is missing. Nothing was changed.")
    if written.split("\n")[:-1] != found:
        raise BackupProblem(f"{path} is damaged: its checksums do not agree. Nothing was changed.")
    return manifest
