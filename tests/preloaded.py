"""What a process of the product imports before it reads its settings: loaded once, for those that tests start (tests.processes).

Nothing of Comptoir stands here: each process reads its environment and loads the house itself.
"""

from contextlib import suppress
from importlib import import_module

NAMES = """
asyncio babel.messages.pofile certifi cryptography.fernet cryptography.hazmat.primitives.ciphers.aead
django.contrib.auth.hashers django.contrib.auth.password_validation django.contrib.messages.middleware
django.contrib.postgres.apps django.contrib.postgres.fields django.contrib.postgres.indexes
django.contrib.sessions.middleware django.contrib.staticfiles.apps django.contrib.staticfiles.finders
django.core.cache django.core.handlers.wsgi django.core.mail django.core.management django.core.paginator
django.db.backends.postgresql.base django.db.migrations.loader django.db.models django.forms django.http
django.middleware.common django.middleware.csrf django.template.loader django.template.backends.django django.test
django.urls django.utils.translation django.views.generic django.views.i18n email.mime.text
httpcore httptools httpx logging.config nh3 pydantic.main pydantic.type_adapter phonenumbers procrastinate procrastinate.contrib.django
procrastinate.contrib.django.apps procrastinate.contrib.django.db_cleanup prometheus_client psycopg psycopg_pool pyotp
segno uvicorn uvicorn.loops.uvloop uvicorn.protocols.http.httptools_impl uvloop whitenoise.middleware whitenoise.storage
xml.etree.ElementTree zoneinfo PIL.Image
""".split()

for name in NAMES:
    with suppress(ImportError):
        import_module(name)
