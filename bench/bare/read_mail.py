"""The peer of `comptoir mail explain`: the standard library's own parser, and the parts of a mail as JSON."""

import email
import json
import sys
from email import policy
from pathlib import Path

for line in sys.stdin:
    path = line.rstrip("\n")
    message = email.message_from_bytes(Path(path).read_bytes(), policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    found = {
        "path": path,
        "subject": str(message["Subject"] or ""),
        "from": str(message["From"] or ""),
        "text": plain.get_content() if plain else "",
        "html": html.get_content() if html else "",
        "attachments": [part.get_filename() for part in message.iter_attachments()],
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()
