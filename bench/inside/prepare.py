"""Bring a database, the translations and the static files to this release: `comptoir prepare` without a demo shop."""

import json

from bench import inside

inside.start()

from comptoir.config import migrating, static, translations  # noqa: E402

if __name__ == "__main__":
    if migrating.pending():
        migrating.migrate()
    if translations.stale():
        translations.compile_all()
    static.collect()
    print(json.dumps({}))
