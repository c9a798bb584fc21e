"""The product's settings without middleware, and with one view."""

from comptoir.config.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = SHOP_URLCONF = "bench.bare.urls"
