"""Django's settings, made from the environment; adapters, subscribers and hooks are named here and nowhere else."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from comptoir.config.adapters import ADAPTERS as ADAPTERS
from comptoir.config.database import database_settings
from comptoir.config.environment import Environment
from comptoir.config.secrets import django_secret, keyring_text
from comptoir.config.storage import storage_settings

ENVIRONMENT = Environment.read()
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ["*"]  # config.hosts decides, since shops' public hosts are rows
PUBLIC_URL = ENVIRONMENT.public_url
HOSTS_CACHE_SECONDS = 10
ROOT_URLCONF = "comptoir.config.urls"
SHOP_URLCONF = "comptoir.config.shop_urls"

_ROOMS = [
    "comptoir.core",
    "comptoir.customers",
    "comptoir.outbox",
    "comptoir.orders",
    "comptoir.conversations",
    "comptoir.care",
    "comptoir.campaigns",
    "comptoir.notifications",
    "comptoir.webhooks",
    "comptoir.automation",
    "comptoir.assistant",
    "comptoir.ui",
    "comptoir.agent",
    "comptoir.portal",
    "comptoir.api",
    "comptoir.demo",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *(room for room in _ROOMS if (PACKAGE / room.rpartition(".")[2] / "__init__.py").exists()),
    "comptoir.config",
]
MIDDLEWARE = [
    "comptoir.config.middleware.Request",
    "comptoir.config.middleware.Hosts",
    "comptoir.config.middleware.Security",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "comptoir.config.middleware.Agent",
    "comptoir.config.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "comptoir.config.context.page",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {"default": database_settings(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STORAGES = storage_settings(ENVIRONMENT)

AUTH_USER_MODEL = "core.Agent"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # a constraint on lower(email) says more than unique=True
LOGIN_URL = "/signin/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "comptoir_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "comptoir_csrf"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "comptoir.config.errors.csrf"

# core.keys signs and encrypts with this keyring; Django's own secret is the newest signing key in it.
KEYRING = keyring_text(ENVIRONMENT)
SECRET_KEY, SECRET_KEY_FALLBACKS = django_secret(KEYRING)

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
PROCRASTINATE_IMPORT_PATHS = JOB_MODULES = [
    "comptoir.config.backups.schedule",
    "comptoir.core.events",
    "comptoir.core.files",
    "comptoir.outbox.actions",
    "comptoir.outbox.apart",
    "comptoir.conversations.actions.arriving",
    "comptoir.conversations.actions.changing",
    "comptoir.conversations.actions.keeping",
    "comptoir.conversations.actions.delivering",
    "comptoir.automation.actions.runs",
    "comptoir.automation.actions.arrivals",
    "comptoir.automation.actions.gesturing",
    "comptoir.conversations.actions.filing",
    "comptoir.conversations.actions.looking",
    "comptoir.conversations.actions.settling",
    "comptoir.notifications.actions",
    "comptoir.webhooks.actions",
    "comptoir.orders.connecting.intake",
    "comptoir.orders.connecting.reading",
    "comptoir.orders.importing.later",
    "comptoir.orders.tracking.polling",
    "comptoir.care.actions.incidents",
    "comptoir.assistant.actions.asking",
    "comptoir.orders.gestures.carrying",
    "comptoir.campaigns.actions.carting",
    "comptoir.campaigns.actions.wishing",
]

REMEMBER_SECONDS = 5.0  # what seldom changes is asked of the database once in so long (core.remembered)
LIVE_SYNCHRONOUS = False  # tests send signals in the caller's thread
# the hub (config.hub) asks these: who opens a stream, what changed since an event, the newest event
LIVE_HOOKS = {
    "authenticate": "comptoir.core.streams.authenticate",
    "since": "comptoir.core.streams.since",
    "newest": "comptoir.core.streams.newest",
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
LOCALE_PATHS = sorted(str(path) for path in (ENVIRONMENT.home / "locale").glob("*") if path.is_dir())

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# verb -> the functions that react to it, each run as a job of its own (core.events)
SUBSCRIBERS: dict[str, list[str]] = {
    "conversation.assigned": ["comptoir.conversations.reactions.tell_assigned"],
    "conversation.noted": ["comptoir.conversations.reactions.tell_mentioned"],
    "conversation.closed": ["comptoir.conversations.reactions.tell_shop"],
    "conversation.reopened": ["comptoir.conversations.reactions.tell_shop"],
    "conversation.put_back": ["comptoir.conversations.reactions.tell_shop"],
    "agent.deactivated": ["comptoir.conversations.reactions.give_back"],
    **{
        verb: ["comptoir.care.reactions.consider"]
        for verb in (
            "parcel.accepted",
            "parcel.in_transit",
            "parcel.customs",
            "parcel.delayed",
            "parcel.out_for_delivery",
            "parcel.attempt_failed",
            "parcel.available_for_pickup",
            "parcel.delivered",
            "parcel.exception",
            "parcel.returning",
            "parcel.returned",
            "parcel.lost",
            "parcel.cancelled",
            "parcel.trending_late",
        )
    },
    "connection.privacy_asked": ["comptoir.conversations.reactions.task_of_privacy"],
    "gesture.asked": ["comptoir.conversations.after_gestures.tell_approvers"],
    "gesture.done": ["comptoir.conversations.after_gestures.tell_customer"],
    "gesture.by_hand": ["comptoir.conversations.after_gestures.remind"],
    "customer.erased": ["comptoir.core.erasures.write_down", "comptoir.core.files.sweep_after_erasure"],
}
# messages that speak first listen beside the others
for _verb in (
    "order.created", "order.updated", "order.shipped", "order.delivered", "order.cancelled", "order.refunded",
    "parcel.accepted", "parcel.in_transit", "parcel.customs", "parcel.delayed", "parcel.trending_late",
    "parcel.out_for_delivery", "parcel.attempt_failed", "parcel.available_for_pickup", "parcel.delivered",
    "parcel.exception", "parcel.lost", "parcel.returning", "parcel.returned",
):  # fmt: skip
    SUBSCRIBERS[_verb] = [*SUBSCRIBERS.get(_verb, ()), "comptoir.campaigns.reactions.consider"]
# what views and filters may ask: each room's fields, in the order in which they are offered (core.filters)
FILTER_FIELDS = [
    "comptoir.conversations.queries.fields.FIELDS",
    "comptoir.customers.filters.FIELDS",
    "comptoir.orders.filters.FIELDS",
    "comptoir.conversations.queries.fields.custom_fields",
    "comptoir.customers.filters.custom_fields",
    "comptoir.orders.filters.custom_fields",
]
# called with every live event, in its own transaction (core.events)
EVENT_FOLLOWERS = [
    "comptoir.webhooks.actions.follow",
    "comptoir.automation.actions.arrivals.follow",
    "comptoir.notifications.actions.follow",
]
# each room's export, erase and merge of what it holds on a customer (core.erasure)
CUSTOMER_DATA = [
    "comptoir.conversations.personal",
    "comptoir.care.personal",
    "comptoir.campaigns.personal",
    "comptoir.orders.personal",
    "comptoir.outbox.personal",
    "comptoir.assistant.personal",
    "comptoir.customers.personal",
]
# swept each second by the worker: rows whose time has come
SWEEPS = [
    "comptoir.conversations.sweeps.queue_forgotten",
    "comptoir.conversations.sweeps.wake_snoozed",
    "comptoir.conversations.sweeps.release_held",
    "comptoir.conversations.sweeps.ring_tasks",
    "comptoir.conversations.sweeps.release_scheduled",
    "comptoir.conversations.sweeps.mail_unseen_answers",
    "comptoir.conversations.sweeps.show_stuck",
    "comptoir.outbox.sweeps.release",
    "comptoir.notifications.sweeps.send_due",
    "comptoir.webhooks.sweeps.send_due",
    "comptoir.orders.connecting.sweeps.queue_due",
    "comptoir.orders.gestures.sweeps.move_on",
]
# called by the worker at these intervals, in seconds
PERIODIC = {
    "comptoir.core.jobs.put_back_stalled": 10,
    "comptoir.core.jobs.forget_finished": 3_600,
    "comptoir.core.events.ensure_partitions": 6 * 3_600,
    "comptoir.core.throttle.sweep": 3_600,
    "comptoir.campaigns.sweeps.leave": 5,
    "comptoir.campaigns.sweeps.look_around": 60,
    "comptoir.campaigns.sweeps.forget_old": 3_600,
    "comptoir.assistant.actions.asking.sweep": 60,
    "comptoir.core.programs.forget_keys": 3_600,
    "comptoir.webhooks.sweeps.forget_old": 3_600,
    "comptoir.orders.connecting.sweeps.queue_readings": 15,
    "comptoir.orders.tracking.polling.begin": 30,
    "comptoir.orders.tracking.polling.queue_due": 5,
    "comptoir.orders.tracking.arrivals.look_at_all": 600,
    "comptoir.care.sweeps.look_around": 300,
    "comptoir.orders.tracking.arrivals.measure_nightly": 900,
    "comptoir.orders.connecting.sweeps.compare_due": 60,
    "comptoir.orders.connecting.sweeps.forget_old": 3_600,
    "comptoir.orders.connecting.sweeps.forget_old_readings": 24 * 3_600,
    "comptoir.notifications.sweeps.warn_of_ends": 3_600,
    "comptoir.config.backups.schedule.when_due": 300,
    "comptoir.conversations.actions.presence.sweep": 600,
    "comptoir.conversations.sweeps.look_due": 10,
    "comptoir.conversations.sweeps.look_for_answers": 5,
    "comptoir.conversations.actions.searching.count_words": 60,
    "comptoir.conversations.actions.changing.forget_old": 24 * 3_600,
    "comptoir.conversations.actions.keeping.purge_due": 3_600,
    "comptoir.config.housekeeping.forget_dead_processes": 60,
    "comptoir.config.housekeeping.forget_old_sessions": 3_600,
    "comptoir.core.sessions.forget_addresses": 12 * 3_600,
    "comptoir.conversations.actions.ageing.remove_old": 12 * 3_600,
}
AWAITING = ["comptoir.care.queries.cases.awaiting"]  # which matter a customer's next mail belongs to
OWN_ADDRESSES = "comptoir.conversations.ours.ours"  # which addresses are ours: nothing automatic goes there
NETWORK_ADDRESS_DAYS = ENVIRONMENT.address_days
OUTBOX_DIRECTORY = ENVIRONMENT.home / "outbox"
SYSTEM_MAIL = {"smtp_url": ENVIRONMENT.smtp_url, "from": ENVIRONMENT.mail_from}
APART_GATE = "comptoir.campaigns.queries.gate.last_look"  # asked right before such a mail leaves: why not, or ""
APART_MAIL: dict[str, Any] = {"smtp_url": ENVIRONMENT.apart_smtp_url, "per_minute": ENVIRONMENT.apart_per_minute}

MAIL_SIGN_IN = ENVIRONMENT.mail_sign_in  # our registrations at Google and Microsoft (conversations.actions.grants)
DNS_SERVERS = ENVIRONMENT.dns_servers

LOGGING_CONFIG = None  # config.logs sets logging up at process start
