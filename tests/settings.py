"""Settings of the suite: the product's own, faster where speed changes no meaning."""

# ruff: noqa: I001

import os

from tests import ground  # noqa: F401 (first: it sets the environment which settings read)

from comptoir.config.settings import *  # noqa: F403
from comptoir.config.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LIVE_SYNCHRONOUS = True
REMEMBER_SECONDS = 3_600.0  # each test begins without it: what a page asks is the same on a slow machine
DATABASES["default"]["OPTIONS"].pop("pool", None)
DATABASES["default"]["TEST"] = {
    "NAME": f"test_comptoir{os.environ.get('COMPTOIR_TEST_DB_SUFFIX', '')}",
    "TEMPLATE": os.environ.get("COMPTOIR_TEST_TEMPLATE"),
}
HOSTS_CACHE_SECONDS = 0
# Else each test client looks through every static file, once a test.
WHITENOISE_AUTOREFRESH = True
