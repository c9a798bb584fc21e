"""What must stand before Django's settings are read: a database, a home and keys of the suite's own.

xdist's workers inherit the controller's server and make a home each.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.keyring import KEYS  # noqa: E402 (the path comes first)


def prepare() -> None:
    """Before Django's settings are read: a database, a home and keys. Workers of xdist inherit the controller's."""
    for name in [name for name in os.environ if name.startswith("COMPTOIR_") and not name.startswith("COMPTOIR_TEST")]:
        if name not in {"COMPTOIR_VENV", "COMPTOIR_PYTHON"}:
            del os.environ[name]
    # Else each worker, and each process that a test starts, compiles the house and its tests anew.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    home = tempfile.mkdtemp(prefix="comptoir-test-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    Path(home, "static").mkdir()
    os.environ["COMPTOIR_HOME"] = home
    os.environ["COMPTOIR_KEYS"] = KEYS
    os.environ["COMPTOIR_URL"] = "http://testserver"
    if not os.environ.get("DATABASE_URL"):
        from tests.database import SharedServer, template

        server = SharedServer()
        server.start()
        atexit.register(server.stop)
        os.environ["DATABASE_URL"] = server.url
        os.environ["COMPTOIR_TEST_TEMPLATE"] = template(server)


prepare()
