"""Copy the libraries of `manifest.json` into the tree: `python -m comptoir.ui.vendor.update` (needs npm and its registry).

Each package is unpacked from the archive that `npm pack` fetches; no script of a package is ever run. Source-map lines are
cut because the maps are not shipped. `sha256` in the manifest is that of the file as it stands here.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SCRIPTS = HERE.parent / "static" / "ui" / "vendor"
MANIFEST = HERE / "manifest.json"


def place(target: str) -> Path:
    """Where a file of the manifest stands: licences beside the manifest, scripts among the static files."""
    return (HERE if target.startswith("licences/") else SCRIPTS) / target


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: str, version: str, files: dict[str, str]) -> dict[str, str]:
    """Unpack one package and copy its named files; returns target name -> SHA-256."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--ignore-scripts", "--silent", f"{package}@{version}"]
        archive = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=120)
        with tarfile.open(Path(folder) / archive.stdout.strip().splitlines()[-1]) as tar:
            for source, target in files.items():
                member = tar.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(f"{source} in {package} {version}")
                text = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", member.read().decode())
                place(target).parent.mkdir(parents=True, exist_ok=True)
                place(target).write_text(text)
    return {target: digest(place(target)) for target in files.values()}


def main() -> None:
    """Renew every library and write the new hashes into the manifest."""
    manifest: dict[str, dict[str, Any]] = json.loads(MANIFEST.read_text())
    for library in manifest.values():
        library["sha256"] = fetch(library["package"], library["version"], library["files"])
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
