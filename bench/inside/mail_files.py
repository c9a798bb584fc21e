"""Seeded mails as files: `mail_files FOLDER COUNT`; their paths in a list beside them."""

import json
import sys
from pathlib import Path

from bench import inside

inside.start()

from bench.inside.mails import mails  # noqa: E402

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, raw in enumerate(mails(int(sys.argv[2]))):
        path = folder / f"{number:05}.eml"
        path.write_bytes(raw)
        paths.append(str(path))
    listed = folder / "list"
    listed.write_text("\n".join(paths) + "\n")
    print(json.dumps({"list": str(listed), "count": len(paths)}))
