"""Run a command with DATABASE_URL set to the suite's embedded PostgreSQL: `embedded.py COMMAND...`."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> int:
    """Start or join the server, run, stop it when nobody else uses it."""
    if os.environ.get("DATABASE_URL"):
        return subprocess.run(sys.argv[1:], check=False).returncode
    from tests.database import SharedServer
    from tests.keyring import KEYS

    server = SharedServer()
    server.start()
    try:
        environment = os.environ | {"DATABASE_URL": server.url, "COMPTOIR_KEYS": KEYS}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
